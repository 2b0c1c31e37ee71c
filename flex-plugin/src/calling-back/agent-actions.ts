import { E164_NUMBER } from '@callback-and-voicemail/contract/email-settings/formats';
import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { QueryClient } from '@tanstack/react-query';
import type { ITask } from '@twilio/flex-ui';
import type { FunctionsClient } from '../functions-client/functions-client';
import { failureCode } from '../functions-client/functions-error';
import { cardQueryKey, removeRecordingFromCache, showConfirmationInCache } from '../queries/card-query';
import {
  type ActionStatus,
  type AgentAction,
  type AgentRootState,
  actionStatusChanged,
  selectActionStatuses,
  taskRemoved,
} from '../state/agent-state';
import type { PluginStore } from '../state/plugin-state';
import { readVoicemailId } from '../task-channels/task-type';

/** What the actions need; Flex's own parts by the few calls they make. */
export interface AgentActionsDependencies {
  client: Pick<FunctionsClient, 'requeue' | 'confirmCaller' | 'deleteRecording'>;
  store: PluginStore;
  queryClient: QueryClient;
  invokeAction: (name: string, payload: object) => Promise<unknown>;
  /** Flex knows a task by the SID of its reservation. */
  hasTask: (reservationSid: string) => boolean;
  /** The task is still offered to the agent, and not accepted. */
  isOffered: (reservationSid: string) => boolean;
  /** Flex has a task of the call that was placed for that reservation. */
  hasCallFor: (reservationSid: string) => boolean;
  wait?: (ms: number) => Promise<void>;
  isOnline?: () => boolean;
}

/**
 * What an agent can do with a callback or voicemail. Each action runs once at a time; the store holds its progress, and
 * failures become a status there instead of a rejection.
 */
export interface AgentActions {
  /** To be called when the agent has clicked "Accept", which Flex itself carries out. */
  acceptRequested(task: ITask): Promise<void>;
  /** Has somebody at the number asked whether the callback is wanted; the card then shows the answer. */
  confirmCaller(task: ITask): Promise<void>;
  callBack(task: ITask, card: Pick<VoicemailCard, 'numberToCall' | 'numberToCallFrom'>): Promise<void>;
  /** To be called when the outbound call of that task has ended or was never set up. */
  callEnded(taskSid: string): void;
  requeue(task: ITask): Promise<void>;
  complete(task: ITask): Promise<void>;
  deleteRecording(taskSid: string, voicemailId: string): Promise<void>;
  /** Drops everything that is kept about a task that Flex no longer has. */
  removeTask(taskSid: string): void;
}

/** How long Flex may take to accept a task. */
const ACCEPTED_MS = 6_000;
/** How long a call may take until its own task exists, which then shows that the agent is on a call. */
const CALL_SETUP_MS = 15_000;
/** How long Flex's action may take to place a call. */
const CALL_PLACED_MS = 30_000;
/** The server completes the task as well; Flex usually hears of that within this time. */
const SERVER_COMPLETION_MS = 3_000;
/** Without a connection Flex's own action may never end. */
const COMPLETION_TIMEOUT_MS = 10_000;

