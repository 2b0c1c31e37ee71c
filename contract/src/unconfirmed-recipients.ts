import { UNCONFIRMED_VERSION } from './email-settings/limits';
import { choice, type Infer, list, object, parseIfValid, text } from './schema';

/** Who added which addresses in one save. */
const additionSchema = object({
  /** The worker's SID. */
  by: text(),
  /** As their Flex token names them. */
  name: text(),
  /** ISO 8601, UTC. */
  at: text(),
  addresses: list(text(), { min: 1 }),
});
export type RecipientAddition = Infer<typeof additionSchema>;

/**
 * The addresses that get no mail until another supervisor confirms them: a Sync document that the settings name
 * (`saved.unconfirmed_document`). Only the Functions write it.
 */
const unconfirmedRecipientsSchema = object({
  version: choice(UNCONFIRMED_VERSION),
  additions: list(additionSchema),
});

/** @returns undefined for a document that cannot be read */
export function parseUnconfirmedRecipients(data: unknown): RecipientAddition[] | undefined {
  return parseIfValid(unconfirmedRecipientsSchema, data)?.additions;
}
