import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import { list, openObject, optional, parseIfValid, text } from '@callback-and-voicemail/contract/schema';
import { validateRequestWithBody } from 'twilio/lib/webhooks/webhooks';
import { type Invocation, startInvocation } from '../../serverless-functions/src/invocation';
import type { EmailQueue } from '../../serverless-functions/src/notification/email-queue';
import { errorCode } from '../../serverless-functions/src/runtime/errors';
import { handleRecordingStatus } from '../../serverless-functions/src/voicemail/recording-status';
import type { WorkerContext } from './send-mail-of';

/**
 * Twilio's Event Streams: each request holds a JSON array of CloudEvents, which come at least once and in any order
 * (https://www.twilio.com/docs/events/webhook-quickstart, https://www.twilio.com/docs/events/event-delivery-and-duplication).
 * Those of `Voice.WebhookEvent` hold a webhook of a call: where Twilio sent it, with which parameters
 * (https://www.twilio.com/docs/events/event-types/voice/status-callback). The URL of ours is signed, so the same rules
 * decide about it as about the webhook itself.
 */
const RECORDING_EVENT = 'com.twilio.voice.status-callback.recording.processed';

/** Twilio waits 5 s for the answer (https://www.twilio.com/docs/events/webhook-quickstart). */
const BUDGET_MS = 4_000;
/** Events that are worked on at once. */
const AT_ONCE = 10;

const batchSchema = list(
  openObject({
    type: text(),
    data: optional(
      openObject({ request: optional(openObject({ url: optional(text()), parameters: optional(openObject({})) })) }),
    ),
  }),
);

/** True for a request that Twilio signed: the URL with the hash of the body in it. */
export function isSignedByTwilio(
  authToken: string | undefined,
  signature: string | undefined,
  url: string,
  body: string,
): boolean {
  return authToken !== undefined && signature !== undefined && validateRequestWithBody(authToken, signature, url, body);
}

/** @returns the parameters of the webhooks about our recordings, as a Function gets them; undefined: it is no batch */
export function recordingWebhooks(body: string): Record<string, unknown>[] | undefined {
  const events = parseIfValid(batchSchema, parseJson(body));
  return events?.flatMap(({ type, data }) => {
    const { url, parameters = {} } = data?.request ?? {};
    if (type !== RECORDING_EVENT || url === undefined || !URL.canParse(url)) return [];
    const { pathname, searchParams } = new URL(url);
    if (pathname !== `${FEATURE_PATH}/studio/recording-status`) return [];
    return [{ ...withWebhookNames(parameters), ...Object.fromEntries(searchParams) }];
  });
}

/** Calls' events over REST have `recording_sid` for `RecordingSid`, so both are read. */
function withWebhookNames(parameters: Record<string, unknown>): Record<string, unknown> {
  const named = Object.entries(parameters).map(([name, value]) => [
    name.replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(named) as Record<string, unknown>;
}

/**
 * Writes what recordings' webhooks say into the ledger, as the Function does, and queues their mails.
 * @returns the status to answer with; after 503 Twilio sends all of them again
 */
export async function takeRecordingWebhooks(
  { environment, origin, log }: WorkerContext,
  emailQueue: EmailQueue,
  webhooks: readonly Record<string, unknown>[],
): Promise<number> {
  const invocation: Invocation = { ...startInvocation(environment, origin, log, undefined, BUDGET_MS), emailQueue };
  const statuses: number[] = [];
  const left = [...webhooks];
  const takeSome = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) statuses.push(await take(invocation, one));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, takeSome));
  } finally {
    invocation.deadline.end();
  }
  return statuses.some((status) => status >= 500) ? 503 : 204;
}

/** One that is malformed, or not ours, would be so each time. */
async function take(invocation: Invocation, webhook: Record<string, unknown>): Promise<number> {
  try {
    return await handleRecordingStatus(invocation, webhook);
  } catch (error) {
    invocation.log.warn('event not taken', { code: errorCode(error) });
    return 400;
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
