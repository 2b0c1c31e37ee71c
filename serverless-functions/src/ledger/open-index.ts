import { createHash } from 'node:crypto';
import type { SyncClient } from '../twilio/sync';
import { LEDGER_TTL_SECONDS } from './entry';
import { chronologicalKey, parseListedKey, rowsKey } from './entry-id';

/** Sync takes 20 writes a second to one Map, so the index is spread over eight. */
export const INDEX_MAPS = 8;

/** When the sweep looks again at an entry that it cannot read. */
const CORRUPT_RETRY_MS = 24 * 60 * 60_000;
/** When the sweep looks again for an entry that Sync did not have. */
const MISSING_RETRY_MS = 60 * 60_000;

/** A key of the index. */
export interface ListedKey {
  key: string;
  /** There was no entry when a sweep last looked. */
  isMissing: boolean;
}

/** Name of the index map that lists an entry, by a hash that spreads calls evenly. */
export function indexMapName(id: string): string {
  return `open-${createHash('sha256').update(id).digest()[0]! % INDEX_MAPS}`;
}

/** The index of open entries: eight Sync Maps whose keys sort by due time (ADR 0003). */
export class OpenIndex {
  constructor(private readonly sync: () => SyncClient) {}

  async add(id: string, key: string): Promise<void> {
    await this.sync().addMapItem(indexMapName(id), key, { id }, LEDGER_TTL_SECONDS);
  }

  async remove(id: string, key: string): Promise<void> {
    await this.sync().removeMapItem(indexMapName(id), key);
  }

  /**
   * The keys of one map that are due first.
   * @param limit at most 100
   * @param after a key: those that follow it
   */
  async list(map: number, limit: number, after?: string): Promise<ListedKey[]> {
    const items = await this.sync().listMapItems(`open-${map}`, { order: 'asc', limit, from: after });
    return items.map(({ key, data }) => ({ key, isMissing: data.missing === true }));
  }

  /**
   * Sync has no entry for this key. That may be a wrong answer: it is asked again in an hour, and only then the key goes.
   */
  async dropKeyWithoutEntry(id: string, { key, isMissing }: ListedKey): Promise<void> {
    if (!isMissing) {
      const later = sameKindOfKey(key, id, Date.now() + MISSING_RETRY_MS);
      await this.sync().addMapItem(indexMapName(id), later, { id, missing: true }, LEDGER_TTL_SECONDS);
    }
    await this.remove(id, key);
  }

  /**
   * Lists an entry that cannot be read for tomorrow, so that it does not keep others from being processed.
   * @param key that lists it now; undefined: none does
   */
  async postponeCorruptEntry(id: string, key: string | undefined): Promise<void> {
    const at = Date.now() + CORRUPT_RETRY_MS;
    await this.add(id, key === undefined ? chronologicalKey(id, at) : sameKindOfKey(key, id, at));
    if (key !== undefined) await this.remove(id, key);
  }
}

/** A later key for what an earlier one lists: an entry, or its rows. */
function sameKindOfKey(key: string, id: string, at: number): string {
  return parseListedKey(key)?.forRows ? rowsKey(id, at) : chronologicalKey(id, at);
}