/** @returns the actions, bound to Flex and to the Functions */
export function createAgentActions({
  client,
  store,
  queryClient,
  invokeAction,
  hasTask,
  isOffered,
  hasCallFor,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  isOnline = () => navigator.onLine,
}: AgentActionsDependencies): AgentActions {
  const setStatus = (taskSid: string, action: AgentAction, status: ActionStatus | undefined) =>
    store.dispatch(actionStatusChanged({ taskSid, action, status }));
  const getStatus = (taskSid: string, action: AgentAction) =>
    selectActionStatuses(store.getState() as AgentRootState, taskSid)[action];
  const getStep = (taskSid: string, action: AgentAction) => getStatus(taskSid, action)?.step;

  function removeTask(taskSid: string): void {
    store.dispatch(taskRemoved(taskSid));
    queryClient.removeQueries(cardQueryKey(taskSid));
  }

  /** A status set after Flex dropped the task would stay forever. */
  async function removeIfGone(task: ITask): Promise<boolean> {
    await wait(SERVER_COMPLETION_MS);
    if (hasTask(task.sid)) return false;
    removeTask(task.taskSid);
    return true;
  }

  /** The status is set before anything is awaited, so a second click finds the first one running. */
  async function runOnce(taskSid: string, action: AgentAction, run: () => Promise<unknown>): Promise<boolean> {
    if (getStep(taskSid, action) === 'running') return false;
    setStatus(taskSid, action, { step: 'running' });
    try {
      await run();
      return true;
    } catch (error) {
      setStatus(taskSid, action, {
        step: 'failed',
        failure: isStoppedByPlugin(error) ? 'stopped-in-flex' : failureCode(error),
      });
      return false;
    }
  }

  return {
    removeTask,

    async acceptRequested({ taskSid, sid }) {
      setStatus(taskSid, 'accept', { step: 'running' });
      const started = getStatus(taskSid, 'accept');
      await wait(ACCEPTED_MS);
      // Not of a click since.
      if (started === undefined || getStatus(taskSid, 'accept') !== started) return;
      const failure = isOnline() ? 'stopped-in-flex' : 'offline';
      setStatus(taskSid, 'accept', isOffered(sid) ? { step: 'failed', failure } : undefined);
    },

    async confirmCaller(task) {
      const { taskSid } = task;
      const isAsked = await runOnce(taskSid, 'confirm', async () => {
        const { confirmation } = await client.confirmCaller(taskSid, readVoicemailId(task));
        showConfirmationInCache(queryClient, taskSid, confirmation);
      });
      if (isAsked) setStatus(taskSid, 'confirm', undefined);
      // Without an answer, the call may have been made.
      else if (getStep(taskSid, 'confirm') === 'failed') await queryClient.invalidateQueries(cardQueryKey(taskSid));
    },

    async callBack(task, card) {
      const placed = await runOnce(task.taskSid, 'call', () =>
        // A listener of another plugin that never ends keeps Flex's action from ending.
        Promise.race([invokeAction('StartOutboundCall', outboundCallPayload(task, card)), wait(CALL_PLACED_MS)]),
      );
      if (!placed) return;
      const started = getStatus(task.taskSid, 'call');
      await wait(CALL_SETUP_MS);
      // Not that of a call placed since.
      if (started === undefined || getStatus(task.taskSid, 'call') !== started) return;
      const isCalling = hasCallFor(task.sid);
      setStatus(task.taskSid, 'call', isCalling ? undefined : { step: 'failed', failure: 'stopped-in-flex' });
    },
    callEnded(taskSid) {
      // A call that was set up late had counted as failed.
      if (getStep(taskSid, 'call') !== undefined) setStatus(taskSid, 'call', undefined);
    },

    async requeue(task) {
      if (getStep(task.taskSid, 'requeue') === 'done') return;
      if (!(await runOnce(task.taskSid, 'requeue', () => client.requeue(task.taskSid, readVoicemailId(task))))) return;
      setStatus(task.taskSid, 'requeue', { step: 'done' });
      if (await removeIfGone(task)) return;
      try {
        await invokeAction('CompleteTask', { sid: task.sid });
      } catch {
        // The server has completed it meanwhile; Flex hears of it by itself.
      }
    },

    async complete(task) {
      const isDone = await runOnce(task.taskSid, 'complete', () =>
        Promise.race([invokeAction('CompleteTask', { sid: task.sid }), wait(COMPLETION_TIMEOUT_MS)]),
      );
      if (!isDone) return;
      setStatus(task.taskSid, 'complete', { step: 'done' });
      if (await removeIfGone(task)) return;
      // Flex shows its own failures elsewhere or not at all.
      setStatus(task.taskSid, 'complete', { step: 'failed', failure: isOnline() ? 'stopped-in-flex' : 'offline' });
    },

    async deleteRecording(taskSid, voicemailId) {
      if (!(await runOnce(taskSid, 'delete', () => client.deleteRecording(taskSid, voicemailId)))) return;
      removeRecordingFromCache(queryClient, taskSid);
      setStatus(taskSid, 'delete', { step: 'done' });
    },
  };
}

/** Flex's own words when a `before…` listener of a plugin has called `abortOriginal` (Flex UI 2.17.1). */
const isStoppedByPlugin = (error: unknown) =>
  error instanceof Error && /cancelled by before event$/.test(error.message);

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
    ...(E164_NUMBER.test(card.numberToCallFrom) ? { callerId: card.numberToCallFrom } : {}),
    taskAttributes: {
      parentTask: task.sid,
      conversations: {
        conversation_id: typeof conversationId === 'string' && conversationId !== '' ? conversationId : task.taskSid,
      },
    },
  };
}
