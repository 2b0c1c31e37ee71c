import { callAttributes, callParameters, queueParameters } from '../call-parameters';
import type { LiveCall, QueueStay } from '../live-call';
import { Interrupted, type Run } from '../run';
import { type Board, type DocumentRequest, methodOf, NEXT, type Next, resolveUrl, type Stage } from '../stage';
import { TwimlError, type Verb } from '../twiml-document';

/** What Twilio plays to who waits when nobody says what (docs/voice/twiml/enqueue). */
const DEFAULT_MUSIC = 'http://s3.amazonaws.com/com.twilio.sounds.music/index.xml';
/** A wait document that takes no time is asked for again at this pace, not as fast as the machine can. */
const SHORTEST_WAIT_MS = 1000;

type QueueResult = 'bridged' | 'queue-full' | 'redirected' | 'hangup' | 'leave' | 'error';

/**
 * Puts the call in a queue, with a TaskRouter task when there is a workflow, and plays the waitUrl's documents over and
 * over until the call leaves: `<Leave>`, a REST update, an agent, the caller's hanging up.
 */
export async function enqueue(stage: Stage, verb: Verb): Promise<Next> {
  const { board, call, document } = stage;
  const { workflowSid, action, method } = verb.attributes;
  const actionUrl = action === undefined ? null : resolveUrl(document, action);
  const ask = (result: QueueResult, stay: QueueStay | null): DocumentRequest | null =>
    actionUrl === null
      ? null
      : { kind: 'enqueue-action', url: actionUrl, method: methodOf(method), params: resultParameters(result, stay) };
  // "dequeued due to a REST API request …, the action URL is requested right away", but nothing plays its answer.
  const notify = (request: DocumentRequest | null) => {
    if (request !== null && stage.run.reason !== 'closed') askInVain(board, call, request);
  };
  const goOn = (result: QueueResult, stay: QueueStay | null): Next => {
    const request = ask(result, stay);
    return request === null ? NEXT : { kind: 'document', request };
  };

  const queue = board.world.queues.getOrCreate(workflowSid ?? verb.text);
  if (queue.members.length >= queue.maxSize) {
    board.tell(call, `queue ${queue.friendlyName} is full`, { level: 'warning' });
    return goOn('queue-full', null);
  }
  let taskSid: string | null = null;
  if (workflowSid !== undefined) {
    const made = makeTask(board, call, workflowSid, verb);
    if (made === null) return goOn('error', null);
    taskSid = made;
  }

  return stage.run.within(async (waiting) => {
    const stay: QueueStay = { queue, taskSid, enqueuedAt: Date.now(), waiting, bridge: null };
    queue.members.push({ callSid: call.sid, enqueuedAt: stay.enqueuedAt });
    call.stay = stay;
    board.tell(call, `caller waits in queue ${queue.friendlyName}, place ${queue.members.length}`);
    // At once, not after the next turn: who updates a call over REST finds its task cancelled in the answer.
    waiting.onStop((reason) => {
      if (reason !== 'answered') leave(board, call, stay, reason === 'hangup' ? 'hangup' : 'redirected');
    });
    try {
      const ending = await wait(stage, verb, stay, waiting);
      if (ending === 'hung-up') {
        board.end(call, 'completed');
        stage.run.check();
      }
      leave(board, call, stay, 'leave');
      return goOn('leave', stay);
    } catch (error) {
      if (!(error instanceof Interrupted)) {
        leave(board, call, stay, 'hangup');
        throw error;
      }
      if (error.reason !== 'answered') {
        notify(ask(error.reason === 'hangup' ? 'hangup' : 'redirected', stay));
        throw error;
      }
    }
    try {
      await talk(stage, stay);
      return goOn('bridged', stay);
    } catch (error) {
      notify(ask('bridged', stay));
      throw error;
    }
  });
}

