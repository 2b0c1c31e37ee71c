import { parse } from '@callback-and-voicemail/contract/schema';
import { isOutcomeUnknown, isTwilioError, ProductError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import { type ChangeKind, planChange, planRowsAlone, withCurrentIndexKey } from './change-plan';
import { type LedgerEntry, ledgerEntrySchema } from './entry';
import { isRemoved, removalMarkerOf, toDocument } from './entry-document';
import { chronologicalKey } from './entry-id';
import { entryTtlSeconds, KEPT_TTL_SECONDS } from './entry-lifetime';
import { doubtOfChange, doubtOfNewEntry, fullDoubt, mergeDoubts, planRows, type RowDoubt } from './entry-rows';
import type { LedgerEvent } from './events';
import { FAILURES_MAP, type FailureRow, toUnreadableRow } from './history-row';
import { OpenIndex } from './open-index';
import { PlanExecutor } from './plan-executor';
import { transitionAll } from './transitions';

/** Each lost race costs one read and one write; the other writers are done after at most this many. */
const MAX_ROUNDS = 8;
/** How many fields of a corrupt entry its error names. */
const MAX_REPORTED_FIELDS = 5;
/** How long a deleted entry's document stays when its removal fails. */
const REMOVAL_TTL_SECONDS = 60 * 60;

/** An entry and the revision that a conditional write must name. */
export interface VersionedEntry {
  entry: LedgerEntry;
  revision: string;
}

/** An entry by its id, or as it was read last. */
export type EntryRef = string | VersionedEntry;

/** A document that is not a ledger entry of this version. */
export class CorruptEntry extends ProductError {
  /**
   * @param row what shows it to a supervisor
   * @param document what is stored
   */
  constructor(
    id: string,
    fields: readonly string[],
    readonly row: FailureRow,
    readonly document: { data: Record<string, unknown>; revision: string },
  ) {
    const at = fields.slice(0, MAX_REPORTED_FIELDS).join(', ');
    super(
      'ledger-entry-corrupt',
      `The ledger entry ${id} cannot be read${at === '' ? '' : `: ${at}`}`,
      row.unreadable?.isNewer
        ? 'A later release wrote it: deploy that release, or a later one.'
        : 'Correct or remove its Sync document.',
    );
  }
}

/** What `tryClaim` made of an entry: `claim` is undefined when nothing could be claimed. */
export interface ClaimAttempt<Claim> {
  entry: LedgerEntry;
  claim?: Claim;
}

/** How a change is written, where not as its method says: see `ChangeKind`. */
interface WrittenAs {
  as?: ChangeKind;
}

/** Reads and writes ledger entries; every change is a conditional write. `change-plan.ts` says what each one writes. */
export class Ledger {
  readonly index: OpenIndex;
  private readonly executor: PlanExecutor;
  /** Rows that may differ from their entries, by the entries' ids. */
  private readonly doubts = new Map<string, RowDoubt>();
  /** Entries whose rows are written with their next change. */
  private readonly distrusted = new Set<string>();

  constructor(
    private readonly sync: () => SyncClient,
    log?: Log,
  ) {
    this.index = new OpenIndex(sync);
    this.executor = new PlanExecutor(sync, this.index, log);
  }

  /**
   * Writes a new entry and its index key in parallel. Without either, nothing may be promised to the caller.
   * @returns the entry of that id that is stored now, which may be an earlier one
   * @throws TwilioError when Sync did not take both; CorruptEntry when the earlier one cannot be read
   */
  async createIfAbsent(newEntry: LedgerEntry): Promise<VersionedEntry & { created: boolean }> {
    const entry = withCurrentIndexKey(newEntry);
    const [stored] = await awaitBoth(this.createDocument(entry), this.ensureListed(entry));
    if (stored.created) this.addDoubt(entry.id, doubtOfNewEntry(entry));
    return stored;
  }

  private async createDocument(entry: LedgerEntry): Promise<VersionedEntry & { created: boolean }> {
    try {
      const revision = await this.sync().createDocument(entry.id, toDocument(entry), entryTtlSeconds(entry));
      return { entry, revision, created: true };
    } catch (error) {
      const mayExist = isTwilioError(error, 'conflict') || isOutcomeUnknown(error);
      const existing = mayExist ? await this.find(entry.id) : undefined;
      if (existing === undefined) throw error;
      return { ...existing, created: false };
    }
  }

  /** @throws TwilioError when Sync is out of reach; CorruptEntry when the document is not an entry */
  async find(id: string): Promise<VersionedEntry | undefined> {
    const document = await this.sync().fetchDocument(id);
    if (document === undefined || isRemoved(document.data)) return undefined;
    const parsed = parse(ledgerEntrySchema, document.data);
    if (!parsed.ok)
      throw new CorruptEntry(
        id,
        parsed.issues.map(({ path }) => path),
        toUnreadableRow(id, document.data, Date.now()),
        document,
      );
    return { entry: parsed.value, revision: document.revision };
  }

  /**
   * For a sweep that cannot read an entry: shows it to supervisors, and lists it for tomorrow, so that it does not keep
   * others from being processed.
   * @param key that lists it; undefined: none does
   * @throws TwilioError when Sync is out of reach: a later sweep tries again
   */
  async setAside(error: CorruptEntry, key: string | undefined): Promise<void> {
    await this.showUnreadable(error);
    await this.index.postponeCorruptEntry(error.row.id, key);
  }

  /** Shows supervisors an entry that cannot be read. @throws TwilioError when Sync is out of reach */
  async showUnreadable({ row }: CorruptEntry): Promise<void> {
    const rowKey = chronologicalKey(row.id, row.receivedAt);
    await this.sync().upsertMapItem(FAILURES_MAP, rowKey, row, KEPT_TTL_SECONDS, false);
  }

  /**
   * Writes an entry in the place of a document that cannot be read, unless that has changed since. Listed before it is
   * written, so that a sweep goes on with it.
   * @returns undefined when it has changed
   * @throws TwilioError when Sync is out of reach
   */
  async replaceCorrupt({ document }: CorruptEntry, newEntry: LedgerEntry): Promise<VersionedEntry | undefined> {
    const entry = withCurrentIndexKey(newEntry);
    await this.ensureListed(entry);
    try {
      const data = toDocument(entry);
      const revision = await this.sync().updateDocument(entry.id, data, document.revision, entryTtlSeconds(entry));
      this.addDoubt(entry.id, fullDoubt(entry));
      return { entry, revision };
    } catch (error) {
      if (isTwilioError(error, 'precondition-failed', 'not-found')) return undefined;
      throw error;
    }
  }

  /** Applies events to an entry, in that order: `compareAndSwap` with the table of transitions. */
  apply(
    ref: EntryRef,
    events: LedgerEvent | readonly LedgerEvent[],
    options?: WrittenAs,
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
    { as = 'outcome' }: WrittenAs = {},
  ): Promise<VersionedEntry | undefined> {
    return this.change(ref, (entry) => ({ next: transition(entry), kind: as }));
  }

  /**
   * Tries to claim what is open in an entry, so that no other invocation works on it.
   * @param tryClaim pure; if it returns no `claim`, its changes are written like those of `compareAndSwap`
   * @param options how the claim is written, where others must see it at once
   * @returns the entry afterwards, with the claim if there is one; undefined when there is no such entry
   * @throws TwilioError when Sync is out of reach; CorruptEntry when the document is not an entry
   */
  async claim<Claim>(
    ref: EntryRef,
    tryClaim: (entry: LedgerEntry) => ClaimAttempt<Claim>,
    { as = 'claim' }: WrittenAs = {},
  ): Promise<(VersionedEntry & { claim?: Claim }) | undefined> {
    let claim: Claim | undefined;
    const after = await this.change(ref, (entry) => {
      const attempt = tryClaim(entry);
      claim = attempt.claim;
      return { next: attempt.entry, kind: claim === undefined ? 'outcome' : as };
    });
    return after && { ...after, claim };
  }

  /**
   * Claims an entry with an event that only applies when it may be claimed.
   * @returns the claimed entry; undefined when it could not be claimed, or does not exist
   */
  async claimBy(ref: EntryRef, event: LedgerEvent, options?: WrittenAs): Promise<VersionedEntry | undefined> {
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

  /** Plans a change of the newest version and carries it out, until no other invocation writes in between. */
  private async change(
    ref: EntryRef,
    propose: (entry: LedgerEntry) => { next: LedgerEntry; kind: ChangeKind },
  ): Promise<VersionedEntry | undefined> {
    const id = typeof ref === 'string' ? ref : ref.entry.id;
    let current = typeof ref === 'string' ? await this.find(id) : ref;
    for (let round = 1; current !== undefined; round += 1) {
      const { entry: before, revision } = current;
      const { next, kind } = propose(before);
      const distrust = this.distrusted.has(id) ? fullDoubt(before) : undefined;
      const plan = planChange(before, next, kind, mergeDoubts(this.doubts.get(id), distrust), Date.now());
      if (plan === undefined) {
        await this.flushRows(before);
        return current;
      }
      try {
        const { revision: newRevision, rowsFailed } = await this.executor.carryOut(plan, revision);
        if (rowsFailed) this.addDoubt(id, fullDoubt(before));
        else this.setDoubt(id, plan.deferred);
        this.distrusted.delete(id);
        return { entry: plan.entry, revision: newRevision };
      } catch (error) {
        if (!isTwilioError(error, 'precondition-failed') || round >= MAX_ROUNDS) throw error;
        // The rows may show a version that was never stored.
        if (kind !== 'claim' && doubtOfChange(before, plan.entry)) this.addDoubt(id, fullDoubt(before));
        current = await this.find(id);
      }
    }
    return undefined;
  }

  /**
   * Deletes an entry that has nothing left to do, unless it has changed since it was read.
   * @returns whether it is deleted; false when it has changed
   * @throws TwilioError when Sync is out of reach: its content may be gone, and the rest goes by itself
   */
  async remove({ entry: { id }, revision }: VersionedEntry): Promise<boolean> {
    try {
      await this.sync().updateDocument(id, removalMarkerOf(id), revision, REMOVAL_TTL_SECONDS);
    } catch (error) {
      if (isTwilioError(error, 'precondition-failed', 'not-found')) return false;
      throw error;
    }
    await this.sync().removeDocument(id);
    return true;
  }

  /**
   * Lists an open entry that this invocation leaves as it is. An earlier one may have written the entry and not its key,
   * and without the key no sweep would go on with it.
   * @throws TwilioError when Sync is out of reach: then the caller must not report success
   */
  async ensureListed({ id, indexKey }: LedgerEntry): Promise<void> {
    if (indexKey !== undefined) await this.index.add(id, indexKey);
  }

  /**
   * Puts right an entry that a key lists which is not its own: a change of it may not have been written to the end. Lists
   * it where it says, and writes its rows. The key goes when both are done and the entry has not changed meanwhile: the
   * rows of another invocation may have come first.
   * @throws TwilioError when something was not written: a later sweep tries again
   */
  async repair({ entry, revision }: VersionedEntry, key: string): Promise<void> {
    await awaitBoth(this.ensureListed(entry), this.executor.writeRows(entry, planRows(entry, entry, fullDoubt(entry))));
    const after = await this.find(entry.id);
    if (after?.revision === revision) await this.index.remove(entry.id, key);
  }

  /**
   * For a sweep that goes on with an entry: an earlier change may not have been written to the end, so its rows are
   * written with the next one, whatever that alters. Not before: only the conditional write shows that they are current.
   */
  distrustRows({ id }: LedgerEntry): void {
    this.distrusted.add(id);
  }

  /** Writes the rows of an entry again; for readers that find them outdated. Never throws. */
  async rewriteRows(entry: LedgerEntry): Promise<void> {
    this.addDoubt(entry.id, fullDoubt(entry));
    await this.flushRows(entry);
  }

  /** Writes rows of an entry that are left to be written. Never throws. */
  async flushRows(entry: LedgerEntry): Promise<void> {
    const doubt = this.doubts.get(entry.id);
    if (doubt === undefined) return;
    const { rowsFailed } = await this.executor.carryOut(planRowsAlone(entry, doubt, Date.now()), '');
    if (!rowsFailed) this.doubts.delete(entry.id);
  }

  private addDoubt(id: string, doubt: RowDoubt | undefined): void {
    this.setDoubt(id, mergeDoubts(this.doubts.get(id), doubt));
  }

  private setDoubt(id: string, doubt: RowDoubt | undefined): void {
    if (doubt === undefined) this.doubts.delete(id);
    else this.doubts.set(id, doubt);
  }
}

/** Waits for both, so that nothing is left running, then throws the first failure if there is one. */
async function awaitBoth<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}
