import { createHash } from 'node:crypto';
import { isOutcomeUnknown, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import { type LedgerEntry, truncateBytes } from './entry';
import { EntryProjections } from './entry-projections';
import { nextRunAt } from './steps';

/** 30 days: longer than a task lives (7 days) and a mail is retried (3 days). Renewed by every write. */
const TTL_SECONDS = 30 * 24 * 60 * 60;
/** Sync takes 20 writes a second to one Map, so the index is spread over eight. */
export const INDEX_MAPS = 8;
/** Documents of 10 KiB and more take 2 writes a second instead of 20. */
const MAX_DOCUMENT_BYTES = 10_000;
const MAX_RECIPIENTS_BYTES = 4_000;
/** Each round of a lost race is one read and one write; the others win in at most this many. */
const MAX_ROUNDS = 8;

export interface VersionedEntry {
  entry: LedgerEntry;
  revision: string;
}

/** Name of the index map that lists an entry, by a hash that spreads calls evenly. */
export function indexMapName(id: string): string {
  return `open-${createHash('sha256').update(id).digest()[0]! % INDEX_MAPS}`;
}

/**
 * The key of an entry in its index map: when it is due, then what it is, so that a map's first items are those that
 * need someone now and a sweep never reads past them.
 */
export function formatIndexKey(id: string, due: number): string {
  return `${new Date(due).toISOString().slice(0, 19)}Z_${id}`;
}
export function parseIndexKey(key: string): { due: number; id: string } | undefined {
  const match =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_(voicemail-CA[0-9a-f]{32}-\d{1,3}|callback-(?:CA)?[0-9a-f]{32})$/.exec(key);
  return match ? { due: Date.parse(match[1]!), id: match[2]! } : undefined;
}

/** Reads and writes ledger entries; every change is a conditional write. */
export class Ledger {
  private readonly projections: EntryProjections;

  constructor(
    private readonly sync: () => SyncClient,
    log?: Log,
  ) {
    this.projections = new EntryProjections(sync, log);
  }

  /**
   * Writes a new entry and lists it as open, side by side: without either the caller must not be promised anything.
   * @returns the entry of that id that is there now, which may be an earlier one
   * @throws TwilioError when Sync did not take both
   */
  async createIfAbsent(entry: LedgerEntry): Promise<VersionedEntry & { created: boolean }> {
    const written = withIndexKey(entry);
    const [document] = await awaitBoth(
      this.sync()
        .createDocument(entry.id, trimToSyncLimit(written), TTL_SECONDS)
        .then((revision) => ({ entry: written, revision, created: true }))
        .catch(async (error: unknown) => {
          const there =
            isTwilioError(error, 'conflict') || isOutcomeUnknown(error) ? await this.find(entry.id) : undefined;
          if (there === undefined) throw error;
          return { ...there, created: false };
        }),
      this.addIndexKey(written),
    );
    if (document.created) this.projections.entryCreated(document.entry);
    return document;
  }

  async find(id: string): Promise<VersionedEntry | undefined> {
    const document = await this.sync().fetchDocument(id);
    return document && { entry: document.data as unknown as LedgerEntry, revision: document.revision };
  }

  /**
   * Applies `next` to the newest version and writes it, again while others write in between; and moves the entry in
   * the index to when it is due next, or out of it when nothing is left to do. The new place is written beside the
   * entry and the old one removed afterwards, so an open entry is never unlisted. What the history shows is written
   * beside both.
   * @param next gives the changed entry, or the same one when there is nothing to change
   * @param movesInIndex false for a claim: it lasts seconds, and its outcome moves the entry anyway
   * @param leavesOldKey true where a caller waits for the answer: the sweep removes the stray key when it comes to it
   * @returns what is in the ledger afterwards; undefined when there is no such entry
   */
  async compareAndSwap(
    from: string | VersionedEntry,
    next: (entry: LedgerEntry) => LedgerEntry,
    movesInIndex: () => boolean = () => true,
    leavesOldKey = false,
  ): Promise<VersionedEntry | undefined> {
    const id = typeof from === 'string' ? from : from.entry.id;
    let current = typeof from === 'string' ? await this.find(id) : from;
    for (let round = 1; current !== undefined; round += 1) {
      const before = current.entry;
      let entry = next(before);
      const isClaim = !movesInIndex();
      if (!isClaim) entry = withIndexKey(entry);
      if (entry === before) {
        if (this.projections.isDirty(entry)) await this.projections.write(before, entry);
        return current;
      }
      const moved = entry.indexKey !== before.indexKey;
      if (isClaim) this.projections.deferToOutcome(before, entry);
      const shown = isClaim ? undefined : this.projections.write(before, entry);
      try {
        const [revision] = await awaitBoth(
          this.sync().updateDocument(id, trimToSyncLimit(entry), current.revision, TTL_SECONDS),
          moved ? this.addIndexKey(entry) : Promise.resolve(),
        ).finally(() => shown);
        if (moved && before.indexKey !== undefined && !leavesOldKey)
          await this.removeIndexKey(id, before.indexKey).catch(() => undefined);
        return { entry, revision };
      } catch (error) {
        if (!isTwilioError(error, 'precondition-failed') || round >= MAX_ROUNDS) throw error;
        if (!isClaim && this.projections.changes(before, entry)) this.projections.markDirty(before);
        current = await this.find(id);
      }
    }
    return undefined;
  }

  /**
   * Puts right a key that its entry does not hold: the entry is listed where it says, which may have failed, and only
   * then the stray key goes.
   */
  async repairIndexKey({ entry }: VersionedEntry, strayKey: string): Promise<void> {
    await this.addIndexKey(entry);
    await this.removeIndexKey(entry.id, strayKey);
  }

  /** Writes the row of an entry as it is: for whoever finds that it was not. Never throws. */
  async rewriteProjections(entry: LedgerEntry): Promise<void> {
    this.projections.markDirty(entry);
    await this.projections.write(entry, entry);
  }

  /** Tries once more to write what is shown of an entry, where that failed; nothing otherwise. Never throws. */
  async flushProjections(entry: LedgerEntry): Promise<void> {
    if (this.projections.isDirty(entry)) await this.projections.write(entry, entry);
  }

  /** Takes a key out of the index; for the sweep, when it finds one that points nowhere. */
  async removeIndexKey(id: string, key: string): Promise<void> {
    await this.sync().removeMapItem(indexMapName(id), key);
  }

  /** The first open entries of one index map, by when they are due. */
  async listDue(map: number, limit: number): Promise<string[]> {
    return (await this.sync().firstOfMap(`open-${map}`, limit)).map((item) => item.key);
  }

  private async addIndexKey(entry: LedgerEntry): Promise<void> {
    if (entry.indexKey !== undefined)
      await this.sync().addMapItem(indexMapName(entry.id), entry.indexKey, { id: entry.id }, TTL_SECONDS);
  }
}

function withIndexKey(entry: LedgerEntry): LedgerEntry {
  const due = nextRunAt(entry);
  const indexKey = due === undefined ? undefined : formatIndexKey(entry.id, due);
  return indexKey === entry.indexKey ? entry : { ...entry, indexKey };
}

/** Waits for both, so that nothing is left running, then gives the first failure if there is one. */
async function awaitBoth<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** Keeps a document below the size from which Sync writes ten times slower: addresses give way, then the transcript. */
function trimToSyncLimit(entry: LedgerEntry): LedgerEntry {
  const over = Buffer.byteLength(JSON.stringify(entry)) - MAX_DOCUMENT_BYTES;
  if (over <= 0) return entry;
  const { recipients } = entry.email;
  if (Buffer.byteLength(JSON.stringify(recipients)) > MAX_RECIPIENTS_BYTES) {
    // Many long addresses: who got it is the settings' list; who did not is what must be known.
    const refused = recipients.filter(({ state }) => state === 'refused').slice(0, 10);
    return trimToSyncLimit({ ...entry, email: { ...entry.email, recipients: refused } });
  }
  if (entry.transcript.text === undefined) return entry;
  const room = Math.max(0, Buffer.byteLength(entry.transcript.text) - over - 64);
  return { ...entry, transcript: { ...entry.transcript, text: truncateBytes(entry.transcript.text, room) } };
}
