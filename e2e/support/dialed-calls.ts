import type { CallView } from '../../sandbox/src/world/types';
import { type Caller, createCaller } from './caller';
import type { Harness } from './harness';

/** The calls that `<Dial>` has made, oldest first; with a caller, those of that call alone. */
export const dialedCalls = ({ voice }: Harness, parent?: Pick<Caller, 'sid'>): CallView[] =>
  voice
    .list()
    .filter(
      ({ direction, parentCallSid }) =>
        direction === 'outbound-dial' && (parent === undefined || parentCallSid === parent.sid),
    );

/** Whoever `<Dial>` rings picks up. @throws Error when it rings nobody */
export async function pickUpDialed(harness: Harness, parent?: Pick<Caller, 'sid'>): Promise<Caller> {
  const { sid, to } = ringing(harness, parent);
  harness.voice.pickUp(sid);
  await harness.clock.settle();
  return createCaller(harness.voice, harness.clock, sid, to);
}

/**
 * The other ways in which the ringing of `<Dial>` ends: the person declines, the line is engaged, there is no such
 * number, or nobody picks up. @throws Error when it rings nobody
 */
export async function leaveUnanswered(
  harness: Harness,
  how: 'declined' | 'busy' | 'failed' | 'no-answer',
  parent?: Pick<Caller, 'sid'>,
): Promise<void> {
  const leg = ringing(harness, parent);
  if (how === 'declined') harness.voice.hangUp(leg.sid);
  else if (how === 'no-answer') await harness.clock.runUntil(() => leg.endTime !== null, LONGEST_RINGING_MS);
  else harness.voice.endRinging(leg.sid, how);
  await harness.clock.settle();
}

/** Those who are connected talk for that long, unless a time limit ends it. */
export const talk = (harness: Harness, seconds: number) => harness.advance(seconds * 1_000);

/** One of them hangs up, and what follows happens. */
export async function hangUp(harness: Harness, caller: Caller): Promise<void> {
  caller.hangUp();
  await harness.clock.settle();
}

/** twilio.com/docs/voice/twiml/dial, timeout: 600 seconds at most. */
const LONGEST_RINGING_MS = 601_000;

function ringing(harness: Harness, parent?: Pick<Caller, 'sid'>): CallView {
  const leg = dialedCalls(harness, parent).findLast(({ status }) => status === 'ringing');
  if (leg === undefined) throw new Error('Dial rings nobody');
  return leg;
}
