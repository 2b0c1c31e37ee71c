import { TwilioError } from '../src/runtime/errors';
import type { SyncClient } from '../src/twilio/sync';

type Call = (...args: never[]) => Promise<unknown>;

/** What becomes of the writes of one invocation. */
export interface Interruption {
  /** The invocation dies while the writes of this round are on their way. */
  diesInRound?: number;
  /** Those of them that Sync carries out all the same, by their places in the round. */
  carriedOut?: (place: number) => boolean;
  /** Writes that Sync refuses, however often they are tried. */
  refuses?: (write: string) => boolean;
}

/**
 * A Sync client for one invocation, with its writes in rounds: those that are sent while none of them is answered. After
 * its death nothing is read or written any more.
 */
export function interruptedSync(client: Partial<SyncClient>, interruption: Interruption = {}) {
  const { diesInRound = Number.POSITIVE_INFINITY, carriedOut = () => false, refuses = () => false } = interruption;
  const rounds: string[][] = [];
  let pending: (() => Promise<void>)[] = [];
  let isDead = false;
  const unavailable = () => new TwilioError('POST', { failure: 'unavailable', status: 503 });

  /** Once all writes that can be sent now are sent. */
  const answerRound = async () => {
    const round = pending;
    pending = [];
    isDead ||= rounds.length > diesInRound;
    for (const answer of round) await answer();
  };
  const write = (name: string, call: Call, args: never[]) =>
    new Promise<unknown>((resolve, reject) => {
      if (isDead) return reject(unavailable());
      if (pending.length === 0) {
        rounds.push([]);
        setImmediate(answerRound);
      }
      const what = `${name} ${String(args[0])} ${typeof args[1] === 'string' ? args[1] : ''}`;
      const place = rounds.at(-1)!.push(what) - 1;
      pending.push(async () => {
        const isDone = !refuses(what) && (!isDead || carriedOut(place));
        try {
          const answer = isDone ? await call(...args) : undefined;
          if (isDone && !isDead) resolve(answer);
          else reject(unavailable());
        } catch (error) {
          reject(error);
        }
      });
    });

  const interrupted = Object.fromEntries(
    Object.entries(client as Record<string, Call>).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        if (/^(create|update|add|upsert|remove)/.test(name)) return write(name, call, args);
        if (isDead) throw unavailable();
        return call(...args);
      },
    ]),
  );
  return { sync: interrupted as unknown as SyncClient, rounds };
}
