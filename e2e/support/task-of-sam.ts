import type { VoicemailCard } from '@callback-and-voicemail/contract';
import { type Harness, type HarnessOptions, openHarness } from './harness';

/** A worker who is signed in to Flex. */
export type Worker = ReturnType<Harness['signIn']>;

/** A voicemail that the agent Sam has accepted. */
export async function acceptVoicemailAsSam(options: HarnessOptions = {}) {
  const harness = await openHarness(options);
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const task = harness.productTasks()[0]!;
  harness.accept(sam, task.sid);
  return { harness, caller, sam, task };
}

/** The card of a task, which this worker may see. */
export async function readCard(harness: Harness, worker: Worker, TaskSid: string): Promise<VoicemailCard> {
  const answer = await harness.postFlex('voicemail', worker.token, { TaskSid });
  expect(answer.status).toBe(200);
  return (await answer.json()) as VoicemailCard;
}

/** The code of a refusal. */
export const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
