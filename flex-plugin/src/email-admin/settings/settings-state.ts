import type {
  EmailSettingsResponse,
  EmailTestResponse,
  FieldError,
  ProviderProblem,
} from '@callback-and-voicemail/contract/email-admin-api';
import type { AnyAction } from '@reduxjs/toolkit';
import type { FailureCode } from '../../functions-client/functions-error';
import { changedFields, type Draft, isUnchanged, merge } from './draft';

/** Why a request failed. */
export interface RequestFailure {
  failure: FailureCode;
  fields?: FieldError[];
  provider?: ProviderProblem;
  retryAfterSeconds?: number;
}

export interface SettingsState {
  /** What the server said last, and what the draft was made from. */
  answer?: EmailSettingsResponse;
  loading: boolean;
  /** Why the last load failed; what was loaded before stays. */
  failure?: FailureCode;
  /** What is not saved yet; absent while it would change nothing. */
  draft?: Draft;
  /** Somebody saved other values for what the draft changes: a person has to choose. */
  conflict?: EmailSettingsResponse;
  /** Somebody saved something else meanwhile, and the draft was laid over it. */
  mergedFrom?: { by: string };
  save?: { step: 'running' } | { step: 'done' } | ({ step: 'failed' } & RequestFailure);
  /** The settings before the last save, until the next save by anyone. */
  undo?: { draft: Draft; revision: string };
  test?: { step: 'running' } | { step: 'done'; answer: EmailTestResponse } | ({ step: 'failed' } & RequestFailure);
}

export const initialSettingsState: SettingsState = { loading: false };
const PREFIX = 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS';

export const settingsActions = {
  loadStarted: () => ({ type: `${PREFIX}/LOADING` as const }),
  loadFailed: (failure: FailureCode) => ({ type: `${PREFIX}/FAILED` as const, failure }),
  settingsReceived: (answer: EmailSettingsResponse) => ({ type: `${PREFIX}/ARRIVED` as const, answer }),
  draftEdited: (draft: Draft) => ({ type: `${PREFIX}/EDITED` as const, draft }),
  draftDiscarded: () => ({ type: `${PREFIX}/DISCARDED` as const }),
  conflictResolved: (prefer: 'mine' | 'theirs') => ({ type: `${PREFIX}/CHOSEN` as const, prefer }),
  saveStarted: () => ({ type: `${PREFIX}/SAVING` as const }),
  saveSucceeded: (before: Draft, sent: Draft, answer: EmailSettingsResponse) => ({
    type: `${PREFIX}/SAVED` as const,
    before,
    sent,
    answer,
  }),
  saveFailed: (refusal: RequestFailure | undefined) => ({ type: `${PREFIX}/NOT_SAVED` as const, refusal }),
  undoExpired: () => ({ type: `${PREFIX}/UNDO_ENDED` as const }),
  testUpdated: (test: SettingsState['test']) => ({ type: `${PREFIX}/TEST` as const, test }),
};
type SettingsAction = ReturnType<(typeof settingsActions)[keyof typeof settingsActions]>;

export function settingsReducer(state: SettingsState = initialSettingsState, action: AnyAction): SettingsState {
  const settingsAction = action as SettingsAction;
  switch (settingsAction.type) {
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/LOADING':
      return { ...state, loading: true };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/FAILED':
      return { ...state, loading: false, failure: settingsAction.failure };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/ARRIVED':
      return applySettings({ ...state, loading: false, failure: undefined }, settingsAction.answer);
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/EDITED': {
      const { save } = state;
      return {
        ...withDraft(state, settingsAction.draft),
        undo: undefined,
        // What a refusal said of the fields holds until they are others.
        save: save?.step === 'running' ? save : undefined,
      };
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/DISCARDED':
      return {
        ...state,
        answer: state.conflict ?? state.answer,
        draft: undefined,
        conflict: undefined,
        mergedFrom: undefined,
        save: undefined,
      };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/CHOSEN': {
      const { answer, draft, conflict } = state;
      if (answer === undefined || draft === undefined || conflict === undefined) return state;
      const merged = merge(answer, draft, conflict, settingsAction.prefer);
      return withDraft({ ...state, answer: conflict, conflict: undefined, save: undefined }, merged.draft);
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/SAVING':
      return { ...state, save: { step: 'running' }, undo: undefined };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/SAVED': {
      const { draft = settingsAction.sent } = state;
      // What was typed while it was saved is the next draft.
      const next = merge(settingsAction.sent, draft, settingsAction.answer, 'mine').draft;
      const undo = { draft: settingsAction.before, revision: settingsAction.answer.revision };
      return withDraft(
        {
          ...state,
          answer: settingsAction.answer,
          conflict: undefined,
          mergedFrom: undefined,
          save: { step: 'done' },
          undo,
        },
        next,
      );
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/NOT_SAVED':
      return { ...state, save: settingsAction.refusal && { step: 'failed', ...settingsAction.refusal } };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/UNDO_ENDED':
      return { ...state, undo: undefined, save: state.save?.step === 'done' ? undefined : state.save };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/TEST':
      return { ...state, test: settingsAction.test };
    default:
      return state;
  }
}

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

/** A draft that changes nothing is none; what cannot be read is always there to be saved over. */
function withDraft(state: SettingsState, draft: Draft): SettingsState {
  const isEmpty = state.answer !== undefined && isUnchanged(state.answer, draft);
  return isEmpty ? { ...state, draft: undefined, mergedFrom: undefined } : { ...state, draft };
}

export const toDraft = ({ settings, rules }: Draft): Draft => ({ settings, rules });

/** What is to be seen: the draft, or what is saved. */
export const visibleDraft = ({ answer, draft }: SettingsState): Draft | undefined =>
  draft ?? (answer === undefined ? undefined : toDraft(answer));

/** What saving would change. */
export function pendingChanges({ answer, draft }: SettingsState): string[] {
  return answer === undefined || draft === undefined ? [] : changedFields(answer, draft);
}
