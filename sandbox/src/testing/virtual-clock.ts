import FakeTimers from '@sinonjs/fake-timers';
import type { Transport } from '../transport/transport';
import type { Activity } from '../world/types';

export interface VirtualClock {
  /** Milliseconds since the epoch, virtual. */
  now(): number;
  /** Lets that many milliseconds pass: timers fire in their order, each after all real I/O has come to rest. */
  advance(ms: number): Promise<void>;
  /** Waits until nothing is left to do but for time to pass. */
  settle(): Promise<void>;
  /**
   * Lets time pass until the predicate holds.
   * @throws Error when it does not within that many virtual milliseconds
   */
  runUntil(predicate: () => boolean | Promise<boolean>, maxMs: number): Promise<void>;
  /** Gives the real time back. */
  uninstall(): void;
}

/** When the process counts as at rest, which is when virtual time may move on. */
interface RestingRule {
  /** With no work under way: turns of the event loop without news. */
  quietTurns: number;
  /**
   * With work under way that waits for time to pass, e.g. a back-off: turns, and real milliseconds, without news. A
   * request the sandbox never answers is a good reason to wait, so a shorter time is enough then.
   */
  blockedTurns: number;
  blockedByHoldMs: number;
  blockedOtherwiseMs: number;
}
const RESTING: Record<Transport, RestingRule> = {
  // A turn polls the sockets once; loopback answers within a few. A busy machine may take longer.
  http: { quietTurns: 8, blockedTurns: 40, blockedByHoldMs: 25, blockedOtherwiseMs: 200 },
  // Nothing comes from outside: each step of a request takes one turn.
  'in-process': { quietTurns: 4, blockedTurns: 40, blockedByHoldMs: 0, blockedOtherwiseMs: 0 },
};
/**
 * Real work that takes longer is considered hung. An error explains more than a test that hangs. Soak runs begin with a
 * thousand things at once.
 */
const MAX_REAL_WORK_MS = process.env.SOAK === undefined ? 10_000 : 120_000;
/** Idle handles; any other resource of the process (a connection or a file being opened, a name looked up) is work. */
const IDLE_RESOURCES = new Set([
  'Immediate',
  'Timeout',
  'TCPSocketWrap',
  'TCPServerWrap',
  'TTYWrap',
  'PipeWrap',
  'ProcessWrap',
  'SignalWrap',
  'MessagePort',
  'MESSAGEPORT',
  'WORKER',
  'FSEventWrap',
  'StatWatcher',
]);

/**
 * Replaces Date, setTimeout, setInterval and AbortSignal.timeout by virtual ones; sockets, files and setImmediate stay real, so that HTTP on
 * loopback works as ever. Between two timers it waits for `activity` to come to rest: what time does to the product is
 * the same on every machine, however slow.
 * @param start virtual time to begin with, milliseconds since the epoch
 * @param transport how the requests travel that it waits for; default HTTP
 */
export function installVirtualClock(activity: Activity, start: number, transport: Transport = 'http'): VirtualClock {
  const rule = RESTING[transport];
  const immediately = setImmediate;
  const RealDate = Date;
  const clock = FakeTimers.install({
    now: start,
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    // Timers set before, e.g. by an HTTP library, stay real and must be clearable.
    shouldClearNativeTimers: true,
  });

  const nativeTimeout = AbortSignal.timeout;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), ms);
    return controller.signal;
  };

  const turn = () => new Promise<void>((resolve) => immediately(() => resolve()));

  const settle = async () => {
    let seen = '';
    let quiet = 0;
    const begun = RealDate.now();
    let since = begun;
    for (;;) {
      await turn();
      if (RealDate.now() - begun > MAX_REAL_WORK_MS) throw new Error(`time cannot pass: ${describeWork(activity)}`);
      const state = `${activity.begun}/${activity.running}/${activity.held}`;
      if (state !== seen || workingResources().length > 0) {
        seen = state;
        quiet = 0;
        since = RealDate.now();
        continue;
      }
      quiet += 1;
      const quietMs = RealDate.now() - since;
      if (activity.running === 0 ? quiet >= rule.quietTurns : isBlocked(rule, quiet, quietMs, activity.held > 0))
        return;
    }
  };

  /** When the next timer is due; null when there is none. */
  const nextDue = (): number | null => clock.timerHeap?.peek()?.callAt ?? null;

  const advance = async (ms: number) => {
    const target = clock.now + ms;
    await settle();
    for (let due = nextDue(); due !== null && due <= target; due = nextDue()) {
      clock.next();
      await settle();
    }
    if (clock.now < target) clock.tick(target - clock.now);
    await settle();
  };

  return {
    now: () => clock.now,
    settle,
    advance,
    async runUntil(predicate, maxMs) {
      const limit = clock.now + maxMs;
      await settle();
      while (!(await predicate())) {
        const due = nextDue();
        if (due === null || due > limit) throw new Error(`it did not happen within ${maxMs} ms of virtual time`);
        clock.next();
        await settle();
      }
    },
    uninstall() {
      AbortSignal.timeout = nativeTimeout;
      clock.uninstall();
    },
  };
}

function isBlocked(rule: RestingRule, quietTurns: number, quietMs: number, holds: boolean): boolean {
  return quietTurns >= rule.blockedTurns && quietMs >= (holds ? rule.blockedByHoldMs : rule.blockedOtherwiseMs);
}

function workingResources(): string[] {
  return process.getActiveResourcesInfo().filter((resource) => !IDLE_RESOURCES.has(resource));
}

function describeWork({ running, begun, held }: Activity): string {
  return `${running} under way (${begun} begun, ${held} held), the process waits for ${workingResources().join(', ')}`;
}
