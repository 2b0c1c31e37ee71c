import { liveItems } from '../../../sandbox/src/sync/sync-store';
import { DEFAULT_ACCOUNT } from '../../../sandbox/src/world/defaults';
import type { Harness } from '../harness';
import { SOUND_BYTES } from './voicemails';

/** What became of a voicemail, and what is wrong with that. */
export interface Verdict {
  mails: number;
  /** Mails that somebody got for the second time, which their entry says. */
  repetitions: number;
  /** Recipients who got no mail, and for whom the entry records the reason. */
  failures: number;
  tasks: number;
  problems: string[];
}

interface Expectation {
  recipients: readonly string[];
  /** The provider refused the mail in its own words. */
  mayFail: boolean;
  mayOmitRecording: boolean;
  /** Nobody can say whether a mail whose answer was lost went out. */
  mayRepeat: boolean;
}

interface Entry {
  indexKey?: string;
  task: { state: string; sid?: string; lease?: object };
  email: {
    state: string;
    lastError?: string;
    possibleDuplicate?: boolean;
    recipients?: { address?: string; state: string; problem?: string }[];
  };
}

const service = ({ world }: Harness) => world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);

const findEntry = (harness: Harness, id: string) =>
  service(harness).documents.find(id)?.data as unknown as Entry | undefined;

const rowOf = (harness: Harness, id: string) =>
  service(harness)
    .maps.list()
    .filter(({ uniqueName }) => uniqueName?.startsWith('history-'))
    .flatMap(liveItems)
    .find(({ key }) => key.endsWith(id))?.data as unknown as
    | { email: { state: string; lastError?: string } }
    | undefined;

const isListed = (harness: Harness, key: string | undefined) =>
  service(harness)
    .maps.list()
    .some((map) => map.uniqueName?.startsWith('open-') && liveItems(map).some((item) => item.key === key));

/** What is still to be done for a voicemail; empty when nothing is. */
export function openWork(harness: Harness, id: string): string[] {
  const entry = findEntry(harness, id);
  if (entry === undefined) return ['there is no entry'];
  const { task, email, indexKey } = entry;
  const row = rowOf(harness, id);
  return [
    ...(task.state === 'created' ? [] : [`its task is ${task.state}`]),
    ...(/^(sent|failed)$/.test(email.state) ? [] : [`its mail is ${email.state} (${email.lastError})`]),
    ...(isListed(harness, indexKey) ? [] : [`nothing lists it under ${indexKey}`]),
    ...(row?.email.state === email.state ? [] : [`its row says ${row?.email.state} of a mail that is ${email.state}`]),
  ];
}

/** Whether everybody has one mail or one explained failure, and the voicemail one task. */
export function judge(
  harness: Harness,
  id: string,
  { recipients, mayFail, mayRepeat, mayOmitRecording }: Expectation,
): Verdict {
  const problems = openWork(harness, id);
  const entry = findEntry(harness, id);
  const tasks = harness.productTasks().filter(({ attributes }) => JSON.stringify(attributes).includes(id));
  if (tasks.length !== 1) problems.push(`it has ${tasks.length} tasks`);
  else if (tasks[0]!.sid !== entry?.task.sid) problems.push('its entry names another task');
  const mails = harness.mailbox.list();
  if (entry?.email.state === 'failed' && rowOf(harness, id)?.email.lastError === undefined)
    problems.push('the history does not say why its mail failed');
  const verdict: Verdict = { mails: mails.length, repetitions: 0, failures: 0, tasks: tasks.length, problems };
  if (entry === undefined) return verdict;
  const { email } = entry;
  for (const address of recipients) {
    const got = mails.filter(({ to }) => to.includes(address)).length;
    const known = email.recipients?.find((one) => one.address === address);
    if (got > 2 || (got === 2 && email.possibleDuplicate !== true)) problems.push(`${address} got ${got} mails`);
    else if (got === 2) {
      verdict.repetitions += 1;
      if (!mayRepeat) problems.push(`${address} got a second mail, although the provider could be asked`);
    } else if (got === 0) {
      const reason = known?.problem ?? (email.state === 'failed' ? email.lastError : undefined);
      if (reason === undefined) problems.push(`${address} got no mail, and nothing says why`);
      else {
        verdict.failures += 1;
        if (!mayFail) problems.push(`${address} got no mail: ${reason}`);
      }
    }
    if (got > 0 && known?.state !== 'accepted') problems.push(`${address} got a mail and is ${known?.state}`);
  }
  if (mails.some(({ recipients: all }) => all.some((one) => !recipients.includes(one)) || all.length !== 1))
    problems.push('a mail went to somebody else, or to several');
  for (const { attachments } of mails) {
    if (attachments.length === 1 && attachments[0]!.size === SOUND_BYTES) continue;
    if (attachments.length > 0 || !mayOmitRecording) problems.push('a mail is without the whole recording');
  }
  return verdict;
}
