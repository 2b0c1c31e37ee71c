import type { Invocation } from '../invocation';
import { isMailWorthy, recordingSeconds } from '../ledger/entry';
import { CorruptEntry } from '../ledger/ledger';
import type { OtherVoicemail } from '../notification/email-job';
import { errorCode } from '../runtime/errors';

/** What a mail tells of the voicemails that get none of their own (ADR 0122). */

const READ_AT_ONCE = 25;

/** @returns those that no other mail tells of, the oldest first; undefined when Sync does not say */
export async function readOtherVoicemails(
  invocation: Invocation,
  ids: readonly string[],
): Promise<OtherVoicemail[] | undefined> {
  const others: OtherVoicemail[] = [];
  try {
    for (let n = 0; n < ids.length; n += READ_AT_ONCE) {
      const found = await Promise.all(ids.slice(n, n + READ_AT_ONCE).map((id) => readOther(invocation, id)));
      others.push(...found.filter((other) => other !== undefined));
    }
  } catch (error) {
    invocation.log.warn('summary not read', { code: errorCode(error) });
    return undefined;
  }
  return others.sort((one, other) => one.receivedAt - other.receivedAt);
}

/** @returns undefined for one that was deleted, or is sent singly after all. @throws TwilioError */
async function readOther({ ledger }: Invocation, id: string): Promise<OtherVoicemail | undefined> {
  try {
    const entry = (await ledger.find(id))?.entry;
    if (entry === undefined || !isMailWorthy(entry)) return undefined;
    const { email } = entry;
    // Just listed: its entry will say so.
    const isListed = email.state === 'sending' && email.resendRequestedAt === undefined;
    if (email.state !== 'summarized' && !isListed) return undefined;
    return { receivedAt: entry.createdAt, seconds: recordingSeconds(entry) };
  } catch (error) {
    if (error instanceof CorruptEntry) return undefined;
    throw error;
  }
}
