import { createHash } from 'node:crypto';
import { parse } from '@callback-and-voicemail/contract/schema';
import { errorCode, isOutcomeUnknown, isTwilioError, ProductError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import { LEDGER_TTL_SECONDS, type LedgerEntry, ledgerEntrySchema } from './entry';
import { chronologicalKey, parseListedKey, rowsKey } from './entry-id';
import { EntryProjections } from './entry-projections';
import { nextRunAt } from './schedule';
import { type LedgerEvent, transitionAll } from './transitions';
import { truncateBytes } from './truncate';

/** Sync takes 20 writes a second to one Map, so the index is spread over eight. */
export const INDEX_MAPS = 8;
/** Documents of 10 KiB and more take 2 writes a second instead of 20. */
const MAX_DOCUMENT_BYTES = 10_000;
const MAX_RECIPIENTS_BYTES = 4_000;
/** Each lost race costs one read and one write; the other writers are done after at most this many. */
const MAX_ROUNDS = 8;
/** When the sweep looks again at an entry that it cannot read. */
const CORRUPT_RETRY_MS = 24 * 60 * 60_000;

/** An entry that is due this much before the sweep would see it is listed before it is changed. */
const MAX_UNLISTED_MS = 15 * 60_000;

/** When the sweep looks again for an entry that Sync did not have. */
const MISSING_RETRY_MS = 60 * 60_000;

/** When a sweep repeats a row that was not written: the invocation is over by then, and a burst has often passed. */
const ROWS_RETRY_MS = 2 * 60_000;

/** How many fields of a corrupt entry its error names. */
const MAX_REPORTED_FIELDS = 5;

/** An entry and the revision that a conditional write must name. */
export interface VersionedEntry {
  entry: LedgerEntry;
  revision: string;
}

/** An entry by its id, or as it was read last. */
export type EntryRef = string | VersionedEntry;

/** A document that is not a ledger entry of this version. */
export class CorruptEntry extends ProductError {
  constructor(id: string, fields: readonly string[]) {
    const at = fields.slice(0, MAX_REPORTED_FIELDS).join(', ');
    super(
      'ledger-entry-corrupt',
      `The ledger entry ${id} cannot be read${at === '' ? '' : `: ${at}`}`,
      'Correct or remove its Sync document.',
    );
  }
}

/**
 * What happens to the key under which the index of due entries lists an entry.
 * `move`: the key for the next run is added beside the write, and the old one removed afterwards, so that an open entry
 * is never unlisted. `add`: the sweep removes the old key; for requests a caller waits for. `keep`: for claims, which
 * last seconds; only the outcome moves the entry. An entry that no sweep would see for long is listed all the same, and
 * before it is changed: the invocation may die in between (ADR 0051).
 */
export type Reindex = 'move' | 'add' | 'keep';

/** A key of the index. */
export interface ListedKey {
  key: string;
  /** There was no entry when a sweep last looked. */
  isMissing: boolean;
}

/** What `tryClaim` made of an entry: `claim` is undefined when nothing could be claimed. */
export interface ClaimAttempt<Claim> {
  entry: LedgerEntry;
  claim?: Claim;
}

/** Name of the index map that lists an entry, by a hash that spreads calls evenly. */
export function indexMapName(id: string): string {
  return `open-${createHash('sha256').update(id).digest()[0]! % INDEX_MAPS}`;
}

/** Reads and writes ledger entries; every change is a conditional write. */
export class Ledger {
  private readonly projections: EntryProjections;
  /** Ids of entries whose rows a sweep writes again. */
  private readonly listedForRows = new Set<string>();

  constructor(
    private readonly sync: () => SyncClient,
    private readonly log?: Log,
  ) {
    this.projections = new EntryProjections(sync, log);
  }

  /**
   * Writes a new entry and its index key in parallel. Without either, nothing may be promised to the caller.
   * @returns the entry of that id that is stored now, which may be an earlier one
   * @throws TwilioError when Sync did not take both; CorruptEntry when the earlier one cannot be read
   */
  async createIfAbsent(newEntry: LedgerEntry): Promise<VersionedEntry & { created: boolean }> {
    const entry = withCurrentIndexKey(newEntry);
    const [stored] = await awaitBoth(
      this.sync()
        .createDocument(entry.id, trimToSyncLimit(entry), LEDGER_TTL_SECONDS)
        .then((revision) => ({ entry, revision, created: true }))
        .catch(async (error: unknown) => {
          const mayExist = isTwilioError(error, 'conflict') || isOutcomeUnknown(error);
          const existing = mayExist ? await this.find(entry.id) : undefined;
          if (existing === undefined) throw error;
          return { ...existing, created: false };
        }),
      this.addIndexKey(entry),
    );
    if (stored.created) this.projections.entryCreated(stored.entry);
    return stored;
  }

  /** @throws TwilioError when Sync is out of reach; CorruptEntry when the document is not an entry */
  async find(id: string): Promise<VersionedEntry | undefined> {
    const document = await this.sync().fetchDocument(id);
    if (document === undefined) return undefined;
    const parsed = parse(ledgerEntrySchema, document.data);
    if (!parsed.ok)
      throw new CorruptEntry(
        id,
        parsed.issues.map(({ path }) => path),
      );
    return { entry: parsed.value, revision: document.revision };
  }

  /** Applies events to an entry, in that order: `compareAndSwap` with the table of transitions. */
  apply(
    ref: EntryRef,
    events: LedgerEvent | readonly LedgerEvent[],
    options?: { reindex?: Reindex },
  ): Promise<VersionedEntry | undefined> {
    const list = 'type' in events ? [events] : events;
    return this.compareAndSwap(ref, (entry) => transitionAll(entry, list, Date.now()), options);
  }

  /**
   * Replaces an entry with `transition` of its newest version; repeated while other invocations write in between.
   * @param transition pure; gives the entry itself when there is nothing to change
   * @returns what the ledger holds afterwards; undefined when there is no such entry
   * @throws TwilioError when Sync is out of reach; CorruptEntry when the document is not an entry
   */
  async compareAndSwap(
    ref: EntryRef,
    transition: (entry: LedgerEntry) => LedgerEntry,
    { reindex = 'move' }: { reindex?: Reindex } = {},
  ): Promise<VersionedEntry | undefined> {
    return this.swap(ref, (entry) => ({ next: transition(entry), reindex }));
  }

  /**
   * Tries to claim what is open in an entry, so that no other invocation works on it.
   * @param tryClaim pure; if it returns no `claim`, its changes are written like those of `compareAndSwap`
   * @param reindex where the claim itself must move the entry in the index
   * @returns the entry afterwards, with the claim if there is one; undefined when there is no such entry
   * @throws TwilioError when Sync is out of reach; CorruptEntry when the document is not an entry
   */
  async claim<Claim>(
    ref: EntryRef,
    tryClaim: (entry: LedgerEntry) => ClaimAttempt<Claim>,
    { reindex = 'keep' }: { reindex?: Reindex } = {},
  ): Promise<(VersionedEntry & { claim?: Claim }) | undefined> {
    let claim: Claim | undefined;
    const after = await this.swap(ref, (entry) => {
      const attempt = tryClaim(entry);
      claim = attempt.claim;
      return { next: attempt.entry, reindex: claim === undefined ? 'move' : reindex };
    });
    return after && { ...after, claim };
  }

  /**
   * Claims an entry with an event that only applies when it may be claimed.
   * @returns the claimed entry; undefined when it could not be claimed, or does not exist
   */
  async claimBy(
    ref: EntryRef,
    event: LedgerEvent,
    options?: { reindex?: Reindex },
  ): Promise<VersionedEntry | undefined> {
    const after = await this.claim(
      ref,
      (entry) => {
        const next = transitionAll(entry, [event], Date.now());
        return next === entry ? { entry } : { entry: next, claim: true };
      },
      options,
    );
    return after?.claim ? after : undefined;
  }

  /**
   * Lists an open entry that another invocation works on. That one may have died between the entry and its index key, and
   * without the key no sweep would take over.
   * @throws TwilioError when Sync is out of reach: then the caller must not report success
   */
  async ensureListed(entry: LedgerEntry): Promise<void> {
    await this.addIndexKey(entry);
  }

  /** Repairs a stray index key: lists the entry where it says, since that write may have failed, then removes the key. */
  async repairIndexKey({ entry }: VersionedEntry, strayKey: string): Promise<void> {
    await this.addIndexKey(entry);
    await this.removeIndexKey(entry.id, strayKey);
  }

  /**
   * Sync has no entry for this key. That may be a wrong answer: it is asked again in an hour, and only then the key goes.
   */
  async dropKeyWithoutEntry(id: string, { key, isMissing }: ListedKey): Promise<void> {
    if (!isMissing) {
      const later = sameKindOfKey(key, id, Date.now() + MISSING_RETRY_MS);
      await this.sync().addMapItem(indexMapName(id), later, { id, missing: true }, LEDGER_TTL_SECONDS);
    }
    await this.removeIndexKey(id, key);
  }

  /** Lists an entry that cannot be read for tomorrow, so that it does not keep others from being processed. */
  async postponeCorruptEntry(id: string, key: string): Promise<void> {
    const later = sameKindOfKey(key, id, Date.now() + CORRUPT_RETRY_MS);
    await this.sync().addMapItem(indexMapName(id), later, { id }, LEDGER_TTL_SECONDS);
    await this.removeIndexKey(id, key);
  }

  /** Writes the rows of an entry again; for readers that find them outdated. Never throws. */
  async rewriteProjections(entry: LedgerEntry): Promise<void> {
    this.projections.markDirty(entry);
    await this.writeRows(entry, entry);
  }

  /**
   * Writes the rows of an entry again that is listed for them. The key goes once they are written and the entry has not
   * changed meanwhile: the rows of another invocation may have come first.
   * @throws TwilioError when a row was not written: a later sweep tries again
   */
  async repairRows({ entry, revision }: VersionedEntry, key: string): Promise<void> {
    this.projections.markDirty(entry);
    const failed = await this.projections.write(entry, entry);
    if (failed !== undefined) throw failed.failure;
    const after = await this.find(entry.id);
    if (after?.revision === revision) await this.removeIndexKey(entry.id, key);
  }

  /** Retries rows of an entry that could not be written. Never throws. */
  async flushProjections(entry: LedgerEntry): Promise<void> {
    if (this.projections.isDirty(entry)) await this.writeRows(entry, entry);
  }

  /** Writes rows; those that cannot be written are listed for a sweep (ADR 0095). Never throws. */
  private async writeRows(before: LedgerEntry, entry: LedgerEntry): Promise<void> {
    const { id } = entry;
    const failed = await this.projections.write(before, entry);
    if (failed === undefined || this.listedForRows.has(id)) return;
    try {
      const key = rowsKey(id, Date.now() + ROWS_RETRY_MS);
      await this.sync().addMapItem(indexMapName(id), key, { id }, LEDGER_TTL_SECONDS);
      this.listedForRows.add(id);
    } catch (error) {
      this.log?.error('history not listed', { entry: id, code: errorCode(error) });
    }
  }

  private async removeIndexKey(id: string, key: string): Promise<void> {
    await this.sync().removeMapItem(indexMapName(id), key);
  }

  /**
   * The keys of one index map that are due first.
   * @param limit at most 100
   * @param after a key: those that follow it
   */
  async listDue(map: number, limit: number, after?: string): Promise<ListedKey[]> {
    const items = await this.sync().listMapItems(`open-${map}`, { order: 'asc', limit, from: after });
    return items.map(({ key, data }) => ({ key, isMissing: data.missing === true }));
  }

  private async addIndexKey(entry: LedgerEntry): Promise<void> {
    if (entry.indexKey === undefined) return;
    await this.sync().addMapItem(indexMapName(entry.id), entry.indexKey, { id: entry.id }, LEDGER_TTL_SECONDS);
  }

  private async swap(
    ref: EntryRef,
    propose: (entry: LedgerEntry) => { next: LedgerEntry; reindex: Reindex },
  ): Promise<VersionedEntry | undefined> {
    const id = typeof ref === 'string' ? ref : ref.entry.id;
    let current = typeof ref === 'string' ? await this.find(id) : ref;
    for (let round = 1; current !== undefined; round += 1) {
      const { next, reindex: wanted } = propose(current.entry);
      const reindex = wanted === 'keep' && next !== current.entry && isListedLate(next) ? 'move' : wanted;
      const entry = reindex === 'keep' ? next : withCurrentIndexKey(next);
      if (entry === current.entry) {
        await this.flushProjections(entry);
        return current;
      }
      try {
        return { entry, revision: await this.write(current, entry, reindex, wanted === 'keep') };
      } catch (error) {
        if (!isTwilioError(error, 'precondition-failed') || round >= MAX_ROUNDS) throw error;
        if (wanted !== 'keep') this.projections.markDirtyIfChanged(current.entry, entry);
        current = await this.find(id);
      }
    }
    return undefined;
  }

  /** Writes an entry, its rows and its index key in parallel, then removes the old key. @returns the new revision */
  private async write(
    { entry: before, revision }: VersionedEntry,
    entry: LedgerEntry,
    reindex: Reindex,
    isClaim: boolean,
  ): Promise<string> {
    const isMoved = entry.indexKey !== before.indexKey;
    const isLate = isMoved && reindex === 'move' && isListedLate({ ...entry, indexKey: before.indexKey });
    if (isLate) await this.addIndexKey(entry);
    if (isClaim) this.projections.deferToOutcome(before, entry);
    const projected = isClaim ? undefined : this.writeRows(before, entry);
    // Sent first, since the invocation may die between the two.
    const listed = isMoved && !isLate ? this.addIndexKey(entry) : Promise.resolve();
    const [newRevision] = await awaitBoth(
      this.sync().updateDocument(entry.id, trimToSyncLimit(entry), revision, LEDGER_TTL_SECONDS),
      listed,
    ).finally(() => projected);
    // A key that stays behind is removed by the sweep.
    if (isMoved && before.indexKey !== undefined && reindex !== 'add')
      await this.removeIndexKey(entry.id, before.indexKey).catch(() => undefined);
    return newRevision;
  }
}

function withCurrentIndexKey(entry: LedgerEntry): LedgerEntry {
  const at = nextRunAt(entry);
  const indexKey = at === undefined ? undefined : chronologicalKey(entry.id, at);
  return indexKey === entry.indexKey ? entry : { ...entry, indexKey };
}

/** A later key for what an earlier one lists: an entry, or its rows. */
function sameKindOfKey(key: string, id: string, at: number): string {
  return parseListedKey(key)?.forRows ? rowsKey(id, at) : chronologicalKey(id, at);
}

/** True when the entry is due long before the time at which the index lists it, if it does. */
function isListedLate(entry: LedgerEntry): boolean {
  const at = nextRunAt(entry);
  if (at === undefined) return false;
  const listedAt = entry.indexKey === undefined ? undefined : parseListedKey(entry.indexKey)?.at;
  return listedAt === undefined || listedAt > at + MAX_UNLISTED_MS;
}

/** Waits for both, so that nothing is left running, then throws the first failure if there is one. */
async function awaitBoth<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** Keeps a document below the size from which Sync writes ten times slower: first recipients go, then the transcript. */
function trimToSyncLimit(entry: LedgerEntry): LedgerEntry {
  const excess = Buffer.byteLength(JSON.stringify(entry)) - MAX_DOCUMENT_BYTES;
  if (excess <= 0) return entry;
  const { email, transcript } = entry;
  const hasRecipients = email.state === 'sent' || email.state === 'failed';
  if (hasRecipients && Buffer.byteLength(JSON.stringify(email.recipients)) > MAX_RECIPIENTS_BYTES) {
    // The settings say who received it. What must be kept is who did not.
    const refused = email.recipients.filter(({ state }) => state === 'refused').slice(0, 10);
    return trimToSyncLimit({ ...entry, email: { ...email, recipients: refused } });
  }
  if (transcript.state !== 'ready') return entry;
  const room = Math.max(0, Buffer.byteLength(transcript.text) - excess - 64);
  return { ...entry, transcript: { state: 'ready', text: truncateBytes(transcript.text, room) } };
}
