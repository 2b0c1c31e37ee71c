import type { VoicemailCard } from '@callback-and-voicemail/contract';
import type { LedgerEntry } from '../ledger/entry';
import type { Deadline } from '../runtime/deadline';
import type { Environment } from '../runtime/environment';
import { mailerOf, messageIdOf } from './mailer';

/** A card does not wait longer for it: without it, it says "sent". */
const MAX_QUESTION_MS = 2_000;
/** Mailgun keeps its events for a day on its smaller plans; after that there is nothing to ask for. */
const KNOWN_FOR_MS = 24 * 3_600_000;
/** A mail server's answer is a line or two. */
const MAX_REASON = 120;

export type Delivery = Pick<VoicemailCard['email'], 'delivered' | 'bounced' | 'bounceReason'>;

/**
 * Asks the provider what became of a mail it took. Never throws.
 * @returns nothing of what nobody knows
 */
export async function readDelivery(
  { environment, deadline }: { environment: Environment; deadline: Deadline },
  { id, email }: LedgerEntry,
): Promise<Delivery> {
  const mailer = mailerOf(environment);
  if (mailer === undefined || email.state !== 'sent' || Date.now() - email.sentAt > KNOWN_FOR_MS) return {};
  const time = Math.min(MAX_QUESTION_MS, deadline.remaining());
  const found = await deadline
    .within(time, () => mailer.provider.deliveriesOf(messageIdOf(id, mailer), time))
    .catch(() => undefined);
  if (found === undefined) return {};
  const { delivered, bounced } = found;
  const why = bounced.map(({ reason }) => withoutAddresses(reason)).find((reason) => reason !== '');
  return {
    ...(delivered > 0 ? { delivered } : {}),
    ...(bounced.length > 0 ? { bounced: bounced.length } : {}),
    ...(why === undefined ? {} : { bounceReason: why }),
  };
}

/** Agents read it; whose mailbox it is does not concern them. */
function withoutAddresses(reason: string): string {
  const line = reason
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '…')
    .trim();
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line;
}
