import { addressKey, type EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import type { Draft } from './draft';

/** A recipient, and where it is: `recipients.2`, `rules.0.recipients.1`. */
export interface PlacedRecipient {
  path: string;
  recipient: EmailRecipient;
}

/** Every recipient: the default ones, the archive, the fall-back recipient, and those of rules. */
export function allRecipients({ settings, rules }: Draft): PlacedRecipient[] {
  const listed = (path: string, recipients: readonly EmailRecipient[]) =>
    recipients.map((recipient, index) => ({ path: `${path}.${index}`, recipient }));
  const single = (path: string, recipient: EmailRecipient | undefined) =>
    recipient === undefined ? [] : [{ path, recipient }];
  return [
    ...listed('recipients', settings.recipients),
    ...single('archive', settings.archive),
    ...single('fallback_recipient', settings.fallback_recipient),
    ...rules.rules.flatMap(({ recipients }, index) => listed(`rules.${index}.recipients`, recipients)),
  ];
}

/** One for each address, by its key: a place where it has a telephone, or the first. */
export function recipientsByAddress(draft: Draft): Map<string, PlacedRecipient> {
  const found = new Map<string, PlacedRecipient>();
  for (const placed of allRecipients(draft)) {
    const key = addressKey(placed.recipient.address);
    const known = found.get(key)?.recipient;
    if (known === undefined || (known.phone === undefined && placed.recipient.phone !== undefined))
      found.set(key, placed);
  }
  return found;
}

/** What is set for an address besides its name holds wherever it is: also where it is added. */
export function withKnownDetails(draft: Draft, added: EmailRecipient): EmailRecipient {
  const key = addressKey(added.address);
  const known = allRecipients(draft)
    .filter(({ recipient }) => addressKey(recipient.address) === key)
    .map(({ recipient: { name: _own, ...details } }) => details);
  return Object.assign({}, ...known, added);
}
