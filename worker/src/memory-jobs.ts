import type { JobCounts, Jobs, Work } from './jobs';

interface Limits {
  concurrency: number;
  mailsPerSecond?: number;
}

/**
 * Jobs of this process alone, the earliest first. What is lost with the process is found in the ledger by another one, or
 * by this one when it starts again.
 */
export class MemoryJobs implements Jobs {
  private readonly waiting = new Map<string, number>();
  private readonly active = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private nextStartAt = 0;
  private isClosed = false;

  constructor(
    private readonly work: Work,
    private readonly limits: Limits,
  ) {}

  async add(entryId: string, dueAt: number): Promise<void> {
    this.waiting.set(entryId, Math.min(dueAt, this.waiting.get(entryId) ?? dueAt));
    this.startDue();
  }

  async counts(): Promise<JobCounts> {
    return { active: this.active.size, waiting: this.waiting.size };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await Promise.all(this.active);
  }

  private startDue(): void {
    clearTimeout(this.timer);
    while (!this.isClosed && this.active.size < this.limits.concurrency) {
      const first = this.first();
      if (first === undefined) return;
      const now = Date.now();
      const startsAt = Math.max(first.dueAt, this.nextStartAt);
      if (startsAt > now) {
        this.timer = setTimeout(() => this.startDue(), Math.min(startsAt - now, MAX_TIMER_MS));
        return;
      }
      if (this.limits.mailsPerSecond !== undefined) this.nextStartAt = now + 1_000 / this.limits.mailsPerSecond;
      this.waiting.delete(first.id);
      this.start(first.id);
    }
  }

  private first(): { id: string; dueAt: number } | undefined {
    let first: { id: string; dueAt: number } | undefined;
    for (const [id, dueAt] of this.waiting) if (first === undefined || dueAt < first.dueAt) first = { id, dueAt };
    return first;
  }

  private start(id: string): void {
    // What failed is still in the ledger, and found there.
    const running: Promise<void> = this.work(id)
      .catch(() => undefined)
      .finally(() => {
        this.active.delete(running);
        this.startDue();
      });
    this.active.add(running);
  }
}

/** The clock may be set meanwhile. */
const MAX_TIMER_MS = 60_000;
