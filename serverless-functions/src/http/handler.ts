import '@twilio-labs/serverless-runtime-types';
import type {
  Context,
  ServerlessEventObject,
  ServerlessFunctionSignature,
} from '@twilio-labs/serverless-runtime-types/types';
import { type Invocation, startInvocation } from '../invocation';
import type { SendMail } from '../notification/mail-job';
import { describeProblem, type Environment, readEnvironment } from '../runtime/environment';
import { BadRequest, ConfigurationError, errorCode } from '../runtime/errors';
import { createLog, type Log } from '../runtime/log';
import type { VoiceTwiml } from '../runtime/twiml';
import type { SdkClientFactory } from '../twilio/clients';

type Event = Record<string, unknown>;
type Variables = Record<string, string | undefined>;
export type Handler = ServerlessFunctionSignature<Variables, ServerlessEventObject>;

interface Request {
  event: Event;
  /** `https://host`, or loopback http in the sandbox. */
  origin: string;
  headers: Record<string, unknown>;
}

let faultsTold = false;

/** One clear line for each missing or malformed variable, at the first use in each process. */
function tellFaults(environment: Environment, log: Log): void {
  if (faultsTold) return;
  faultsTold = true;
  for (const problem of environment.problems)
    log[problem.requiredFor === 'optional' ? 'warn' : 'error']('environment', {
      variable: problem.variable,
      problem: problem.problem,
      advice: describeProblem(problem),
    });
}

/** Runs the work of one request with its invocation, and turns what it throws into an answer. */
export async function invoke<T>(
  name: string,
  context: Context<Variables>,
  rawEvent: object,
  work: (invocation: Invocation, request: Request) => Promise<T>,
  onError: (error: unknown, log: Log) => T,
  sendMail?: SendMail,
): Promise<T> {
  const log = createLog(name);
  const begun = Date.now();
  const { request, ...event } = rawEvent as Event & { request?: { headers?: Record<string, unknown> } };
  const environment = readEnvironment(context as unknown as Record<string, unknown>);
  tellFaults(environment, log);
  const invocation = startInvocation(
    environment,
    // The runtime's types know the 4.x client; the project pins the SDK that is really there.
    context.getTwilioClient.bind(context) as unknown as SdkClientFactory,
    log,
    sendMail,
  );
  const scheme = environment.values.TWILIO_STUB_URL === undefined ? 'https' : 'http';
  try {
    return await work(invocation, {
      event,
      origin: `${scheme}://${context.DOMAIN_NAME}`,
      headers: request?.headers ?? {},
    });
  } catch (error) {
    log.error('failed', {
      code: errorCode(error),
      ...(error instanceof ConfigurationError ? { advice: `${error.message}. ${error.advice}` } : {}),
    });
    return onError(error, log);
  } finally {
    invocation.deadline.end();
    log.info('answered', { ms: Date.now() - begun });
  }
}

/**
 * A Function that answers with TwiML. No exception ends a call: whatever is thrown becomes `sorry`, built anew.
 * @param sendMail given by the Functions that may send mail, and bundled into no others
 */
export function voiceFunction(
  name: string,
  work: (invocation: Invocation, request: Request, twiml: VoiceTwiml) => Promise<void>,
  sorry: (twiml: VoiceTwiml, event: Event) => void,
  sendMail?: SendMail,
): Handler {
  return async (context, event, callback) => {
    const build = () => new Twilio.twiml.VoiceResponse() as unknown as VoiceTwiml;
    const answer = await invoke(
      name,
      context,
      event,
      async (invocation, request) => {
        const twiml = build();
        await work(invocation, request, twiml);
        return twiml;
      },
      () => {
        const twiml = build();
        sorry(twiml, event as Event);
        return twiml;
      },
      sendMail,
    );
    callback(null, answer as unknown as object);
  };
}

export interface Answer {
  status: number;
  body?: object;
}

/**
 * A Function that answers with a status and, if any, JSON; an error carries its code and never its cause.
 * @param sendMail given by the Functions that may send mail, and bundled into no others
 */
export function jsonFunction(
  name: string,
  work: (invocation: Invocation, request: Request) => Promise<Answer>,
  sendMail?: SendMail,
): Handler {
  return async (context, event, callback) => {
    const { status, body } = await invoke(name, context, event, work, toAnswer, sendMail);
    const response = new Twilio.Response();
    response.setStatusCode(status);
    if (body !== undefined) {
      response.appendHeader('Content-Type', 'application/json');
      response.setBody(body);
    }
    callback(null, response);
  };
}

function toAnswer(error: unknown): Answer {
  if (error instanceof BadRequest)
    return { status: error.status, body: { code: error.code, message: error.message, advice: error.advice } };
  return {
    status: error instanceof ConfigurationError ? 503 : 500,
    body: { code: errorCode(error), message: 'This could not be done now.', advice: 'See the log of the Function.' },
  };
}
