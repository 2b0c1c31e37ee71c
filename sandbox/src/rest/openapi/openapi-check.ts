import { badRequest, notFound } from '../../world/twilio-error';
import type { EventLog } from '../../world/types';
import type { RestRequest, RestResponse, Route } from '../route';
import { findParameterProblem } from './parameter-check';
import { findOperation, publishedSpec } from './published-spec';
import { findResponseProblem } from './response-check';

/** An answer of the sandbox that Twilio, by its own specification, would not give: a mistake of ours. */
export interface Mismatch {
  host: string;
  method: string;
  path: string;
  problem: string;
}

export interface OpenApiCheck {
  /** @throws TwilioError 400 naming the parameter; 404 when a sid in the path has the wrong form. */
  checkRequest(route: Route, request: RestRequest): void;
  /** Logs and keeps the differences. */
  checkResponse(route: Route, request: RestRequest, answer: RestResponse): void;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Checks both sides against Twilio's published interface.
 * @throws Error from its methods when a route is neither in the repository's copy of it nor marked as unpublished
 */
export function createOpenApiCheck(eventLog: EventLog): OpenApiCheck {
  const mismatches: Mismatch[] = [];

  const find = (route: Route, { host }: RestRequest) => {
    if (route.unpublished) return undefined;
    const spec = publishedSpec(host);
    if (spec === undefined) return undefined;
    const operation = findOperation(spec, route.method, route.path);
    if (operation === undefined)
      throw new Error(`${route.method} ${host}${route.path} is not in sandbox/schemas/openapi`);
    return { spec, operation };
  };

  return {
    mismatches,
    checkRequest(route, request) {
      const published = find(route, request);
      const problem = published && findParameterProblem(published.spec, published.operation, request, route.ignores);
      if (!problem) return;
      const text = `${request.method} ${request.host}${request.path}: ${problem.text}`;
      eventLog.append({
        source: 'twilio',
        level: 'error',
        text,
        ...(route.secret ? {} : { detail: { fields: request.fields.toJSON() } }),
      });
      throw problem.in === 'path' ? notFound(request.path) : badRequest(`Invalid parameter: ${problem.text}`);
    },
    checkResponse(route, request, answer) {
      const published = find(route, request);
      const { host, method, path } = request;
      const problem = published && findResponseProblem(published.spec, published.operation, answer.status, answer.body);
      if (problem === undefined) return;
      mismatches.push({ host, method, path, problem });
      const text = `the sandbox's answer to ${method} ${host}${path} is not as published: ${problem}`;
      eventLog.append({ source: 'sandbox', level: 'warning', text, detail: answer.body });
    },
  };
}
