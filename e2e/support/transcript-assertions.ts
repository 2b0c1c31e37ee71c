import type { Caller } from './caller';
import type { Harness, HeardPrompt } from './harness';

/** The last statement that a caller relies on. */
export type CallerStatus =
  | { what: 'callback'; number: string }
  | { what: 'line' }
  | { what: 'agent' }
  | { what: 'nothing' };

const CALLBACK_PROMISED = /We will (?:now )?call you (?:back )?at ([\d, ]+)/;
const STILL_IN_LINE = /still in line/i;
const AGENT_ANSWERING = /An agent is taking your call/;

/** The last statement that a caller relies on; numbers in national format. */
export function lastCallerStatus(heardPrompts: readonly HeardPrompt[]): CallerStatus {
  for (const { text } of heardPrompts.toReversed()) {
    const [, number] = CALLBACK_PROMISED.exec(text) ?? [];
    if (number !== undefined) return { what: 'callback', number: number.replaceAll(/\D/g, '') };
    if (STILL_IN_LINE.test(text)) return { what: 'line' };
    if (AGENT_ANSWERING.test(text)) return { what: 'agent' };
  }
  return { what: 'nothing' };
}

/**
 * What of it was not true when it was said.
 * @param taskReportedGone TaskRouter answered that the queue task does not exist
 */
export function falseStatements(heardPrompts: readonly HeardPrompt[], taskReportedGone = false): string[] {
  return heardPrompts.flatMap(({ text, waiting }) => {
    if (/application error/i.test(text)) return [`heard "${text}"`];
    if (STILL_IN_LINE.test(text) && waiting !== 'pending' && waiting !== 'reserved')
      return [`heard "${text}" while the queue task was ${waiting ?? 'gone'}`];
    if (AGENT_ANSWERING.test(text) && waiting !== 'assigned')
      return [`heard "${text}" while the queue task was ${waiting ?? 'gone'}`];
    if (CALLBACK_PROMISED.test(text) && !taskReportedGone && waiting !== 'canceled' && waiting !== undefined)
      return [`heard "${text}" while the queue task was ${waiting}`];
    return [];
  });
}

const CHARACTERS_PER_SECOND = 14;

/** The longest time, in milliseconds, in which a caller heard neither words nor music, from then until they hung up. */
export function longestSilence(harness: Harness, caller: Caller, since: number): number {
  let longest = 0;
  let quietFrom: number | undefined = since;
  for (const event of harness.callEvents(caller)) {
    if (event.at < since) continue;
    if (event.type === 'status' || event.type === 'say' || event.type === 'play') {
      if (quietFrom !== undefined) longest = Math.max(longest, event.at - quietFrom);
      quietFrom = undefined;
    }
    if (event.type === 'say') quietFrom = event.at + (event.text.length / CHARACTERS_PER_SECOND) * 1_000;
    if (event.type === 'stop') quietFrom = event.at;
    if (event.type === 'status' && event.status === 'completed') return longest;
  }
  return quietFrom === undefined ? longest : Math.max(longest, Date.now() - quietFrom);
}
