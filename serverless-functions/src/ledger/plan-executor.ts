import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import type { ChangePlan, Write } from './change-plan';
import type { LedgerEntry } from './entry';
import { toDocument } from './entry-document';
import { entryTtlSeconds, KEPT_TTL_SECONDS } from './entry-lifetime';
import type { RowWrite } from './entry-rows';
import type { OpenIndex } from './open-index';

/** What came of a plan. */
interface CarriedOut {
  /** Of the entry, if the plan writes it. */
  revision: string;
  /** Rows were refused: they may differ from the entry. */
  rowsFailed: boolean;
}

/** Carries out plans with a Sync client, whose every request ends by the invocation's deadline. */
export class PlanExecutor {
  /** Ids of entries that this invocation has listed for their rows. */
  private readonly listedForRows = new Set<string>();

  constructor(
    private readonly sync: () => SyncClient,
    private readonly index: OpenIndex,
    private readonly log: Log | undefined,
  ) {}

  /**
   * Round by round; nothing is left running. Refused rows are listed for a sweep; if that fails too, the old key stays
   * and leads a sweep to them.
   * @param revision that the entry is changed from
   * @throws TwilioError when the entry or its key was not written: `precondition-failed` when it has changed meanwhile
   */
  async carryOut(plan: ChangePlan, revision: string): Promise<CarriedOut> {
    const done: CarriedOut = { revision, rowsFailed: false };
    let mayUnlist = true;
    for (const round of plan.rounds) {
      const sent = mayUnlist ? round : round.filter(({ write }) => write !== 'unlist');
      const results = await Promise.allSettled(sent.map((write) => this.send(plan, write, done)));
      const refusals = sent.flatMap(({ write }, n) => {
        const result = results[n]!;
        return result.status === 'rejected' ? [{ write, cause: result.reason as unknown }] : [];
      });
      const row = refusals.find(({ write }) => write === 'row');
      if (row !== undefined) {
        this.log?.warn('history not written', { entry: plan.entry.id, code: errorCode(row.cause) });
        done.rowsFailed = true;
        mayUnlist = await this.listForRows(plan);
      }
      // That the entry has changed meanwhile says more than that its key was not written.
      const fatal = refusals.find(({ write }) => write === 'entry') ?? refusals.find(({ write }) => write === 'list');
      if (fatal !== undefined) throw fatal.cause;
    }
    return done;
  }

  /** @throws TwilioError when one of them was refused */
  async writeRows({ id }: LedgerEntry, rows: RowWrite[]): Promise<void> {
    const results = await Promise.allSettled(rows.map((row) => this.sendRow(row)));
    const refused = results.find((result) => result.status === 'rejected');
    if (refused === undefined) return;
    this.log?.warn('history not written', { entry: id, code: errorCode(refused.reason) });
    throw refused.reason;
  }

  private async send({ entry }: ChangePlan, write: Write, done: CarriedOut): Promise<void> {
    switch (write.write) {
      case 'list':
        return this.index.add(entry.id, write.key);
      case 'unlist':
        return this.index.remove(entry.id, write.key);
      case 'entry':
        done.revision = await this.sync().updateDocument(
          entry.id,
          toDocument(entry),
          done.revision,
          entryTtlSeconds(entry),
        );
        return;
      case 'row':
        return this.sendRow(write);
    }
  }

  private async sendRow({ map, key, row, isThere }: RowWrite): Promise<void> {
    if (row === undefined) await this.sync().removeMapItem(map, key);
    else await this.sync().upsertMapItem(map, key, row, KEPT_TTL_SECONDS, isThere);
  }

  /** @returns whether the old key may go: false when it alone leads a sweep to the rows. Never throws. */
  private async listForRows({ entry: { id }, repairKey, rounds }: ChangePlan): Promise<boolean> {
    if (this.listedForRows.has(id)) return true;
    this.listedForRows.add(id);
    if (rounds.flat().some((one) => one.write === 'list' && one.key === repairKey)) return false;
    try {
      await this.index.add(id, repairKey);
      return true;
    } catch (error) {
      this.listedForRows.delete(id);
      this.log?.error('history not listed', { entry: id, code: errorCode(error) });
      return false;
    }
  }
}
