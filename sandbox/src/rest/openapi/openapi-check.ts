import { badRequest, notFound } from '../../world/twilio-error';
import type { EventLog } from '../../world/types';
import type { RestRequest, RestResponse, Route } from '../route';
import { findParameterProblem } from './parameter-check';
import { findOperation, type PublishedSpec, publishedSpec } from './published-spec';
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
  /** Tells and keeps what differs. */
  checkResponse(route: Route, request: RestRequest, answer: RestResponse): void;
  readonly mismatches: readonly Mismatch[];
}

/** Holds both sides to Twilio's published interface. Without the package that carries it nothing is checked, and told. */
export function createOpenApiCheck(eventLog: EventLog): OpenApiCheck {
  const mismatches: Mismatch[] = [];
  let missing = false;

  const find = (route: Route, { host }: RestRequest) => {
    if (route.unpublished || missing) return undefined;
    let spec: PublishedSpec | undefined;
    try {
      spec = publishedSpec(host);
    } catch (error) {
      missing = true;
      eventLog.append({
        source: 'sandbox',
        level: 'warning',
        text: `requests are not checked against OpenAPI: ${error}`,
      });
    }
    const operation = spec && findOperation(spec, route.method, route.path);
    return spec && operation && { spec, operation };
  };

  return {
    mismatches,
    checkRequest(route, request) {
      const published = find(route, request);
      const problem = published && findParameterProblem(published.spec, published.operation, request);
      if (!problem) return;
      const text = `${request.method} ${request.host}${request.path}: ${problem.text}`;
      eventLog.append({ source: 'twilio', level: 'error', text, detail: { fields: request.fields.toJSON() } });
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
