import { badRequest } from '../../world/twilio-error';
import { FORM_CONTENT_TYPE, type OutgoingRequest, type Reply } from '../outgoing-request';
import type { WidgetKind, WidgetStep } from '../widget-step';

async function ask(step: WidgetStep, request: OutgoingRequest, code: string): Promise<Reply> {
  const reply = await step.requests.send(request);
  const text = `Studio asked ${request.url}`;
  const detail = { request, reply };
  if (reply.ok) step.tell(`${text}: ${reply.status}`, 'info', detail);
  else step.tell(`${code}${text} in vain: ${reply.problem}`, 'error', detail);
  return reply;
}

/** "only application/json objects … will be automatically parsed into Studio variables" (docs of both widgets). */
function variablesOf({ status, contentType, body }: Reply): Record<string, unknown> {
  const variables = { status_code: status, content_type: contentType, body };
  if (!/^application\/json\b/i.test(contentType)) return variables;
  try {
    const parsed: unknown = JSON.parse(body);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? { ...variables, parsed } : variables;
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
      params: step.pairs('parameters'),
    };
    // 81017: Error in Twilio Function Response.
    const reply = await ask(step, request, '81017 ');
    return { kind: 'event', event: reply.ok ? 'success' : 'fail', output: variablesOf(reply) };
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
      params: step.pairs('parameters'),
      ...(body === undefined ? {} : { body }),
    };
    const reply = await ask(step, request, '');
    return { kind: 'event', event: reply.ok ? 'success' : 'failed', output: variablesOf(reply) };
  },
};
