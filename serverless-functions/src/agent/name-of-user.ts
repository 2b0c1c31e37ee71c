import type { Invocation } from '../invocation';
import type { FlexUser } from '../twilio/flex-token';
import { readWorker } from '../twilio/worker-presence';

/** The user's name as TaskRouter has it; without an answer, the one they sign in with. Never throws. */
export async function nameOf(
  { twilio, environment }: Invocation,
  { workerSid, identity }: Pick<FlexUser, 'workerSid' | 'identity'>,
): Promise<string> {
  try {
    return (await readWorker(() => twilio.taskRouter, environment, workerSid))?.name ?? identity;
  } catch {
    return identity;
  }
}
