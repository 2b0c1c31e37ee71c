import type { SyncValue } from '../../sandbox/src/sync/sync-value';
import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';
import type { Harness } from './harness';
import type { Mail } from './recordings-and-mails';

/** Voicemails of one caller that are mailed together. */

/** So many go singly within an hour. */
export const limitedTo = (limit: number) => ({ VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR: String(limit) });

interface MessageOptions {
  to?: keyof Harness['numbers'];
  from?: string;
}

/** Leaves a message, and lets it be mailed. @returns the entry's id */
export async function leaveMessage(harness: Harness, options: MessageOptions = {}): Promise<string> {
  const { id, hangUp } = await speakMessage(harness, options);
  hangUp();
  await harness.advance(90_000);
  return id;
}

/** The caller has spoken, and is still on the line. */
export async function speakMessage(harness: Harness, { to = 'support', from }: MessageOptions = {}) {
  const caller = await harness.dial({ to: harness.numbers[to], ...(from === undefined ? {} : { from }) });
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  return { id: `voicemail-${caller.sid}-1`, hangUp: () => caller.hangUp() };
}

export async function leaveMessages(harness: Harness, count: number, options?: MessageOptions): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await leaveMessage(harness, options));
  return ids;
}

/** The time at which held mails are due, and the sweep that sends them. */
export async function waitForSummaries(harness: Harness): Promise<void> {
  await harness.advance(61 * 60_000);
  await harness.runOutboxSweep();
}

/** What was mailed, the oldest first. */
export const mailsInOrder = async (harness: Harness) => (await harness.mails()).reverse();

export const emailOf = async (harness: Harness, id: string) =>
  (await harness.document(id))?.email as { state: string; [field: string]: unknown };

/** The entry whose own email it is. */
export const entryOf = (mail: Mail): string => /voicemail-CA[0-9a-f]{32}-\d+/.exec(mail.header('message-id') ?? '')![0];

/** Lines of the list of others, in both parts. */
export const listedIn = ({ text, html }: Mail) => ({
  text: text.split('\n').filter((line) => line.startsWith('- ')),
  html: [...html.matchAll(/<li dir="auto">([^<]*)<\/li>/g)].map(([, line]) => line!),
});

/** Documents of callers' mails. */
export const callerMailsDocuments = ({ world }: Harness): SyncValue[] =>
  world.sync
    .service(DEFAULT_ACCOUNT.syncServiceSid)
    .documents.list()
    .filter(({ uniqueName }) => uniqueName?.startsWith('mails-of-caller-'));
