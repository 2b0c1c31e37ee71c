import { badRequest, notFound } from '../../world/twilio-error';
import type { Story } from '../../world/types';
import type { RestAnswer, RestRequest, Route } from '../route';
import { answerProblem } from './answer-check';
import { checkParameters } from './parameter-check';
import { operationOf, type PublishedSpec, publishedSpec } from './published-spec';

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

/** Checks both sides against Twilio's published interface. Without its package, logs that nothing is checked. */
export function createOpenApiCheck(story: Story): OpenApiCheck {
  const mismatches: Mismatch[] = [];
  let missing = false;

  const find = (route: Route, { host }: RestRequest) => {
    if (route.unpublished || missing) return undefined;
    let spec: PublishedSpec | undefined;
    try {
      spec = publishedSpec(host);
    } catch (error) {
      missing = true;
      story.tell({ who: 'sandbox', level: 'warning', text: `requests are not checked against OpenAPI: ${error}` });
    }
    const operation = spec && operationOf(spec, route.method, route.path);
    return spec && operation && { spec, operation };
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
