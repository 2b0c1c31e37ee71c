import type {
  EmailSettingsResponse,
  EmailTestResponse,
  FieldError,
  ProviderProblem,
} from '@callback-and-voicemail/contract/email-admin-api';
import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { FailureCode } from '../../functions-client/functions-error';
import { connectionRestored, isConnectionFailure } from '../../state/connection';
import { STATE_KEY } from '../../state/plugin-state';
import { changedFields, type Draft, isUnchanged, merge } from './draft';

/** Why a request failed. */
export interface RequestFailure {
  failure: FailureCode;
  fields?: FieldError[];
  provider?: ProviderProblem;
  retryAfterSeconds?: number;
}

export interface SettingsState {
  /** The server's last response, from which the draft was made. */
  answer?: EmailSettingsResponse;
  /** Unsaved changes; absent if there are none. */
  draft?: Draft;
  /** Someone saved other values for fields that the draft changes: the user has to choose. */
  conflict?: EmailSettingsResponse;
  /** Someone saved other settings, and the draft was merged with them. */
  mergedFrom?: { by: string };
  save?: { step: 'running' } | { step: 'done' } | ({ step: 'failed' } & RequestFailure);
  /** The settings before the last save, until the next save by anyone. */
  undo?: { draft: Draft; revision: string };
  test?: { step: 'running' } | { step: 'done'; answer: EmailTestResponse } | ({ step: 'failed' } & RequestFailure);
}

export const initialSettingsState: SettingsState = {};

const slice = createSlice({
  name: `${STATE_KEY}/emailSettings`,
  initialState: initialSettingsState,
  reducers: {
    /** The server sent its settings, whether polled, saved or in conflict with a save. */
    settingsReceived: (state: SettingsState, { payload }: PayloadAction<EmailSettingsResponse>) =>
      applySettings(state, payload),
    draftEdited: (state: SettingsState, { payload }: PayloadAction<Draft>) => ({
      ...withDraft(state, payload),
      undo: undefined,
      // Field errors of a failed save apply until a field changes.
      save: state.save?.step === 'running' ? state.save : undefined,
    }),
    draftDiscarded: (state: SettingsState) => ({
      ...state,
      answer: state.conflict ?? state.answer,
      draft: undefined,
      conflict: undefined,
      mergedFrom: undefined,
      save: undefined,
    }),
    conflictResolved(state: SettingsState, { payload: prefer }: PayloadAction<'mine' | 'theirs'>) {
      const { answer, draft, conflict } = state;
      if (answer === undefined || draft === undefined || conflict === undefined) return state;
      const merged = merge(answer, draft, conflict, prefer);
      return withDraft({ ...state, answer: conflict, conflict: undefined, save: undefined }, merged.draft);
    },
    saveStarted: (state: SettingsState): SettingsState => ({ ...state, save: { step: 'running' }, undo: undefined }),
    saveSucceeded(
      state: SettingsState,
      { payload }: PayloadAction<{ before: Draft; sent: Draft; answer: EmailSettingsResponse }>,
    ) {
      const { before, sent, answer } = payload;
      // Edits made during the save become the next draft.
      const next = merge(sent, state.draft ?? sent, answer, 'mine').draft;
      const undo = { draft: before, revision: answer.revision };
      return withDraft(
        { ...state, answer, conflict: undefined, mergedFrom: undefined, save: { step: 'done' }, undo },
        next,
      );
    },
    /** `payload` undefined: nothing was left to save. */
    saveFailed: (state: SettingsState, { payload }: PayloadAction<RequestFailure | undefined>): SettingsState => ({
      ...state,
      save: payload && { step: 'failed', ...payload },
    }),
    undoExpired: (state: SettingsState) => ({
      ...state,
      undo: undefined,
      save: state.save?.step === 'done' ? undefined : state.save,
    }),
    testUpdated: (state: SettingsState, { payload }: PayloadAction<SettingsState['test']>) => ({
      ...state,
      test: payload,
    }),
  },
  extraReducers: (builder) =>
    builder.addCase(connectionRestored, (state: SettingsState) => ({
      ...state,
      save: isConnectionFailure(state.save) ? undefined : state.save,
      test: isConnectionFailure(state.test) ? undefined : state.test,
    })),
});

export const settingsActions = slice.actions;
/** The unsaved draft, its merge with what others saved, and the progress of saving and testing. */
export const settingsReducer = slice.reducer;

function applySettings(state: SettingsState, answer: EmailSettingsResponse): SettingsState {
  const { answer: base, draft } = state;
  if (base === undefined || draft === undefined) {
    const isNewRevision = base !== undefined && base.revision !== answer.revision;
    return { ...state, answer, ...(isNewRevision ? { undo: undefined } : {}) };
  }
  // It was requested before this save, or nothing changed.
  if (base.revision === answer.revision) return { ...state, answer, conflict: undefined };
  const { draft: merged, conflicts: overlapping } = merge(base, draft, answer, 'mine');
  if (overlapping.length > 0) return { ...state, conflict: answer };
  return withDraft({ ...state, answer, conflict: undefined, mergedFrom: { by: answer.savedBy ?? '' } }, merged);
}

/** Drops a draft without changes, unless the saved settings are corrupt: then it can be saved over them. */
function withDraft(state: SettingsState, draft: Draft): SettingsState {
  const isEmpty = state.answer !== undefined && isUnchanged(state.answer, draft);
  return isEmpty ? { ...state, draft: undefined, mergedFrom: undefined } : { ...state, draft };
}

export const toDraft = ({ settings, rules }: Draft): Draft => ({ settings, rules });

/** The settings to show: the draft if there is one, otherwise the saved ones. */
export const visibleDraft = ({ answer, draft }: SettingsState): Draft | undefined =>
  draft ?? (answer === undefined ? undefined : toDraft(answer));

/** What saving would change. */
export function pendingChanges({ answer, draft }: SettingsState): string[] {
  return answer === undefined || draft === undefined ? [] : changedFields(answer, draft);
}
