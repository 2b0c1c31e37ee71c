import { isObject } from '../world/is-object';
import { badRequest, TwilioError } from '../world/twilio-error';
import type { Sid, Task } from '../world/types';

/** twilio.com/docs/taskrouter/limits: a task's attributes are at most 4,096 bytes, whitespace included. */
const MAX_ATTRIBUTE_BYTES = 4096;
/** OpenAPI taskrouter v1, CreateTask.Timeout: "maximum value is 2 weeks (1,209,600 seconds)". */
const MAX_TIMEOUT_SECONDS = 1_209_600;
/** OpenAPI taskrouter v1, CreateTask.Priority: "supports up to 2147483647 (maximum value of a 4 byte integer)". */
const MAX_PRIORITY = 2_147_483_647;
const YEAR_1900 = Date.UTC(1900, 0, 1);

/** Which states lead to which. The product may only ask for three of them over REST; agents do the rest. */
const TRANSITIONS: Record<Task['assignmentStatus'], readonly Task['assignmentStatus'][]> = {
  pending: ['reserved', 'assigned', 'canceled'],
  reserved: ['pending', 'assigned', 'canceled'],
  assigned: ['wrapping', 'completed'],
  wrapping: ['completed'],
  completed: [],
  canceled: [],
};

/** @throws TwilioError 400 unless the text is a JSON object of at most 4,096 bytes. */
export function parseAttributes(text: string): Record<string, unknown> {
  if (Buffer.byteLength(text) > MAX_ATTRIBUTE_BYTES) {
    throw badRequest(`Task attributes exceed the maximum of ${MAX_ATTRIBUTE_BYTES} bytes`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Falls through to the refusal: what matters to the client is that it is no object, not where it breaks.
  }
  throw badRequest('Attributes is not a valid JSON object');
}

/** @throws TwilioError 400 outside 0..2147483647. */
export function validPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 0 && priority <= MAX_PRIORITY) return priority;
  throw badRequest(`Priority must be an integer from 0 to ${MAX_PRIORITY}`);
}

/** Seconds. @throws TwilioError 400 outside 1..1209600. */
export function validTimeout(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS) return seconds;
  throw badRequest(`Timeout must be an integer from 1 to ${MAX_TIMEOUT_SECONDS} seconds`);
}

/** Milliseconds since 1970. @throws TwilioError 400 for a time in the future or before 1900 (OpenAPI taskrouter v1). */
export function validVirtualStartTime(at: number): number {
  if (Number.isFinite(at) && at <= Date.now() && at >= YEAR_1900) return at;
  throw badRequest('VirtualStartTime must not be in the future or before the year 1900');
}

/** @throws TwilioError 400 for a change of state that TaskRouter refuses. */
export function transition(
  task: Task,
  to: Task['assignmentStatus'],
  account: { accountSid: Sid; workspaceSid: Sid },
): void {
  if (TRANSITIONS[task.assignmentStatus].includes(to)) return;
  const where = `task ${task.sid} in workspace ${account.workspaceSid} for account ${account.accountSid}`;
  if (to === 'completed') {
    throw new TwilioError(400, 20001, `Cannot complete ${where} because it is not currently assigned.`);
  }
  if (to === 'canceled') {
    throw new TwilioError(400, 20001, `Cannot cancel ${where} because it is not pending or reserved.`);
  }
  if (to === 'wrapping') {
    throw new TwilioError(400, 20001, `Cannot wrap up ${where} because it is not currently assigned.`);
  }
  throw new TwilioError(400, 20001, `Cannot move ${where} from ${task.assignmentStatus} to ${to}.`);
}

/** The call a task came from, when its attributes say so. */
export function readCallSid(task: Task): Sid | undefined {
  const { call_sid: callSid } = JSON.parse(task.attributes) as { call_sid?: unknown };
  return typeof callSid === 'string' ? callSid : undefined;
}
