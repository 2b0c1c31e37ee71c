import { findActiveCallback } from '../fulfilment/active-callback-lock';
import type { Invocation } from '../invocation';
import { LEDGER_TTL_SECONDS, numberToCall } from '../ledger/entry';
import type { Environment } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import { keyedNames } from '../runtime/signing';

/**
 * Open callbacks at one number that callers typed, over all queues: caller ids can be forged, so a hundred pretended
 * callers could have one victim called a hundred times (ADR 0105).
 */
const MAX_OPEN = 3;

/** The entries that may be open at a number, as they were read. */
export interface NumberSlots {
  name: string;
  number: string;
  entryIds: string[];
  revision: string | undefined;
}

/** The names of the Sync document, the newest first. @throws ConfigurationError without a key */
export const slotsNames = (environment: Environment, number: string): [string, ...string[]] =>
  keyedNames(environment, 'callbacks-at', number);

/** @returns undefined for the caller's own number, and when Sync does not answer: an outage refuses nobody */
export async function readNumberSlots(
  { twilio, log, environment }: Invocation,
  { number, from, callSid }: { number: string; from: string; callSid: string },
): Promise<NumberSlots | undefined> {
  if (number === from) return undefined;
  try {
    const names = slotsNames(environment, number);
    const documents = await Promise.all(names.map((name) => twilio.sync.fetchDocument(name)));
    const ids = documents.flatMap((document) => entryIdsIn(document?.data.entryIds));
    return { name: names[0], number, entryIds: [...new Set(ids)], revision: documents[0]?.revision };
  } catch (error) {
    log.warn('callbacks at the number not read', { callSid, code: errorCode(error) });
    return undefined;
  }
}

const entryIdsIn = (ids: unknown): string[] =>
  Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];

/** The slots without those that are not open any more; 'full' when another callback has no room. Never throws. */
export async function findRoom(
  invocation: Invocation,
  slots: NumberSlots | undefined,
  entryId: string,
): Promise<NumberSlots | 'full' | undefined> {
  if (slots === undefined || slots.entryIds.includes(entryId) || slots.entryIds.length < MAX_OPEN) return slots;
  const open = await Promise.all(slots.entryIds.map((id) => isOpenAt(invocation, slots, id)));
  const entryIds = slots.entryIds.filter((_id, n) => open[n]);
  return entryIds.length < MAX_OPEN ? { ...slots, entryIds } : 'full';
}

async function isOpenAt(invocation: Invocation, { name, number }: NumberSlots, entryId: string): Promise<boolean> {
  try {
    const found = await findActiveCallback(invocation, { name, entryId, revision: undefined });
    return found !== undefined && numberToCall(found.entry) === number;
  } catch (error) {
    invocation.log.warn('callback at the number not read', { entry: entryId, code: errorCode(error) });
    return true;
  }
}

/**
 * Counts an entry as open at the number, unless the slots have changed since they were read.
 * @throws TwilioError `conflict` or `precondition-failed` when they have
 */
export async function takeSlot({ twilio }: Invocation, slots: NumberSlots | undefined, entryId: string): Promise<void> {
  if (slots === undefined || slots.entryIds.includes(entryId)) return;
  const data = { version: 1, entryIds: [...slots.entryIds, entryId] };
  if (slots.revision === undefined) await twilio.sync.createDocument(slots.name, data, LEDGER_TTL_SECONDS);
  else await twilio.sync.updateDocument(slots.name, data, slots.revision, LEDGER_TTL_SECONDS);
}
