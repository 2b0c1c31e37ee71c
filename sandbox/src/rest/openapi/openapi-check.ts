import { badRequest, notFound } from '../../world/twilio-error';
import type { Story } from '../../world/types';
import type { RestAnswer, RestRequest, Route } from '../route';
import { answerProblem } from './answer-check';
import { checkParameters } from './parameter-check';
import { operationOf, publishedSpec } from './published-spec';

/** An answer of the sandbox that Twilio, by its own specification, would not give: a mistake of ours. */
export interface Mismatch {
  host: string;
  method: string;
  path: string;
  problem: string;
}

export interface OpenApiCheck {
  /** @throws TwilioError 400 naming the parameter; 404 when a sid in the path has the wrong form. */
  request(route: Route, request: RestRequest): void;
  /** Tells and keeps what differs. */
  answer(route: Route, request: RestRequest, answer: RestAnswer): void;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Checks both sides against Twilio's published interface.
 * @throws Error from its methods when a route is neither in the repository's copy of it nor marked as unpublished
 */
export function createOpenApiCheck(story: Story): OpenApiCheck {
  const mismatches: Mismatch[] = [];

  const find = (route: Route, { host }: RestRequest) => {
    if (route.unpublished) return undefined;
    const spec = publishedSpec(host);
    if (spec === undefined) return undefined;
    const operation = operationOf(spec, route.method, route.path);
    if (operation === undefined)
      throw new Error(`${route.method} ${host}${route.path} is not in sandbox/schemas/openapi`);
    return { spec, operation };
  };

  return {
    mismatches,
    request(route, request) {
      const published = find(route, request);
      const problem = published && checkParameters(published.spec, published.operation, request);
      if (!problem) return;
      const text = `${request.method} ${request.host}${request.path}: ${problem.text}`;
      story.tell({ who: 'twilio', level: 'error', text, detail: { fields: request.fields.toJSON() } });
      throw problem.in === 'path' ? notFound(request.path) : badRequest(`Invalid parameter: ${problem.text}`);
    },
    answer(route, request, answer) {
      const published = find(route, request);
      const { host, method, path } = request;
      const problem = published && answerProblem(published.spec, published.operation, answer.status, answer.body);
      if (problem === undefined) return;
      mismatches.push({ host, method, path, problem });
      const text = `the sandbox's answer to ${method} ${host}${path} is not as published: ${problem}`;
      story.tell({ who: 'sandbox', level: 'warning', text, detail: answer.body });
    },
  };
}
