import type { EmailResendResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { HistoryQuery } from '../../functions-client/email-admin-client';
import type { FailureCode } from '../../functions-client/functions-error';
import { connectionRestored, isConnectionFailure } from '../../state/connection';
import { STATE_KEY } from '../../state/plugin-state';

export type ResendState =
  | { step: 'running' }
  | { step: 'done'; answer: EmailResendResponse }
  | { step: 'failed'; failure: FailureCode };

export type RestoreState = { step: 'running' } | { step: 'done' } | { step: 'failed'; failure: FailureCode };

/** What a supervisor has chosen and started in the history; its items are in the query cache. */
export interface HistoryState {
  filters: HistoryQuery;
  /** The request for older items. */
  olderPage?: { step: 'running' } | { step: 'failed'; failure: FailureCode };
  /** By voicemail id, and `all`. */
  resends: { [voicemailId: string]: ResendState };
  /** By voicemail id. */
  restores: { [voicemailId: string]: RestoreState };
}

export const initialHistoryState: HistoryState = { filters: {}, resends: {}, restores: {} };

const slice = createSlice({
  name: `${STATE_KEY}/emailHistory`,
  initialState: initialHistoryState,
  reducers: {
    filtersChanged(state, { payload }: PayloadAction<HistoryQuery>) {
      state.filters = payload;
      state.olderPage = undefined;
    },
    olderPageUpdated(state, { payload }: PayloadAction<HistoryState['olderPage']>) {
      state.olderPage = payload;
    },
    /** `status` undefined: its outcome has been read. */
    resendUpdated(state, { payload: { id, status } }: PayloadAction<{ id: string; status: ResendState | undefined }>) {
      if (status === undefined) delete state.resends[id];
      else state.resends[id] = status;
    },
    restoreUpdated(state, { payload }: PayloadAction<{ id: string; status: RestoreState }>) {
      state.restores[payload.id] = payload.status;
    },
  },
  extraReducers: (builder) =>
    builder.addCase(connectionRestored, (state) => {
      if (isConnectionFailure(state.olderPage)) state.olderPage = undefined;
      for (const outcomes of [state.resends, state.restores])
        for (const [id, outcome] of Object.entries(outcomes)) if (isConnectionFailure(outcome)) delete outcomes[id];
    }),
});

export const historyActions = slice.actions;
export const historyReducer = slice.reducer;
