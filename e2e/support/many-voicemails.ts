import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';
import type { Fault } from '../../sandbox/src/world/types';
import { readEnvironment } from '../../serverless-functions/src/runtime/environment';
import { voicemailPath } from '../../serverless-functions/src/voicemail/voicemail-url';
import { SUPPORT } from './deployed-product';
import type { Harness } from './harness';
import { limitedTo } from './held-mails';
import type { Rng } from './rng';

/** Many voicemails within seconds, as Twilio reports them: recordings, and the webhooks that say that they are completed. */

const HOUR = 60 * 60_000;
/** When Twilio delivers a webhook again that was not answered with success. */
const REDELIVERED_AFTER_MS = 15_000;
const MAX_DELIVERIES = 20;
const CALLER = '+14155550123';
/** The headers of a mail. */
const HEAD_BYTES = 8_000;

/** Variables with which each voicemail has a mail of its own, and the provider takes so many within an hour. */
export const withHourlyLimit = (mails: number) => ({ ...limitedTo(0), EMAIL_HOURLY_LIMITS: `mailgun=${mails}` });

/**
 * Reports voicemails, so many a second of virtual time, until all are reported.
 * @param load.times how often each is reported
 * @param pass lets virtual time pass
 * @returns the ids of their entries
 */
export async function reportVoicemails(
  harness: Harness,
  { count, perSecond, times = 1 }: { count: number; perSecond: number; times?: number },
  pass: (ms: number) => Promise<void>,
): Promise<string[]> {
  const { world, sample, startPost } = harness;
  const environment = readEnvironment({
    ACCOUNT_SID: world.account.accountSid,
    AUTH_TOKEN: world.account.authToken,
    VOICEMAIL_SYNC_SERVICE_SID: DEFAULT_ACCOUNT.syncServiceSid,
  });
  const report = async (callSid: string, deliveries: number) => {
    const recording = Object.assign(world.recordings.create(callSid), {
      status: 'completed' as const,
      durationSeconds: 4,
      wav: sample,
    });
    const urlState = {
      callSid,
      attempt: 1,
      silenceRetries: 0,
      from: CALLER,
      to: harness.numbers.support,
      queueName: 'Support',
      workflowSid: SUPPORT.sid,
      waitingSince: Date.now(),
      entryCreated: false,
    };
    const page = voicemailPath(environment, 'recording-status', urlState).slice(FEATURE_PATH.length + 1);
    const params = {
      CallSid: callSid,
      RecordingSid: recording.sid,
      RecordingStatus: 'completed',
      RecordingDuration: '4',
    };
    for (let n = 1, delivered = 0; ; n += 1) {
      // On a machine that is too busy to answer in minutes, Twilio would have given up as well.
      const answer = await startPost(page, params).catch(() => undefined);
      if (answer?.ok) delivered += 1;
      if (delivered === deliveries) return;
      if (n === MAX_DELIVERIES) throw new Error(`the webhook was answered ${answer?.status ?? 'never'} each time`);
      await new Promise((resolve) => setTimeout(resolve, REDELIVERED_AFTER_MS));
    }
  };
  const sids = Array.from({ length: count }, (_, n) => `CA${n.toString(16).padStart(32, '0')}`);
  let reported = 0;
  let failure: unknown;
  for (const [n, sid] of sids.entries())
    setTimeout(
      () =>
        void report(sid, times).then(
          () => {
            reported += 1;
          },
          (error: unknown) => {
            failure ??= error;
          },
        ),
      (n / perSecond) * 1_000,
    );
  while (reported < count && failure === undefined) await pass(1_000);
  if (failure !== undefined) throw failure;
  return sids.map((sid) => `voicemail-${sid}-1`);
}

/**
 * Lets that share of requests to Twilio and Mailgun fail: refused or broken off; of the mails that are sent, half of the
 * failing ones are taken and their answer is lost. What asks Mailgun is answered (docs/known-limits.md).
 */
export function failByChance({ world }: Harness, rng: Rng, share: number): void {
  const consume = jest.spyOn(
    world.faults as { consume(target: { host: string; method: string }): Fault | undefined },
    'consume',
  );
  consume.mockImplementation(({ host, method }) => {
    if (!rng.chance(share)) return undefined;
    const isMail = host.endsWith('mailgun.net');
    if (isMail && method !== 'POST') return undefined;
    const kind = rng.pick<Fault['kind']>(isMail ? ['status', 'done-then-reset'] : ['status', 'status', 'reset']);
    return { kind, ...(kind === 'status' ? { status: rng.pick([429, 500, 503]) } : {}) };
  });
}

/** Entries whose mails are not sent. */
export const unsent = async (harness: Harness, ids: readonly string[]): Promise<string[]> => {
  const states = await Promise.all(ids.map(async (id) => [id, (await harness.document(id))?.email] as const));
  return states.filter(([, email]) => (email as { state?: string } | undefined)?.state !== 'sent').map(([id]) => id);
};

/** @returns what is wrong: entries without a mail, entries with several, and hours with more mails than the limit */
export async function findMistakes({ mailbox }: Harness, ids: readonly string[], limit: number): Promise<string[]> {
  const mails = [...mailbox.list()].reverse();
  const counts = new Map(ids.map((id) => [id, 0]));
  for (const { id } of mails) {
    const head = (await mailbox.read(id))!.subarray(0, HEAD_BYTES).toString('latin1');
    const entry = /^Message-ID: <(voicemail-CA[0-9a-f]{32}-\d+)@/im.exec(head)?.[1] ?? 'unknown';
    counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  const wrong = [...counts].filter(([, count]) => count !== 1).map(([id, count]) => `${count} mails: ${id}`);
  const tooMany = mails.flatMap(({ at }, n) => {
    const withinHour = mails.slice(n).filter((one) => one.at < at + HOUR).length;
    return withinHour > limit ? [`${withinHour} mails in the hour from ${new Date(at).toISOString()} on`] : [];
  });
  return [...wrong, ...tooMany.slice(0, 3)];
}
