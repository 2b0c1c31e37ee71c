import { callAttributes, callParameters, queueParameters } from '../call-parameters';
import { type CancelScope, Interrupted } from '../cancel-scope';
import type { LiveCall, QueueMembership } from '../live-call';
import { TwimlError, type Verb } from '../twiml-document';
import {
  CONTINUE,
  type DocumentRequest,
  type Playback,
  parseHttpMethod,
  resolveUrl,
  type VerbResult,
  type VoiceContext,
} from '../voice-context';

/** Twilio's default for waiting callers (https://www.twilio.com/docs/voice/twiml/enqueue). */
const DEFAULT_MUSIC = 'http://s3.amazonaws.com/com.twilio.sounds.music/index.xml';
/** A wait document that takes no time is requested again at this pace. */
const SHORTEST_WAIT_MS = 1000;

type QueueResult = 'bridged' | 'queue-full' | 'redirected' | 'hangup' | 'leave' | 'error';

/**
 * Puts the call in a queue, with a TaskRouter task when there is a workflow, and plays the waitUrl's documents over and
 * over until the call leaves: `<Leave>`, a REST update, an agent, the caller's hanging up.
 */
export async function enqueue(playback: Playback, verb: Verb): Promise<VerbResult> {
  const { context, call, document } = playback;
  const { workflowSid, action, method } = verb.attributes;
  const actionUrl = action === undefined ? null : resolveUrl(document, action);
  const createActionRequest = (result: QueueResult, membership: QueueMembership | null): DocumentRequest | null =>
    actionUrl === null
      ? null
      : {
          kind: 'enqueue-action',
          url: actionUrl,
          method: parseHttpMethod(method),
          params: queueResultParameters(result, membership),
        };
  // "dequeued due to a REST API request …, the action URL is requested right away", but nothing plays its answer.
  const notify = (request: DocumentRequest | null) => {
    if (request !== null && playback.scope.reason !== 'closed') notifyAction(context, call, request);
  };
  const continueWith = (result: QueueResult, membership: QueueMembership | null): VerbResult => {
    const request = createActionRequest(result, membership);
    return request === null ? CONTINUE : { kind: 'document', request };
  };

  const queue = context.world.queues.getOrCreate(workflowSid ?? verb.text);
  if (queue.members.length >= queue.maxSize) {
    context.log(call, `queue ${queue.friendlyName} is full`, { level: 'warning' });
    return continueWith('queue-full', null);
  }
  let taskSid: string | null = null;
  if (workflowSid !== undefined) {
    const made = createTask(context, call, workflowSid, verb);
    if (made === null) return continueWith('error', null);
    taskSid = made;
  }

  return playback.scope.withChild(async (waitScope) => {
    const membership: QueueMembership = {
      queue,
      taskSid,
      enqueuedAt: Date.now(),
      waitScope,
      bridgeScope: null,
    };
    queue.members.push({ callSid: call.sid, enqueuedAt: membership.enqueuedAt });
    call.membership = membership;
    context.log(call, `caller waits in queue ${queue.friendlyName}, place ${queue.members.length}`);
    // At once, not after the next turn: who updates a call over REST finds its task canceled in the answer.
    waitScope.onStop((reason) => {
      if (reason !== 'answered') leaveQueue(context, call, membership, reason === 'hangup' ? 'hangup' : 'redirected');
    });
    try {
      const ending = await playWaitDocuments(playback, verb, membership, waitScope);
      if (ending === 'hung-up') {
        context.endCall(call, 'completed');
        playback.scope.throwIfStopped();
      }
      leaveQueue(context, call, membership, 'leave');
      return continueWith('leave', membership);
    } catch (error) {
      if (!(error instanceof Interrupted)) {
        leaveQueue(context, call, membership, 'hangup');
        throw error;
      }
      if (error.reason !== 'answered') {
        notify(createActionRequest(error.reason === 'hangup' ? 'hangup' : 'redirected', membership));
        throw error;
      }
    }
    try {
      await bridgeUntilReleased(playback, membership);
      return continueWith('bridged', membership);
    } catch (error) {
      notify(createActionRequest('bridged', membership));
      throw error;
    }
  });
}

