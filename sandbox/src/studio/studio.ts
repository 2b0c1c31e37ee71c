import express, { type Request, type Response, Router } from 'express';
import { errorResponse } from '../rest/http/send-response';
import { isObject } from '../world/is-object';
import { badRequest, notFound, TwilioError } from '../world/twilio-error';
import type { LogEntry, Sid, World } from '../world/types';
import { Execution, type FlowResponse } from './execution';
import { createOutgoingRequests } from './outgoing-request';
import { TemplateError } from './templates';

/** A published flow of the account. */
export interface StudioFlow {
  sid: Sid;
  /** As Studio exports it. */
  definition: unknown;
}

export interface StudioOptions {
  /** What the account has besides those of the world. */
  flows: readonly StudioFlow[];
  /** Public origin -> origin that really answers it, as the voice engine has it. */
  origins?: Readonly<Record<string, string>>;
}

export interface Studio {
  /** Serves `/webhooks.twilio.com/v1/Accounts/{AC}/Flows/{FW}`, and the same without the host. */
  router: Router;
  /** Ends everything under way. */
  close(): void;
}

/** Where Twilio answers for a flow; give the voice engine an origin for it, and flows may name it as in production. */
export const STUDIO_ORIGIN = 'https://webhooks.twilio.com';

/** A number's voice URL when a flow answers it: in the sandbox, or with `STUDIO_ORIGIN` as in production. */
export function flowUrl(stubUrl: string, accountSid: Sid, flowSid: Sid): string {
  const host = stubUrl === STUDIO_ORIGIN ? stubUrl : `${stubUrl}/webhooks.twilio.com`;
  return `${host}/v1/Accounts/${accountSid}/Flows/${flowSid}`;
}

const PATH = '/v1/Accounts/:accountSid/Flows/:flowSid';

/**
 * Plays published flows to calls, those of the options and those made over REST: each request of a call gets the TwiML of the next widget that has something to say.
 * @throws FlowDefinitionError
 */
export function createStudio(world: World, { flows, origins = {} }: StudioOptions): Studio {
  for (const { sid, definition } of flows) {
    world.flows.add({ sid, friendlyName: friendlyNameOf(sid, definition), definition, status: 'published' });
  }
  const requests = createOutgoingRequests(world, origins);
  const executions = new Map<string, Execution>();
  const returnTimers = new Map<Execution, NodeJS.Timeout>();
  let closed = false;

  const clearReturnTimer = (execution: Execution) => {
    clearTimeout(returnTimers.get(execution));
    returnTimers.delete(execution);
  };

  const loggerFor =
    (callSid: Sid) =>
    (text: string, level: LogEntry['level'] = 'info', detail?: unknown) =>
      world.eventLog.append({ source: 'twilio', callSid, text, level, ...(detail === undefined ? {} : { detail }) });

  const timeOutExecution = (execution: Execution, key: string, callSid: Sid) => {
    clearReturnTimer(execution);
    if (closed) return;
    const done = world.activity.begin('work', `Studio ${execution.currentWidget}`);
    loggerFor(callSid)(`Studio: the call did not return to ${execution.currentWidget}`);
    execution
      .timeOut()
      .catch((error: unknown) => loggerFor(callSid)(toTwilioError(error).message, 'error'))
      .finally(() => {
        if (executions.get(key) === execution) executions.delete(key);
        done();
      });
  };

  /** @throws TwilioError, TemplateError, SyntaxError */
  const handleRequest = async (request: Request): Promise<string> => {
    const { accountSid, flowSid } = request.params as { accountSid: Sid; flowSid: Sid };
    const flow = accountSid === world.account.accountSid ? world.flows.published(flowSid) : undefined;
    if (flow === undefined) throw notFound(request.path);
    const { FlowEvent, ...params } = readParameters(request);
    const { CallSid } = params;
    if (CallSid === undefined) throw badRequest('the sandbox does not model Studio for anything but calls');

    const key = `${flowSid} ${CallSid}`;
    const before = executions.get(key);
    let execution: Execution;
    let flowResponse: FlowResponse;
    if (before !== undefined) {
      execution = before;
      // "Fired when the next TwiML fetch is received" (older docs): a bare URL returns too.
      const event = FlowEvent ?? (returnTimers.has(before) ? 'return' : 'trigger');
      flowResponse = await walk(key, execution, () => execution.resume(event, params));
    } else {
      if (FlowEvent !== undefined && FlowEvent !== 'trigger') {
        throw badRequest(`FlowEvent ${FlowEvent} of ${CallSid}, which is in no execution of ${flowSid}`);
      }
      execution = new Execution({
        sid: world.newSid('FN'),
        flowSid,
        flow,
        call: params,
        flowUrl: publicFlowUrl(request),
        requests,
        log: loggerFor(CallSid),
      });
      executions.set(key, execution);
      flowResponse = await walk(key, execution, () => execution.start());
    }
    clearReturnTimer(execution);
    if (flowResponse.returnTimeout) {
      const timer = setTimeout(
        timeOutExecution,
        flowResponse.returnTimeout.withinSeconds * 1000,
        execution,
        key,
        CallSid,
      );
      returnTimers.set(execution, timer);
    }
    return flowResponse.twiml;
  };

  const walk = async (key: string, execution: Execution, go: () => Promise<FlowResponse>): Promise<FlowResponse> => {
    try {
      return await go();
    } finally {
      if (execution.ended && executions.get(key) === execution) executions.delete(key);
    }
  };

  const answer = async (request: Request, response: Response): Promise<void> => {
    try {
      response.type('text/xml').send(await handleRequest(request));
    } catch (error) {
      const twilioError = toTwilioError(error);
      const { CallSid } = readParameters(request);
      world.eventLog.append({
        source: 'twilio',
        callSid: CallSid,
        level: 'error',
        text: `Studio: ${twilioError.message}`,
      });
      const { status, body } = errorResponse(twilioError);
      response.status(status).json(body);
    }
  };

  const router = Router();
  router.all([PATH, `/webhooks.twilio.com${PATH}`], express.urlencoded({ extended: false }), answer);
  return {
    router,
    close() {
      closed = true;
      requests.close();
      for (const timer of returnTimers.values()) clearTimeout(timer);
      returnTimers.clear();
    },
  };
}

function friendlyNameOf(sid: Sid, definition: unknown): string {
  const description = isObject(definition) ? definition.description : undefined;
  return typeof description === 'string' && description !== '' ? description : sid;
}

function readParameters(request: Request): Record<string, string> {
  const given = { ...request.query, ...(request.body as Record<string, unknown> | undefined) };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

function publicFlowUrl(request: Request): string {
  const host = request.get('host') ?? '';
  const path = request.originalUrl.split('?')[0];
  return STUDIO_ORIGIN.endsWith(`//${host}`) ? `${STUDIO_ORIGIN}${path}` : `${request.protocol}://${host}${path}`;
}

/** A flow that cannot go on is refused, so that the call ends with an application error, as on Twilio. */
function toTwilioError(error: unknown): TwilioError {
  if (error instanceof TwilioError) return error;
  if (error instanceof TemplateError || error instanceof SyntaxError) return badRequest(error.message);
  return new TwilioError(500, 20500, `the sandbox failed: ${String(error)}`);
}
