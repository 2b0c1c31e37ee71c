import type { ReconciliationChain, ReconciliationRecord } from '@callback-and-voicemail/contract';
import { number, object, parseIfValid, text } from '@callback-and-voicemail/contract/schema';
import type { Invocation } from '../invocation';
import { KEPT_TTL_SECONDS } from '../ledger/entry-lifetime';
import { isTwilioError, ProductError } from '../runtime/errors';
import type { SyncDocument } from '../twilio/sync';
import { type ChainHead, hashOf, nextRecord, recordKey, type StoredRecord, verifyChain } from './chain';

/**
 * The chain of runs: a Sync Map with an item for each, and a document that names the newest. Sync takes 20 writes a
 * second to one object (https://www.twilio.com/docs/sync/limits); a run writes two, at its end.
 */
const CHAIN_MAP = 'reconciliations';
const HEAD_DOCUMENT = 'reconciliation-head';
const PER_PAGE = 100;
/** Two years of daily runs: Sync removes each after one. */
const MAX_RECORDS = 1_000;
/** Runs that may end in the same moment. */
const MAX_ROUNDS = 5;

const headSchema = object({ n: number(), hash: text() });

interface StoredHead {
  head: ChainHead | undefined;
  document: SyncDocument | undefined;
}

async function readHead({ twilio }: Invocation): Promise<StoredHead> {
  const document = await twilio.sync.fetchDocument(HEAD_DOCUMENT);
  return { head: parseIfValid(headSchema, document?.data), document };
}

/**
 * Appends a run.
 * @throws TwilioError when Sync is out of reach; ProductError `chain-busy` while others append
 */
export async function appendRecord(
  invocation: Invocation,
  content: Omit<ReconciliationRecord, 'n' | 'previous' | 'hash'>,
): Promise<ReconciliationRecord> {
  const { sync } = invocation.twilio;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { head, document } = await readHead(invocation);
    const last = await findLast(invocation, head);
    const record = nextRecord(last, content);
    const key = recordKey(record.n);
    // A key that is there already is left as it is: then another run has taken the place.
    await sync.addMapItem(CHAIN_MAP, key, record, KEPT_TTL_SECONDS, KEPT_TTL_SECONDS);
    const stored = await sync.getMapItem(CHAIN_MAP, key);
    if (stored?.data.hash !== record.hash || hashOf(stored.data) !== record.hash) continue;
    await writeHead(invocation, document, record);
    return record;
  }
  throw new ProductError('chain-busy', 'Other runs ended at the same time', 'Ask again.');
}

/** The newest record: that of the head, or those that follow it, whose head was not written. */
async function findLast({ twilio }: Invocation, head: ChainHead | undefined): Promise<ChainHead | undefined> {
  const from = head === undefined ? undefined : recordKey(head.n);
  const [newest] = await twilio.sync.listMapItems(CHAIN_MAP, { order: 'desc', limit: 1 });
  if (newest === undefined || (from !== undefined && newest.key <= from)) return head;
  return parseIfValid(headSchema, newest.data) ?? head;
}

/** Another run that was faster has written a later one. */
async function writeHead(
  { twilio: { sync } }: Invocation,
  document: SyncDocument | undefined,
  { n, hash }: ReconciliationRecord,
): Promise<void> {
  try {
    if (document === undefined) await sync.createDocument(HEAD_DOCUMENT, { n, hash }, KEPT_TTL_SECONDS);
    else await sync.updateDocument(HEAD_DOCUMENT, { n, hash }, document.revision, KEPT_TTL_SECONDS);
  } catch (error) {
    if (!isTwilioError(error, 'conflict', 'precondition-failed', 'not-found')) throw error;
  }
}

/** Reads the chain and says whether it was changed by hand. @throws TwilioError when Sync is out of reach */
export async function readChain(invocation: Invocation): Promise<ReconciliationChain> {
  const { sync } = invocation.twilio;
  // The head first: what is appended meanwhile is no change.
  const { head } = await readHead(invocation);
  const records: StoredRecord[] = [];
  let from: string | undefined;
  while (records.length < MAX_RECORDS) {
    const page = await sync.listMapItems(CHAIN_MAP, { order: 'asc', limit: PER_PAGE, from });
    records.push(...page);
    if (page.length < PER_PAGE) break;
    from = page.at(-1)!.key;
  }
  return verifyChain(records, head, Date.now());
}
