import type { CallerConfirmation } from '@callback-and-voicemail/contract';
import { type Caller, createCaller } from './caller';
import { type Harness, type HarnessOptions, openHarness } from './harness';
import { bookCallback } from './menu';
import { readCard, type Worker } from './task-of-sam';
import type { CallerOptions } from './telephone-calls';

export const CONFIRMING: HarnessOptions = {
  waitUrlQuery: 'verdict',
  environment: { UNVERIFIED_CALLERS: 'confirm' },
};

/** A callback that an agent holds, where others than verified callers must confirm theirs. */
export interface HeldCallback {
  harness: Harness;
  caller: Caller;
  sam: Worker;
  taskSid: string;
}

export async function holdCallback(
  options: HarnessOptions = {},
  callerOptions: CallerOptions & { to?: string } = {},
): Promise<HeldCallback> {
  const harness = await openHarness({ ...CONFIRMING, ...options });
  const caller = await bookCallback(harness, callerOptions);
  return { harness, caller, ...(await takeTask(harness)) };
}

/** Sam, or another worker, signs in and accepts the task that is offered. */
export async function takeTask(harness: Harness, name = 'sam'): Promise<{ sam: Worker; taskSid: string }> {
  const sam = harness.signIn(name);
  await harness.advance(1_000);
  const [offer] = harness.world.taskRouter.reservations({ worker: sam.sid, status: 'pending' });
  harness.accept(sam, offer!.taskSid);
  return { sam, taskSid: offer!.taskSid };
}

/** A click on "Ask … to confirm". */
export async function ask({ harness, sam, taskSid }: Omit<HeldCallback, 'caller'>) {
  const answer = await harness.postFlex('confirm-caller', sam.token, { TaskSid: taskSid });
  const body = (await answer.json()) as { confirmation?: CallerConfirmation; code?: string };
  return { status: answer.status, ...body };
}

/** What the agent's card says of it. */
export const readConfirmation = async ({ harness, sam, taskSid }: Omit<HeldCallback, 'caller'>) =>
  (await readCard(harness, sam, taskSid)).confirmation;

/** The calls that the account has made, oldest first. */
export const madeCalls = ({ voice }: Harness) => voice.list().filter(({ direction }) => direction === 'outbound-api');

/** Whoever is called picks up the newest call. */
export async function pickUp(harness: Harness): Promise<Caller> {
  const { sid, to } = madeCalls(harness).at(-1)!;
  harness.voice.pickUp(sid);
  await harness.clock.settle();
  return createCaller(harness.voice, harness.clock, sid, to);
}

/** What is said where a key is awaited. */
export const QUESTION = /press 1, and an agent will call you/;
