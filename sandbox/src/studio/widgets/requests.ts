import { isObject } from '../../world/is-object';
import { badRequest } from '../../world/twilio-error';
import { FORM_CONTENT_TYPE, type OutgoingRequest, type RequestResult } from '../outgoing-request';
import type { WidgetKind, WidgetStep } from '../widget-step';

async function sendRequest(step: WidgetStep, request: OutgoingRequest, code: string): Promise<RequestResult> {
  const result = await step.requests.send(request);
  const text = `Studio requested ${request.url}`;
  const detail = { request, reply: result };
  if (result.ok) step.log(`${text}: ${result.status}`, 'info', detail);
  else step.log(`${code}${text} and failed: ${result.problem}`, 'error', detail);
  return result;
}

/** "only application/json objects … will be automatically parsed into Studio variables" (docs of both widgets). */
function toVariables({ status, contentType, body }: RequestResult): Record<string, unknown> {
  const variables = { status_code: status, content_type: contentType, body };
  if (!/^application\/json\b/i.test(contentType)) return variables;
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? { ...variables, parsed } : variables;
  } catch {
    return variables;
  }
}

export const runFunction: WidgetKind = {
  async enter(step) {
    const request: OutgoingRequest = {
      method: 'POST',
      url: step.required('url'),
      contentType: FORM_CONTENT_TYPE,
      params: step.keyValuePairs('parameters'),
    };
    // 81017: Error in Twilio Function Response.
    const result = await sendRequest(step, request, '81017 ');
    return { kind: 'event', event: result.ok ? 'success' : 'fail', output: toVariables(result) };
  },
};

export const makeHttpRequest: WidgetKind = {
  async enter(step) {
    // With it the account's credentials would leave this machine: Twilio's hosts are real ones.
    if (step.text('add_twilio_auth') === 'true') {
      throw badRequest(`the sandbox does not model add_twilio_auth of ${step.name}`);
    }
    const body = step.text('body');
    const request: OutgoingRequest = {
      method: step.method('method'),
      url: step.required('url'),
      contentType: step.required('content_type'),
      params: step.keyValuePairs('parameters'),
      ...(body === undefined ? {} : { body }),
    };
    const result = await sendRequest(step, request, '');
    return { kind: 'event', event: result.ok ? 'success' : 'failed', output: toVariables(result) };
  },
};