async function playWaitDocuments(
  playback: Playback,
  verb: Verb,
  membership: QueueMembership,
  waitScope: CancelScope,
): Promise<'left' | 'hung-up'> {
  const { context, call, document } = playback;
  const { waitUrl, waitUrlMethod } = verb.attributes;
  if (waitUrl === undefined) {
    context.emit(call, { type: 'play', url: DEFAULT_MUSIC });
    return waitScope.untilStopped();
  }
  const url = resolveUrl(document, waitUrl);
  for (;;) {
    const begun = Date.now();
    const ending = await context.playDocuments(call, waitScope, 'wait', {
      kind: 'wait',
      url,
      method: parseHttpMethod(waitUrlMethod),
      params: queueParameters(membership, call.sid),
    });
    if (ending !== 'ran-out') return ending;
    const rest = SHORTEST_WAIT_MS - (Date.now() - begun);
    if (rest > 0) await waitScope.sleep(rest);
  }
}

/** The agent and the caller talk until the agent hangs up. @throws Interrupted when it ends in any other way */
async function bridgeUntilReleased({ context, call, scope }: Playback, membership: QueueMembership): Promise<void> {
  await scope.withChild(async (bridge) => {
    membership.bridgeScope = bridge;
    try {
      await bridge.untilStopped();
    } catch (error) {
      finishTask(context, membership);
      call.membership = null;
      if (bridge.reason !== 'released') throw error;
    }
  });
}

/** Takes the call out of the queue and cancels its task, unless that was done before. */
function leaveQueue(context: VoiceContext, call: LiveCall, membership: QueueMembership, reason: QueueResult): void {
  if (call.membership !== membership) return;
  call.membership = null;
  removeFromQueue(call, membership);
  const task = membership.taskSid === null ? undefined : context.world.tasks.get(membership.taskSid);
  if (task && (task.assignmentStatus === 'pending' || task.assignmentStatus === 'reserved')) {
    context.world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason });
    context.log(call, `task ${task.sid} canceled (${reason})`);
  }
  context.log(call, `caller left the queue (${reason})`);
}

/** Removes a call from its queue. */
export function removeFromQueue(call: LiveCall, membership: QueueMembership): void {
  const place = membership.queue.members.findIndex((member) => member.callSid === call.sid);
  if (place >= 0) membership.queue.members.splice(place, 1);
}

function finishTask(context: VoiceContext, membership: QueueMembership): void {
  const { tasks, taskRouter } = context.world;
  const task = membership.taskSid === null ? undefined : tasks.get(membership.taskSid);
  if (task?.assignmentStatus !== 'assigned') return;
  // "In a multitasking Workspace, Tasks move to wrapping first" (twilio.com/docs/taskrouter/lifecycle-task-state):
  // the worker has notes to write. Where a test assigned the task there is no worker, and nothing to wrap up.
  const hasWorker = taskRouter.reservations({ task, status: 'accepted' }).length > 0;
  tasks.update(task.sid, { assignmentStatus: hasWorker ? 'wrapping' : 'completed' });
}

/** @returns the task's sid, or null when TaskRouter refuses it. */
function createTask(context: VoiceContext, call: LiveCall, workflowSid: string, verb: Verb): string | null {
  const given = verb.children.find((child) => child.name === 'Task');
  const text = given?.text ?? '';
  let own: unknown = {};
  try {
    own = text === '' ? {} : JSON.parse(text);
  } catch (error) {
    context.log(call, `<Task> holds no JSON: ${String(error)}`, { level: 'error', detail: { text } });
    return null;
  }
  try {
    const { priority, timeout } = given?.attributes ?? {};
    const task = context.world.tasks.create({
      workflowSid,
      attributes: JSON.stringify({ ...callAttributes(context.world.account, call), ...(own as object) }),
      taskChannel: 'voice',
      ...(priority === undefined ? {} : { priority: Number(priority) }),
      ...(timeout === undefined ? {} : { timeoutSeconds: Number(timeout) }),
    });
    context.log(call, `task ${task.sid} created in ${task.taskQueueName}`);
    return task.sid;
  } catch (error) {
    if (error instanceof TwimlError) throw error;
    context.log(call, `TaskRouter refuses the task: ${String(error)}`, { level: 'error' });
    return null;
  }
}

function queueResultParameters(result: QueueResult, membership: QueueMembership | null): Record<string, string> {
  if (membership === null) return { QueueResult: result };
  const seconds = Math.floor((Date.now() - membership.enqueuedAt) / 1000);
  return { QueueResult: result, QueueSid: membership.queue.sid, QueueTime: String(seconds) };
}

function notifyAction(context: VoiceContext, call: LiveCall, request: DocumentRequest): void {
  const params = { ...callParameters(context.world.account, call), ...request.params };
  void context.webhooks.send({ ...request, callSid: call.sid, params });
}
