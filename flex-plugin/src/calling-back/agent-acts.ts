import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import type { FunctionsClient } from '../functions-client/functions-client';
import { failureCode, isAborted } from '../functions-client/functions-error';
import { type Act, type ActState, actions, type RootState, selectActs } from '../state/state';

/** What the acts need of the world; Flex's own parts by the few calls they make. */
export interface ActsDependencies {
  client: FunctionsClient;
  store: { dispatch: (action: ReturnType<(typeof actions)[keyof typeof actions]>) => unknown; getState: () => unknown };
  invokeAction: (name: string, payload: object) => Promise<unknown>;
  /** The reservation's sid is what Flex knows a task by. */
  hasTask: (reservationSid: string) => boolean;
  wait?: (ms: number) => Promise<void>;
}

/** What an agent can do with a callback or voicemail. Each act runs once at a time; its progress is in the store. */
export interface AgentActs {
  loadCard(taskSid: string, signal?: AbortSignal): Promise<void>;
  callBack(task: ITask, card: Pick<VoicemailCard, 'numberToCall' | 'numberToCallFrom'>): Promise<void>;
  /** The call of that task has come to an end, or never came about. */
  callEnded(taskSid: string): void;
  requeue(task: ITask): Promise<void>;
  complete(task: ITask): Promise<void>;
  deleteRecording(taskSid: string): Promise<void>;
}

const E164 = /^\+[1-9]\d{6,14}$/;
/** Until the call's own task is there, which then says that the agent is on a call. */
const CALL_COMES_UP_MS = 15_000;
/** The server completes the task as well; its news usually come first. */
const SERVER_COMPLETES_MS = 3_000;

/** @returns the acts, bound to Flex and to our Functions */
export function createAgentActs({
  client,
  store,
  invokeAction,
  hasTask,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: ActsDependencies): AgentActs {
  const set = (taskSid: string, act: Act, state: ActState | undefined) =>
    store.dispatch(actions.act(taskSid, act, state));
  const stateOf = (taskSid: string, act: Act) => selectActs(store.getState() as RootState, taskSid)[act];
  const stepOf = (taskSid: string, act: Act) => stateOf(taskSid, act)?.step;
  /** News of a task may come after its end: what is kept of one that is gone is thrown away again. */
  async function forgetIfGone(task: ITask): Promise<boolean> {
    await wait(SERVER_COMPLETES_MS);
    if (hasTask(task.sid)) return false;
    store.dispatch(actions.forgotten(task.taskSid));
    return true;
  }

  /** One click, one act: the second click finds the first one running, before anything was awaited. */
  async function once(taskSid: string, act: Act, work: () => Promise<unknown>): Promise<boolean> {
    if (stepOf(taskSid, act) === 'running') return false;
    set(taskSid, act, { step: 'running' });
    try {
      await work();
      return true;
    } catch (error) {
      set(taskSid, act, { step: 'failed', failure: failureCode(error) });
      return false;
    }
  }

  return {
    async loadCard(taskSid, signal) {
      store.dispatch(actions.cardLoading(taskSid));
      try {
        store.dispatch(actions.cardLoaded(taskSid, await client.card(taskSid, signal)));
      } catch (error) {
        if (!isAborted(error)) store.dispatch(actions.cardFailed(taskSid, failureCode(error)));
      }
    },

    async callBack(task, card) {
      const placed = await once(task.taskSid, 'call', () => invokeAction('StartOutboundCall', callPayload(task, card)));
      if (!placed) return;
      const mine = stateOf(task.taskSid, 'call');
      await wait(CALL_COMES_UP_MS);
      // Not that of a call placed since.
      if (mine !== undefined && stateOf(task.taskSid, 'call') === mine) set(task.taskSid, 'call', undefined);
    },
    callEnded(taskSid) {
      if (stepOf(taskSid, 'call') === 'running') set(taskSid, 'call', undefined);
    },

    async requeue(task) {
      if (stepOf(task.taskSid, 'requeue') === 'done') return;
      if (!(await once(task.taskSid, 'requeue', () => client.requeue(task.taskSid)))) return;
      set(task.taskSid, 'requeue', { step: 'done' });
      if (await forgetIfGone(task)) return;
      try {
        await invokeAction('CompleteTask', { sid: task.sid });
      } catch {
        // The server has completed it meanwhile; Flex hears of it by itself.
      }
    },

    async complete(task) {
      const isDone = await once(task.taskSid, 'complete', () => invokeAction('CompleteTask', { sid: task.sid }));
      if (!isDone) return;
      set(task.taskSid, 'complete', { step: 'done' });
      // Another plugin may have kept Flex from it: then it can be tried again.
      if (!(await forgetIfGone(task))) set(task.taskSid, 'complete', undefined);
    },

    async deleteRecording(taskSid) {
      if (!(await once(taskSid, 'delete', () => client.deleteRecording(taskSid)))) return;
      store.dispatch(actions.recordingDeleted(taskSid));
      set(taskSid, 'delete', { step: 'done' });
    },
  };
}

/**
 * The call is linked to what it answers: `parentTask` is the reservation Flex can select again, and one
 * `conversation_id` makes both one conversation in the reports.
 */
export function callPayload(task: ITask, card: Pick<VoicemailCard, 'numberToCall' | 'numberToCallFrom'>) {
  const conversations = task.attributes?.conversations as { conversation_id?: unknown } | undefined;
  const known = conversations?.conversation_id;
  return {
    destination: card.numberToCall,
    queueSid: task.queueSid,
    // A SIP address cannot be a caller id: then Flex's own number is shown.
    ...(E164.test(card.numberToCallFrom) ? { callerId: card.numberToCallFrom } : {}),
    taskAttributes: {
      parentTask: task.sid,
      conversations: { conversation_id: typeof known === 'string' && known !== '' ? known : task.taskSid },
    },
  };
}
