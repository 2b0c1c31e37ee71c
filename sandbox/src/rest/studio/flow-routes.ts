import { type FlowProblem, findFlowProblems } from '../../studio/flow-problems';
import { type Flow, type FlowRevision, type FlowStatus, latestRevision } from '../../studio/flows';
import { flowUrl, STUDIO_ORIGIN } from '../../studio/studio';
import { badRequest, notFound, TwilioError } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { Fields } from '../fields';
import { pageMeta, paginate } from '../page';
import type { RestRequest, Route } from '../route';

const STUDIO = 'studio.twilio.com';
const LIST = '/v2/Flows';
const ONE = `${LIST}/{Sid}`;
const REVISIONS = `${ONE}/Revisions`;
/** OpenAPI studio v2, PageSize: "the maximum is 1000". */
const LARGEST_PAGE = 1000;

/** Studio's flows: made, read, changed, deleted and validated. */
export function flowRoutes(world: World): Route[] {
  const { flows, account } = world;
  const find = ({ params, path }: RestRequest): Flow => {
    const flow = flows.get(params.Sid!);
    if (!flow) throw notFound(path);
    return flow;
  };
  const revisionJson = ({ sid, dateCreated }: Flow, revision: FlowRevision) => ({
    sid,
    account_sid: account.accountSid,
    friendly_name: revision.friendlyName,
    definition: revision.definition,
    status: revision.status,
    revision: revision.revision,
    commit_message: revision.commitMessage,
    valid: true,
    errors: [],
    date_created: isoDate(dateCreated),
    date_updated: isoDate(revision.dateCreated),
  });
  const json = (flow: Flow) => {
    const url = `https://${STUDIO}${LIST}/${flow.sid}`;
    return {
      ...revisionJson(flow, latestRevision(flow)),
      warnings: [],
      webhook_url: flowUrl(STUDIO_ORIGIN, account.accountSid, flow.sid),
      url,
      links: { executions: `${url}/Executions`, revisions: `${url}/Revisions`, test_users: `${url}/TestUsers` },
    };
  };
  const revisionUrl = (flow: Flow, { revision }: FlowRevision) =>
    `https://${STUDIO}${LIST}/${flow.sid}/Revisions/${revision}`;
  /** "Flow definitions are `null` in the Flows List Resource" (twilio.com/docs/studio/rest-api/v2/flow). */
  const withoutDefinition = (body: Record<string, unknown>) => ({ ...body, definition: null });

  return [
    {
      method: 'POST',
      path: `${LIST}/Validate`,
      handle({ fields }) {
        readDefinition(fields);
        return { status: 200, body: { valid: true } };
      },
    },
    {
      method: 'GET',
      path: LIST,
      handle({ fields, query, path }) {
        const order = { rank: ({ dateCreated, sid }: Flow) => [dateCreated, sid] };
        const page = paginate(flows.list(), order, fields, query, LARGEST_PAGE);
        const meta = pageMeta(page, STUDIO, path, 'flows');
        return { status: 200, body: { flows: page.items.map((flow) => withoutDefinition(json(flow))), meta } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle({ fields }) {
        const flow = flows.add({
          friendlyName: fields.text('FriendlyName')!,
          status: fields.text('Status') as FlowStatus,
          definition: readDefinition(fields),
          commitMessage: fields.text('CommitMessage'),
        });
        return { status: 201, body: json(flow), log: { text: `flow ${flow.sid} created, ${fields.text('Status')}` } };
      },
    },
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: json(find(request)) }) },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const flow = find(request);
        const { fields } = request;
        flows.update(flow, {
          status: fields.text('Status') as FlowStatus,
          friendlyName: fields.text('FriendlyName'),
          definition: fields.has('Definition') ? readDefinition(fields) : undefined,
          commitMessage: fields.text('CommitMessage'),
        });
        const { revision, status } = latestRevision(flow);
        return { status: 200, body: json(flow), log: { text: `flow ${flow.sid}: revision ${revision}, ${status}` } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const flow = find(request);
        flows.remove(flow);
        return { status: 204, log: { text: `flow ${flow.sid} deleted` } };
      },
    },
    {
      method: 'GET',
      path: REVISIONS,
      handle(request) {
        const flow = find(request);
        const order = { rank: ({ revision }: FlowRevision) => [revision], directions: [-1] as const };
        const page = paginate(flow.revisions, order, request.fields, request.query, LARGEST_PAGE);
        const revisions = page.items.map((one) =>
          withoutDefinition({ ...revisionJson(flow, one), url: revisionUrl(flow, one) }),
        );
        return { status: 200, body: { revisions, meta: pageMeta(page, STUDIO, request.path, 'revisions') } };
      },
    },
    {
      method: 'GET',
      path: `${REVISIONS}/{Revision}`,
      handle(request) {
        const flow = find(request);
        const asked = request.params.Revision!;
        const { revisions } = flow;
        // Twilio's own examples name `LatestPublished` and `LatestRevision` beside numbers
        // (twilio.com/docs/studio/rest-api/v2/flow-revision).
        const found =
          asked === 'LatestRevision'
            ? revisions.at(-1)
            : asked === 'LatestPublished'
              ? revisions.findLast(({ status }) => status === 'published')
              : revisions.find(({ revision }) => String(revision) === asked);
        if (!found) throw notFound(request.path);
        return { status: 200, body: { ...revisionJson(flow, found), url: revisionUrl(flow, found) } };
      },
    },
  ];
}

/** @throws TwilioError 400 for a definition that Studio would not take, with each problem */
function readDefinition(fields: Fields): unknown {
  let definition: unknown;
  try {
    definition = JSON.parse(fields.text('Definition')!);
  } catch {
    throw badRequest('Definition is not valid JSON');
  }
  const problems = findFlowProblems(definition);
  if (problems.length > 0) throw invalidDefinition(problems);
  return definition;
}

function invalidDefinition(errors: FlowProblem[]): TwilioError {
  const [{ property_path: place, message }] = errors as [FlowProblem];
  const more = errors.length > 1 ? ` and ${errors.length - 1} more` : '';
  const text = `Invalid flow definition: ${place} ${message}${more}`;
  return new TwilioError(400, 20001, text, {}, { errors });
}
