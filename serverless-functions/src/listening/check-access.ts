import {
  addressKey,
  type EmailRecipient,
  type EmailSettings,
  isAllowedRecipient,
  mailedFormat,
  type NotificationRules,
} from '@callback-and-voicemail/contract';
import type { LedgerEntry } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import { allowedRecipients } from '../notification/allowed-recipients';
import { chosenRecipients } from '../notification/chosen-recipients';
import { isLinkOf, type ListenLink } from '../notification/listen-link';
import type { Environment } from '../runtime/environment';
import type { ListenProblem } from './listen-refusal';

/** What decides whether a link opens, as it is now. */
export interface AccessFacts {
  link: ListenLink;
  /** Undefined when there is none any more. */
  entry: LedgerEntry | undefined;
  settings: EmailSettings;
  rules: NotificationRules;
  /** Keys of the addresses that get nothing until they are confirmed. */
  unconfirmed: readonly string[];
  environment: Environment;
  timeZone: string;
}

/**
 * Whose link it is, and why it does not open. It opens for somebody to whom the voicemail would be sent now, while its
 * recording is there and the settings let recordings leave Flex. Pure.
 * @returns `recipient`: undefined where nobody may know, or the link's address gets this voicemail no longer
 */
export function checkAccess(facts: AccessFacts): { recipient?: EmailRecipient; problem?: ListenProblem } {
  const { entry, link, settings } = facts;
  if (entry === undefined || isErased(entry)) return { problem: 'recording-deleted' };
  const recipient = recipientOf(facts, entry);
  if (recipient === undefined) return { problem: 'recipient-removed' };
  if (!settings.enabled || mailedFormat(settings) === 'notice') return { recipient, problem: 'links-off' };
  const { recording } = entry;
  const isThere =
    recording.state === 'completed' &&
    recording.recordingSid === link.recordingSid &&
    recording.deletionDueAt === undefined;
  return isThere ? { recipient } : { recipient, problem: 'recording-deleted' };
}

function recipientOf(
  { link, settings, rules, unconfirmed, environment, timeZone }: AccessFacts,
  entry: LedgerEntry,
): EmailRecipient | undefined {
  const chosen = chosenRecipients({ entry, settings, rules, timeZone }) ?? [];
  const allowed = allowedRecipients(environment);
  return chosen
    .filter(({ address }) => isAllowedRecipient(address, allowed) && !unconfirmed.includes(addressKey(address)))
    .find(({ address }) => isLinkOf(link, address, environment));
}
