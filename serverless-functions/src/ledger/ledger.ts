import { createHash } from 'node:crypto';
import { isOutcomeUnknown, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import { BesideEntries } from './beside-entries';
import { type LedgerEntry, truncateBytes } from './entry';
import { dueAt } from './steps';

/** 30 days: longer than a task lives (7 days) and a mail is retried (3 days). Renewed by every write. */
const TTL_SECONDS = 30 * 24 * 60 * 60;
/** Sync takes 20 writes a second to one Map, so the index is spread over eight. */
export const INDEX_MAPS = 8;
/** Documents of 10 KiB and more take 2 writes a second instead of 20. */
const MAX_DOCUMENT_BYTES = 10_000;
const MAX_RECIPIENTS_BYTES = 4_000;
/** Each round of a lost race is one read and one write; the others win in at most this many. */
const MAX_ROUNDS = 8;

export interface Held {
  entry: LedgerEntry;
  revision: string;
}

/** Name of the index map that lists an entry, by a hash that spreads calls evenly. */
export function indexMapOf(id: string): string {
  return `open-${createHash('sha256').update(id).digest()[0]! % INDEX_MAPS}`;
}

/**
 * The key of an entry in its index map: when it is due, then what it is, so that a map's first items are those that
 * need someone now and a sweep never reads past them.
 */
export function indexKeyOf(id: string, due: number): string {
  return `${new Date(due).toISOString().slice(0, 19)}Z_${id}`;
}
export function readIndexKey(key: string): { due: number; id: string } | undefined {
  const match =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_(voicemail-CA[0-9a-f]{32}-\d{1,3}|callback-(?:CA)?[0-9a-f]{32})$/.exec(key);
  return match ? { due: Date.parse(match[1]!), id: match[2]! } : undefined;
}

/** Reads and writes ledger entries; every change is a conditional write. */
export class Ledger {
  private readonly beside: BesideEntries;

  constructor(
    private readonly sync: () => SyncClient,
    log?: Log,
  ) {
    this.beside = new BesideEntries(sync, log);
  }

  /**
   * Writes a new entry and lists it as open, side by side: without either the caller must not be promised anything.
   * @returns the entry of that id that is there now, which may be an earlier one
   * @throws TwilioError when Sync did not take both
   */
  async open(entry: LedgerEntry): Promise<Held & { created: boolean }> {
    const written = withIndexKey(entry);
    const [document] = await bothOrThrow(
      this.sync()
        .createDocument(entry.id, fit(written), TTL_SECONDS)
        .then((revision) => ({ entry: written, revision, created: true }))
        .catch(async (error: unknown) => {
          const there =
            isTwilioError(error, 'conflict') || isOutcomeUnknown(error) ? await this.find(entry.id) : undefined;
          if (there === undefined) throw error;
          return { ...there, created: false };
        }),
      this.list(written),
    );
    if (document.created) this.beside.opened(document.entry);
    return document;
  }

  async find(id: string): Promise<Held | undefined> {
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
  async change(
    from: string | Held,
    next: (entry: LedgerEntry) => LedgerEntry,
    movesInIndex: () => boolean = () => true,
    leavesOldKey = false,
  ): Promise<Held | undefined> {
    const id = typeof from === 'string' ? from : from.entry.id;
    let held = typeof from === 'string' ? await this.find(id) : from;
    for (let round = 1; held !== undefined; round += 1) {
      const before = held.entry;
      let entry = next(before);
      const isClaim = !movesInIndex();
      if (!isClaim) entry = withIndexKey(entry);
      if (entry === before) {
        if (this.beside.isOwed(entry)) await this.beside.write(before, entry);
        return held;
      }
      const moved = entry.indexKey !== before.indexKey;
      if (isClaim) this.beside.postpone(before, entry);
      const shown = isClaim ? undefined : this.beside.write(before, entry);
      try {
        const [revision] = await bothOrThrow(
          this.sync().updateDocument(id, fit(entry), held.revision, TTL_SECONDS),
          moved ? this.list(entry) : Promise.resolve(),
        ).finally(() => shown);
        if (moved && before.indexKey !== undefined && !leavesOldKey)
          await this.unlist(id, before.indexKey).catch(() => undefined);
        return { entry, revision };
      } catch (error) {
        if (!isTwilioError(error, 'precondition-failed') || round >= MAX_ROUNDS) throw error;
        if (!isClaim && this.beside.isShown(before, entry)) this.beside.doubt(before);
        held = await this.find(id);
      }
    }
    return undefined;
  }

  /**
   * Puts right a key that its entry does not hold: the entry is listed where it says, which may have failed, and only
   * then the stray key goes.
   */
  async relist({ entry }: Held, strayKey: string): Promise<void> {
    await this.list(entry);
    await this.unlist(entry.id, strayKey);
  }

  /** Writes the row of an entry as it is: for whoever finds that it was not. Never throws. */
  async showAgain(entry: LedgerEntry): Promise<void> {
    this.beside.doubt(entry);
    await this.beside.write(entry, entry);
  }

  /** Tries once more to write what is shown of an entry, where that failed; nothing otherwise. Never throws. */
  async catchUp(entry: LedgerEntry): Promise<void> {
    if (this.beside.isOwed(entry)) await this.beside.write(entry, entry);
  }

  /** Takes a key out of the index; for the sweep, when it finds one that points nowhere. */
  async unlist(id: string, key: string): Promise<void> {
    await this.sync().removeMapItem(indexMapOf(id), key);
  }

  /** The first open entries of one index map, by when they are due. */
  async firstOpen(map: number, limit: number): Promise<string[]> {
    return (await this.sync().firstOfMap(`open-${map}`, limit)).map((item) => item.key);
  }

  private async list(entry: LedgerEntry): Promise<void> {
    if (entry.indexKey !== undefined)
      await this.sync().addMapItem(indexMapOf(entry.id), entry.indexKey, { id: entry.id }, TTL_SECONDS);
  }
}

function withIndexKey(entry: LedgerEntry): LedgerEntry {
  const due = dueAt(entry);
  const indexKey = due === undefined ? undefined : indexKeyOf(entry.id, due);
  return indexKey === entry.indexKey ? entry : { ...entry, indexKey };
}

/** Waits for both, so that nothing is left running, then gives the first failure if there is one. */
async function bothOrThrow<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** Keeps a document below the size from which Sync writes ten times slower: addresses give way, then the transcript. */
function fit(entry: LedgerEntry): LedgerEntry {
  const over = Buffer.byteLength(JSON.stringify(entry)) - MAX_DOCUMENT_BYTES;
  if (over <= 0) return entry;
  const { recipients } = entry.email;
  if (Buffer.byteLength(JSON.stringify(recipients)) > MAX_RECIPIENTS_BYTES) {
    // Many long addresses: who got it is the settings' list; who did not is what must be known.
    const refused = recipients.filter(({ state }) => state === 'refused').slice(0, 10);
    return fit({ ...entry, email: { ...entry.email, recipients: refused } });
  }
  if (entry.transcript.text === undefined) return entry;
  const room = Math.max(0, Buffer.byteLength(entry.transcript.text) - over - 64);
  return { ...entry, transcript: { ...entry.transcript, text: truncateBytes(entry.transcript.text, room) } };
}
