import { DELIVERY_OUTCOMES } from '@callback-and-voicemail/contract/bounce-reasons';
import type { EmailIn, EmailState, RecipientDelivery, RecipientOutcome } from './entry';
import type { EventOf } from './events';
import { hasProblem, isAddressOf, isReached } from './settled-recipients';

/**
 * What providers report of the recipients of an email. Pure. Reports come in any order, some twice: of two, the same
 * one counts whichever comes first.
 */

/** A report that is not final never hides one that is, and a complaint stays. */
const FINALITY: Readonly<Record<RecipientDelivery['outcome'], number>> = {
  deferred: 0,
  delivered: 1,
  bounced: 1,
  complained: 2,
};

/** The most recipients with a problem that are added to a list which was cut short. */
const MAX_ADDED_PROBLEMS = 10;

/** Which of two reports counts: the final one; of two final ones the later. */
function laterDelivery(known: RecipientDelivery | undefined, report: RecipientDelivery): RecipientDelivery {
  return known === undefined || compareDeliveries(known, report) < 0 ? report : known;
}

/** A total order, so that nothing depends on which report came first. */
function compareDeliveries(one: RecipientDelivery, other: RecipientDelivery): number {
  return (
    FINALITY[one.outcome] - FINALITY[other.outcome] ||
    one.at - other.at ||
    DELIVERY_OUTCOMES.indexOf(one.outcome) - DELIVERY_OUTCOMES.indexOf(other.outcome) ||
    (one.reason ?? '').localeCompare(other.reason ?? '', 'en') ||
    (one.words ?? '').localeCompare(other.words ?? '', 'en')
  );
}

type ReportedEmail = EmailIn<'pending' | 'sending' | 'sent' | 'failed'>;

/** The recipients that an email knows of, in whatever state it is. */
export function knownRecipients(email: ReportedEmail): readonly RecipientOutcome[] {
  return email.state === 'sent' || email.state === 'failed' ? email.recipients : (email.settled ?? []);
}

/**
 * The recipients of an email after a report.
 * @returns undefined when it changes nothing
 */
export function withReport(
  email: ReportedEmail,
  { address, provider, outcome, reason, words, at }: EventOf<'delivery-reported'>,
): RecipientOutcome[] | undefined {
  const recipients = knownRecipients(email);
  const report: RecipientDelivery = { outcome, reason, words, at };
  const index = recipients.findIndex((one) => isAddressOf(one, address));
  const known = recipients[index];
  if (known === undefined) {
    const added: RecipientOutcome = { address, state: 'accepted', provider, delivery: report };
    return mayAdd(email, added) ? [...recipients, added] : undefined;
  }
  const delivery = laterDelivery(known.delivery, report);
  if (delivery === known.delivery || isSameDelivery(delivery, known.delivery)) return undefined;
  // A provider that reports it has taken it, whoever refused it besides.
  const reported: RecipientOutcome = { address: known.address, state: 'accepted', provider, delivery };
  // Where a digest stands for the address, supervisors must see whom the mail did not reach.
  return recipients.with(index, hasProblem(reported) ? { ...reported, address } : reported);
}

const isSameDelivery = (one: RecipientDelivery, other: RecipientDelivery | undefined) =>
  one.outcome === other?.outcome && one.at === other.at && one.reason === other.reason && one.words === other.words;

/**
 * Whether a report may name a recipient that the email does not know. While it is being sent, or after its retries ended,
 * the report proves that the provider took it for that recipient. The list of one that was sent is complete, unless it
 * was cut to fit; then those with a problem are added.
 */
function mayAdd(email: ReportedEmail, added: RecipientOutcome): boolean {
  if (email.state !== 'sent') return true;
  if (email.recipients.length >= email.recipientCount || !hasProblem(added)) return false;
  return email.recipients.filter(hasProblem).length < MAX_ADDED_PROBLEMS;
}

/** True for an email that went out, was refused for some of its recipients, and knows all of them. */
export function isRefusedForSome(email: EmailIn<EmailState>): boolean {
  if (email.state !== 'sent' || email.recipients.length < email.recipientCount) return false;
  return email.recipients.some(({ state }) => state === 'refused');
}

/** True when every recipient is known, and none was reached. */
export function isNobodyReached(email: EmailIn<'sent' | 'failed'>): boolean {
  const { recipients, recipientCount } = email;
  return recipients.length > 0 && recipients.length >= recipientCount && !recipients.some(isReached);
}
