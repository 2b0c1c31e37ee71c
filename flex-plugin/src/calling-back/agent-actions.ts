import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import type { FunctionsClient } from '../functions-client/functions-client';
import { failureCode, isAborted } from '../functions-client/functions-error';
import { type ActionStatus, type AgentAction, actions, type RootState, selectActionStatuses } from '../state/state';

/** What the acts need of the world; Flex's own parts by the few calls they make. */
export interface AgentActionsDependencies {
  client: FunctionsClient;
  store: { dispatch: (action: ReturnType<(typeof actions)[keyof typeof actions]>) => unknown; getState: () => unknown };
  invokeAction: (name: string, payload: object) => Promise<unknown>;
  /** The reservation's sid is what Flex knows a task by. */
  hasTask: (reservationSid: string) => boolean;
  wait?: (ms: number) => Promise<void>;
}

/** What an agent can do with a callback or voicemail. Each act runs once at a time; its progress is in the store. */
export interface AgentActions {
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
const CALL_SETUP_MS = 15_000;
/** The server completes the task as well; its news usually come first. */
const SERVER_COMPLETION_MS = 3_000;

/** @returns the acts, bound to Flex and to our Functions */
export function createAgentActions({
  client,
  store,
  invokeAction,
  hasTask,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: AgentActionsDependencies): AgentActions {
  const setStatus = (taskSid: string, act: AgentAction, state: ActionStatus | undefined) =>
    store.dispatch(actions.actionStatusChanged(taskSid, act, state));
  const getStatus = (taskSid: string, act: AgentAction) =>
    selectActionStatuses(store.getState() as RootState, taskSid)[act];
  const getStep = (taskSid: string, act: AgentAction) => getStatus(taskSid, act)?.step;
  /** News of a task may come after its end: what is kept of one that is gone is thrown away again. */
  async function removeIfGone(task: ITask): Promise<boolean> {
    await wait(SERVER_COMPLETION_MS);
    if (hasTask(task.sid)) return false;
    store.dispatch(actions.taskRemoved(task.taskSid));
    return true;
  }

  /** One click, one act: the second click finds the first one running, before anything was awaited. */
  async function runOnce(taskSid: string, act: AgentAction, run: () => Promise<unknown>): Promise<boolean> {
    if (getStep(taskSid, act) === 'running') return false;
    setStatus(taskSid, act, { step: 'running' });
    try {
      await run();
      return true;
    } catch (error) {
      setStatus(taskSid, act, { step: 'failed', failure: failureCode(error) });
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
      const placed = await runOnce(task.taskSid, 'call', () =>
        invokeAction('StartOutboundCall', outboundCallPayload(task, card)),
      );
      if (!placed) return;
      const started = getStatus(task.taskSid, 'call');
      await wait(CALL_SETUP_MS);
      // Not that of a call placed since.
      if (started !== undefined && getStatus(task.taskSid, 'call') === started)
        setStatus(task.taskSid, 'call', undefined);
    },
    callEnded(taskSid) {
      if (getStep(taskSid, 'call') === 'running') setStatus(taskSid, 'call', undefined);
    },

    async requeue(task) {
      if (getStep(task.taskSid, 'requeue') === 'done') return;
      if (!(await runOnce(task.taskSid, 'requeue', () => client.requeue(task.taskSid)))) return;
      setStatus(task.taskSid, 'requeue', { step: 'done' });
      if (await removeIfGone(task)) return;
      try {
        await invokeAction('CompleteTask', { sid: task.sid });
      } catch {
        // The server has completed it meanwhile; Flex hears of it by itself.
      }
    },

    async complete(task) {
      const isDone = await runOnce(task.taskSid, 'complete', () => invokeAction('CompleteTask', { sid: task.sid }));
      if (!isDone) return;
      setStatus(task.taskSid, 'complete', { step: 'done' });
      // Another plugin may have kept Flex from it: then it can be tried again.
      if (!(await removeIfGone(task))) setStatus(task.taskSid, 'complete', undefined);
    },

    async deleteRecording(taskSid) {
      if (!(await runOnce(taskSid, 'delete', () => client.deleteRecording(taskSid)))) return;
      store.dispatch(actions.recordingDeleted(taskSid));
      setStatus(taskSid, 'delete', { step: 'done' });
    },
  };
}

/**
 * The call is linked to what it answers: `parentTask` is the reservation Flex can select again, and one
 * `conversation_id` makes both one conversation in the reports.
 */
export function outboundCallPayload(task: ITask, card: Pick<VoicemailCard, 'numberToCall' | 'numberToCallFrom'>) {
  const conversations = task.attributes?.conversations as { conversation_id?: unknown } | undefined;
  const conversationId = conversations?.conversation_id;
  return {
    destination: card.numberToCall,
    queueSid: task.queueSid,
    // A SIP address cannot be a caller id: then Flex's own number is shown.
    ...(E164.test(card.numberToCallFrom) ? { callerId: card.numberToCallFrom } : {}),
    taskAttributes: {
      parentTask: task.sid,
      conversations: {
        conversation_id: typeof conversationId === 'string' && conversationId !== '' ? conversationId : task.taskSid,
      },
    },
  };
}