async function wait(stage: Stage, verb: Verb, stay: QueueStay, waiting: Run): Promise<'left' | 'hung-up'> {
  const { board, call, document } = stage;
  const { waitUrl, waitUrlMethod } = verb.attributes;
  if (waitUrl === undefined) {
    board.emit(call, { type: 'play', url: DEFAULT_MUSIC });
    return waiting.forever();
  }
  const url = resolveUrl(document, waitUrl);
  for (;;) {
    const begun = Date.now();
    const ending = await board.play(call, waiting, 'wait', {
      kind: 'wait',
      url,
      method: methodOf(waitUrlMethod),
      params: queueParameters(stay, call.sid),
    });
    if (ending !== 'ran-out') return ending;
    const rest = SHORTEST_WAIT_MS - (Date.now() - begun);
    if (rest > 0) await waiting.sleep(rest);
  }
}

/** The agent and the caller talk until the agent hangs up. @throws Interrupted when it ends in any other way */
async function talk({ board, call, run }: Stage, stay: QueueStay): Promise<void> {
  await run.within(async (bridge) => {
    stay.bridge = bridge;
    try {
      await bridge.forever();
    } catch (error) {
      finishTask(board, stay);
      call.stay = null;
      if (bridge.reason !== 'released') throw error;
    }
  });
}

/** Takes the call out of the queue and cancels its task, unless that was done before. */
function leave(board: Board, call: LiveCall, stay: QueueStay, reason: QueueResult): void {
  if (call.stay !== stay) return;
  call.stay = null;
  removeFromQueue(call, stay);
  const task = stay.taskSid === null ? undefined : board.world.tasks.get(stay.taskSid);
  if (task && (task.assignmentStatus === 'pending' || task.assignmentStatus === 'reserved')) {
    board.world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason });
    board.tell(call, `task ${task.sid} cancelled (${reason})`);
  }
  board.tell(call, `caller left the queue (${reason})`);
}

/** A waiting call loses its place, whoever takes it. */
export function removeFromQueue(call: LiveCall, stay: QueueStay): void {
  const place = stay.queue.members.findIndex((member) => member.callSid === call.sid);
  if (place >= 0) stay.queue.members.splice(place, 1);
}

function finishTask(board: Board, stay: QueueStay): void {
  const { tasks, taskRouter } = board.world;
  const task = stay.taskSid === null ? undefined : tasks.get(stay.taskSid);
  if (task?.assignmentStatus !== 'assigned') return;
  // "In a multitasking Workspace, Tasks move to wrapping first" (docs/taskrouter/lifecycle-task-state): the worker has
  // notes to write. Where a test assigned the task there is no worker, and nothing to wrap up.
  const hasWorker = taskRouter.reservations({ task, status: 'accepted' }).length > 0;
  tasks.update(task.sid, { assignmentStatus: hasWorker ? 'wrapping' : 'completed' });
}

/** @returns the task's sid, or null when TaskRouter refuses it. */
function makeTask(board: Board, call: LiveCall, workflowSid: string, verb: Verb): string | null {
  const given = verb.children.find((child) => child.name === 'Task');
  const text = given?.text ?? '';
  let own: unknown = {};
  try {
    own = text === '' ? {} : JSON.parse(text);
  } catch (error) {
    board.tell(call, `<Task> holds no JSON: ${String(error)}`, { level: 'error', detail: { text } });
    return null;
  }
  try {
    const { priority, timeout } = given?.attributes ?? {};
    const task = board.world.tasks.create({
      workflowSid,
      attributes: JSON.stringify({ ...callAttributes(board.world.account, call), ...(own as object) }),
      taskChannel: 'voice',
      ...(priority === undefined ? {} : { priority: Number(priority) }),
      ...(timeout === undefined ? {} : { timeoutSeconds: Number(timeout) }),
    });
    board.tell(call, `task ${task.sid} created in ${task.taskQueueName}`);
    return task.sid;
  } catch (error) {
    if (error instanceof TwimlError) throw error;
    board.tell(call, `TaskRouter refuses the task: ${String(error)}`, { level: 'error' });
    return null;
  }
}

function resultParameters(result: QueueResult, stay: QueueStay | null): Record<string, string> {
  if (stay === null) return { QueueResult: result };
  const seconds = Math.floor((Date.now() - stay.enqueuedAt) / 1000);
  return { QueueResult: result, QueueSid: stay.queue.sid, QueueTime: String(seconds) };
}

function askInVain(board: Board, call: LiveCall, request: DocumentRequest): void {
  const params = { ...callParameters(board.world.account, call), ...request.params };
  void board.webhooks.send({ ...request, callSid: call.sid, params });
}
