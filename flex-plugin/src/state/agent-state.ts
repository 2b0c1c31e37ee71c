import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { FailureCode } from '../functions-client/functions-error';
import { connectionRestored, isConnectionFailure } from './connection';
import { STATE_KEY } from './plugin-state';

/** What an agent may start on a task; each runs once at a time. */
export type AgentAction = 'accept' | 'confirm' | 'call' | 'requeue' | 'complete' | 'delete';
export type ActionStatus = { step: 'running' } | { step: 'done' } | { step: 'failed'; failure?: FailureCode };
export type ActionStatuses = { [action in AgentAction]?: ActionStatus };

interface AgentState {
  /** By task SID. */
  actionStatuses: { [taskSid: string]: ActionStatuses };
}

/** The part of Flex's store that holds `AgentState`. */
export interface AgentRootState {
  [STATE_KEY]?: { agent?: AgentState };
}

const initialState: AgentState = { actionStatuses: {} };

const slice = createSlice({
  name: `${STATE_KEY}/agent`,
  initialState,
  reducers: {
    /** `status` undefined: the action is over and leaves no message. */
    actionStatusChanged(
      state,
      { payload }: PayloadAction<{ taskSid: string; action: AgentAction; status: ActionStatus | undefined }>,
    ) {
      const { taskSid, action, status } = payload;
      const before = Object.entries(state.actionStatuses[taskSid] ?? {});
      // The next action says what holds now: failures of earlier ones would stand beside its success.
      const kept = status?.step === 'running' ? before.filter(([, one]) => one?.step !== 'failed') : before;
      state.actionStatuses[taskSid] = { ...Object.fromEntries(kept), [action]: status };
    },
    /** Flex no longer has the task. */
    taskRemoved(state, { payload: taskSid }: PayloadAction<string>) {
      delete state.actionStatuses[taskSid];
    },
  },
  extraReducers: (builder) =>
    builder.addCase(connectionRestored, (state) => {
      for (const statuses of Object.values(state.actionStatuses))
        for (const action of Object.keys(statuses) as AgentAction[])
          if (isConnectionFailure(statuses[action])) delete statuses[action];
    }),
});

export const { actionStatusChanged, taskRemoved } = slice.actions;
/** What agents have started, by task; composed under `STATE_KEY` as `agent`. */
export const agentReducer = slice.reducer;

const NO_STATUSES: ActionStatuses = {};

/** @returns what the agent has started on the task */
export const selectActionStatuses = (state: AgentRootState, taskSid: string): ActionStatuses =>
  state[STATE_KEY]?.agent?.actionStatuses[taskSid] ?? NO_STATUSES;

/** @returns true while a call for another task is being set up */
export const selectIsCallingElsewhere = (state: AgentRootState, taskSid: string): boolean =>
  Object.entries(state[STATE_KEY]?.agent?.actionStatuses ?? {}).some(
    ([sid, statuses]) => sid !== taskSid && statuses.call?.step === 'running',
  );
