import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import { DEFAULT_ACCOUNT } from '../../../sandbox/src/world/defaults';
import { readEnvironment } from '../../../serverless-functions/src/runtime/environment';
import { voicemailPath } from '../../../serverless-functions/src/voicemail/voicemail-url';
import { SUPPORT } from '../deployed-product';
import type { Harness } from '../harness';
import type { HeldWebhook } from '../webhook-delivery';

/** One voicemail after another in one account, which forgets the one before. */

const CALLER = '+14155550123';
/** Twilio's, by the overrides in the URL of this webhook: five times again, within 15 seconds. */
const MAX_DELIVERIES = 6;
const DELIVERED_WITHIN_MS = 15_000;
/** More than one piece of it is on its way when a provider answers before it has read all. */
export const SOUND_BYTES = 48_000;

export interface ReportedVoicemail {
  /** Of its entry. */
  id: string;
  callSid: string;
  webhook: HeldWebhook;
}

/** A caller has spoken and hung up: there is an entry, and a recording whose webhook is about to be sent. */
export async function recordVoicemail(harness: Harness, n: number): Promise<ReportedVoicemail> {
  const { world } = harness;
  const callSid = `CA${n.toString(16).padStart(32, '0')}`;
  const environment = readEnvironment({
    ACCOUNT_SID: world.account.accountSid,
    AUTH_TOKEN: world.account.authToken,
    VOICEMAIL_SYNC_SERVICE_SID: DEFAULT_ACCOUNT.syncServiceSid,
  });
  const urlState = {
    ...{ callSid, attempt: 1, silenceRetries: 0, from: CALLER, to: harness.numbers.support, queueName: 'Support' },
    ...{ workflowSid: SUPPORT.sid, waitingSince: Date.now(), entryCreated: false },
  };
  const page = voicemailPath(environment, 'voicemail', urlState).slice(FEATURE_PATH.length + 1);
  const twiml = await (await harness.post(page, { CallSid: callSid })).text();
  const [, url] = /recordingStatusCallback="([^"#]+)/.exec(twiml)!;
  const wav = harness.sample.subarray(0, SOUND_BYTES);
  const recording = Object.assign(world.recordings.create(callSid), {
    ...{ status: 'completed' as const, durationSeconds: 3, wav },
  });
  await harness.advance(4_000);
  return {
    id: `voicemail-${callSid}-1`,
    callSid,
    webhook: {
      url: new URL(url!.replaceAll('&amp;', '&'), harness.publicUrl).href,
      params: {
        ...{ CallSid: callSid, RecordingSid: recording.sid, RecordingStatus: 'completed', RecordingDuration: '3' },
      },
    },
  };
}

/** Delivers the webhook as Twilio does: again, as long as it is not answered with success. @returns the bodies */
export async function deliverWebhook(harness: Harness, webhook: HeldWebhook): Promise<string[]> {
  const begunAt = harness.clock.now();
  const bodies: string[] = [];
  for (let n = 0; n < MAX_DELIVERIES && harness.clock.now() - begunAt < DELIVERED_WITHIN_MS; n += 1) {
    const answer = await harness.redeliver(webhook);
    bodies.push(await answer.text());
    if (answer.ok) break;
    await harness.advance(500);
  }
  return bodies;
}

/** Removes all voicemails: what was there costs later ones time, and changes their requests. */
export async function forgetVoicemails({ world, mailbox }: Harness): Promise<void> {
  const { documents, maps } = world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  for (const document of documents.list())
    if (document.uniqueName?.startsWith('voicemail-')) documents.remove(document);
  for (const map of maps.list()) if (map.uniqueName !== 'email-health') map.items.clear();
  for (const { sid } of world.tasks.list()) world.tasks.remove(sid);
  for (const { sid } of world.recordings.list()) world.recordings.remove(sid);
  await mailbox.clear();
}
