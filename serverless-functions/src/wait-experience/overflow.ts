import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import type { StateName } from './states';
import type { WaitSession } from './wait-session';
import type { WaitingCaller } from './waiting-caller';

/** The states in which a caller only waits, so that the menu may open by itself. */
const WAITING_STATES: ReadonlySet<StateName> = new Set(['greeting', 'holding']);

/**
 * Whether the menu opens by itself: no worker of the queue is signed in, or the wait exceeds its maximum. Once per
 * call each, because callers who keep waiting want to.
 */
export async function applyOverflow(
  invocation: Invocation,
  { experience, options, callSid }: WaitingCaller,
  session: WaitSession,
  state: StateName,
): Promise<{ state: StateName; session: WaitSession }> {
  const { whenNobodySignedIn, afterSeconds } = experience.overflow;
  if (!WAITING_STATES.has(state) || !options.has('any') || session.taskSid === undefined) return { state, session };
  const { twilio, log } = invocation;
  if (whenNobodySignedIn && !session.staffingChecked && session.taskQueueSid !== undefined) {
    const asked = { ...session, staffingChecked: true };
    try {
      const signedIn = await twilio.taskRouter.countWorkersSignedIn(session.taskQueueSid);
      log.info('workers signed in', { callSid, workers: signedIn });
      if (signedIn === 0) return { state: 'nobody-signed-in', session: asked };
      session = asked;
    } catch (error) {
      // The next request of the loop tries again.
      log.warn('statistics not read', { callSid, code: errorCode(error) });
    }
  }
  const waited = session.since === undefined ? 0 : Date.now() - session.since;
  if (afterSeconds > 0 && !session.longWaitAnnounced && waited >= afterSeconds * 1_000)
    return { state: 'long-wait', session: { ...session, longWaitAnnounced: true } };
  return { state, session };
}
