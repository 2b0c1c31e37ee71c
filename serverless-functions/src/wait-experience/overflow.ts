import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import type { StateName } from './states';
import type { WaitMemory } from './wait-url';
import type { WaitingCaller } from './waiting-caller';

/** The states in which a caller only waits, so that the menu may open by itself. */
const WAITING: ReadonlySet<StateName> = new Set(['greeting', 'holding']);

/**
 * Whether the menu opens by itself now: nobody is signed in to the queue, or the wait has passed its maximum. Once per
 * call each, since somebody who then keeps waiting wants to.
 */
export async function overflow(
  invocation: Invocation,
  { experience, options, callSid }: WaitingCaller,
  memory: WaitMemory,
  state: StateName,
): Promise<{ state: StateName; memory: WaitMemory }> {
  const { whenNobodySignedIn, afterSeconds } = experience.overflow;
  if (!WAITING.has(state) || !options.has('any') || memory.taskSid === undefined) return { state, memory };
  const { twilio, log } = invocation;
  if (whenNobodySignedIn && !memory.askedWhoIsIn && memory.taskQueueSid !== undefined) {
    const asked = { ...memory, askedWhoIsIn: true };
    try {
      const signedIn = await twilio.taskRouter.countWorkersSignedIn(memory.taskQueueSid);
      log.info('workers signed in', { callSid, workers: signedIn });
      if (signedIn === 0) return { state: 'nobody-signed-in', memory: asked };
      memory = asked;
    } catch (error) {
      // Asked again with the next turn.
      log.warn('statistics not read', { callSid, code: errorCode(error) });
    }
  }
  const waited = memory.since === undefined ? 0 : Date.now() - memory.since;
  if (afterSeconds > 0 && !memory.waitedLong && waited >= afterSeconds * 1_000)
    return { state: 'long-wait', memory: { ...memory, waitedLong: true } };
  return { state, memory };
}
