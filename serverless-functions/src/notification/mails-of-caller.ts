import { choice, type Infer, list, object, optional, text, timestamp } from '@callback-and-voicemail/contract/schema';
import { LEDGER_TTL_SECONDS } from '../ledger/entry';

/**
 * Which voicemails of one caller are mailed singly, and which one mail sums up (ADR 0122). Pure; a Sync document for each
 * caller holds it, changed by conditional writes alone. All times are milliseconds since 1970.
 */

const HOUR_MS = 60 * 60_000;
/** An email tells of so many others; what comes then begins another one. */
export const MAX_OTHERS = 50;
/** Sync takes 16 KiB. */
const MAX_BYTES = 14_000;

export const callerMailsSchema = object({
  version: choice(1),
  /** The entries that were mailed singly within the last hour. */
  mailed: list(object({ id: text(), at: timestamp() })),
  summaries: list(
    object({
      /** The entry whose email tells of the others. */
      carrier: text(),
      /** A hash of the queue and the recipients, who are the same for all of them. */
      readers: text(),
      /** When that email is due. */
      until: timestamp(),
      /** It is being composed: nothing is added any more. */
      closed: optional(choice(true)),
      /** The entries that it tells of. */
      more: list(text()),
    }),
  ),
});
export type CallerMails = Infer<typeof callerMailsSchema>;
type Summary = CallerMails['summaries'][number];

export const NO_MAILS: CallerMails = { version: 1, mailed: [], summaries: [] };

/** What becomes of an email. */
export type MailDecision =
  | { mail: 'single' }
  | { mail: 'carries'; until: number }
  | { mail: 'summarized'; carrier: string; until: number };

/** An entry whose email was claimed. */
export interface CountedVoicemail {
  id: string;
  readers: string;
  /** No earlier attempt has claimed it, so none has counted it. */
  isFirst: boolean;
  /** A carrier whose email is known to be final. */
  fallenCarrier?: string;
}

/**
 * Decides on the email of an entry, always alike once `next` was written.
 * @param limit the emails that are sent singly within an hour
 * @returns the decision, and what is to be written before it counts; absent when nothing changes
 */
export function countMail(
  mails: CallerMails,
  voicemail: CountedVoicemail,
  limit: number,
  now: number,
): { decision: MailDecision; next?: CallerMails } {
  const { id, readers, isFirst, fallenCarrier } = voicemail;
  if (mails.mailed.some((one) => one.id === id)) return { decision: { mail: 'single' } };
  const own = mails.summaries.find(({ carrier, more }) => carrier === id || more.includes(id));
  if (own !== undefined && own.carrier !== fallenCarrier) return { decision: decisionIn(own, id) };
  if (own === undefined && !isFirst) return { decision: { mail: 'single' } };
  const current = withoutPast(mails, now);
  if (own === undefined && current.mailed.length < limit)
    return { decision: { mail: 'single' }, next: { ...current, mailed: [...current.mailed, { id, at: now }] } };
  const open = own ?? current.summaries.find((one) => one.readers === readers && hasRoom(one, now));
  const summary = withVoicemail(open, voicemail, now);
  const summaries = [...current.summaries.filter((one) => one.carrier !== open?.carrier), summary];
  const next = { ...current, summaries };
  // No room to list it: it is mailed singly, and not lost.
  if (Buffer.byteLength(JSON.stringify(next)) > MAX_BYTES) return { decision: { mail: 'single' } };
  return { decision: decisionIn(summary, id), next };
}

const decisionIn = ({ carrier, until }: Summary, id: string): MailDecision =>
  carrier === id ? { mail: 'carries', until } : { mail: 'summarized', carrier, until };

const hasRoom = ({ closed, until, more }: Summary, now: number) => !closed && until > now && more.length < MAX_OTHERS;

/** The summary that tells of an entry: one that is open, with another carrier where its own has fallen; or a new one. */
function withVoicemail(
  open: Summary | undefined,
  { id, readers, fallenCarrier }: CountedVoicemail,
  now: number,
): Summary {
  if (open !== undefined && open.carrier !== fallenCarrier) return { ...open, more: [...open.more, id] };
  const more = (open?.more ?? []).filter((one) => one !== id);
  return { carrier: id, readers, until: now + HOUR_MS, more };
}

/** Without what is too old to matter. A summary whose email failed for good can be sent again as long as it is here. */
function withoutPast({ version, mailed, summaries }: CallerMails, now: number): CallerMails {
  return {
    version,
    mailed: mailed.filter(({ at }) => at > now - HOUR_MS),
    summaries: summaries.filter(({ until }) => until > now - LEDGER_TTL_SECONDS * 1_000),
  };
}

/** True when no other voicemail fits into the summary of that carrier. */
export const isFull = ({ summaries }: CallerMails, id: string): boolean =>
  summaries.some(({ carrier, more }) => carrier === id && more.length >= MAX_OTHERS);

/** The entries that the email of a carrier tells of. */
export const othersOf = ({ summaries }: CallerMails, id: string): Summary | undefined =>
  summaries.find(({ carrier }) => carrier === id);

/** @returns with nothing more to be added to a carrier's summary; undefined when it is closed, or there is none */
export function closeSummary(mails: CallerMails, id: string): CallerMails | undefined {
  const summary = othersOf(mails, id);
  if (summary === undefined || summary.closed) return undefined;
  return {
    ...mails,
    summaries: mails.summaries.map((one) => (one === summary ? { ...one, closed: true as const } : one)),
  };
}

/** @returns without the summary of a carrier that was sent; undefined when there is none */
export function dropSummary(mails: CallerMails, id: string): CallerMails | undefined {
  const summaries = mails.summaries.filter(({ carrier }) => carrier !== id);
  return summaries.length === mails.summaries.length ? undefined : { ...mails, summaries };
}

/**
 * An entry whose content is deleted is in no later email.
 * @param heir carries on what it carried
 * @returns undefined when nothing changes
 */
export function leaveMails(mails: CallerMails, id: string, heir: string | undefined): CallerMails | undefined {
  const next = {
    ...mails,
    mailed: mails.mailed.filter((one) => one.id !== id),
    summaries: mails.summaries.flatMap((one) => {
      const more = one.more.filter((other) => other !== id && other !== heir);
      if (one.carrier !== id) return [{ ...one, more: one.more.filter((other) => other !== id) }];
      return heir === undefined ? [] : [{ ...one, carrier: heir, closed: undefined, more }];
    }),
  };
  return JSON.stringify(next) === JSON.stringify(mails) ? undefined : next;
}

export const isWithoutMails = ({ mailed, summaries }: CallerMails): boolean => mailed.length + summaries.length === 0;
