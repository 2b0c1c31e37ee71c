import { cutText } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { toSingleLine } from '../runtime/text';
import type { FlexUser } from '../twilio/flex-token';
import { readWorker } from '../twilio/worker-presence';

const MAX_NAME = 100;

/**
 * The user's name as TaskRouter has it; without an answer, the one they sign in with. Agents may write it: one line,
 * bounded, since the entry keeps it. Never throws.
 */
export async function nameOf(
  { twilio, environment }: Invocation,
  { workerSid, identity }: Pick<FlexUser, 'workerSid' | 'identity'>,
): Promise<string> {
  try {
    const worker = await readWorker(() => twilio.taskRouter, environment, workerSid);
    return cutText(toSingleLine(worker?.name ?? identity), MAX_NAME);
  } catch {
    return cutText(toSingleLine(identity), MAX_NAME);
  }
}
