import type {
  EmailSettingsResponse,
  EmailTestResponse,
  FieldError,
  ProviderProblem,
} from '@callback-and-voicemail/contract/email-admin-api';
import type { AnyAction } from 'redux';
import type { FailureCode } from '../../functions-client/functions-error';
import { changedFields, type Draft, isSame, merge } from './draft';

/** Why something asked of the server did not happen. */
export interface Refusal {
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
  joined?: { by: string };
  save?: { step: 'running' } | { step: 'done' } | ({ step: 'failed' } & Refusal);
  /** What was there before the last save, as long as nobody saved after it. */
  undo?: { draft: Draft; revision: string };
  test?: { step: 'running' } | { step: 'done'; answer: EmailTestResponse } | ({ step: 'failed' } & Refusal);
}

export const NO_SETTINGS: SettingsState = { loading: false };
const PREFIX = 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS';

export const settingsActions = {
  loading: () => ({ type: `${PREFIX}/LOADING` as const }),
  failed: (failure: FailureCode) => ({ type: `${PREFIX}/FAILED` as const, failure }),
  arrived: (answer: EmailSettingsResponse) => ({ type: `${PREFIX}/ARRIVED` as const, answer }),
  edited: (draft: Draft) => ({ type: `${PREFIX}/EDITED` as const, draft }),
  discarded: () => ({ type: `${PREFIX}/DISCARDED` as const }),
  chosen: (prefer: 'mine' | 'theirs') => ({ type: `${PREFIX}/CHOSEN` as const, prefer }),
  saving: () => ({ type: `${PREFIX}/SAVING` as const }),
  saved: (before: Draft, sent: Draft, answer: EmailSettingsResponse) => ({
    type: `${PREFIX}/SAVED` as const,
    before,
    sent,
    answer,
  }),
  notSaved: (refusal: Refusal | undefined) => ({ type: `${PREFIX}/NOT_SAVED` as const, refusal }),
  undoEnded: () => ({ type: `${PREFIX}/UNDO_ENDED` as const }),
  test: (test: SettingsState['test']) => ({ type: `${PREFIX}/TEST` as const, test }),
};
type SettingsAction = ReturnType<(typeof settingsActions)[keyof typeof settingsActions]>;

export function settingsReducer(state: SettingsState = NO_SETTINGS, action: AnyAction): SettingsState {
  const ours = action as SettingsAction;
  switch (ours.type) {
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/LOADING':
      return { ...state, loading: true };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/FAILED':
      return { ...state, loading: false, failure: ours.failure };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/ARRIVED':
      return arrived({ ...state, loading: false, failure: undefined }, ours.answer);
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/EDITED': {
      const { save } = state;
      return {
        ...withDraft(state, ours.draft),
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
        joined: undefined,
        save: undefined,
      };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/CHOSEN': {
      const { answer, draft, conflict } = state;
      if (answer === undefined || draft === undefined || conflict === undefined) return state;
      const merged = merge(answer, draft, conflict, ours.prefer);
      return withDraft({ ...state, answer: conflict, conflict: undefined, save: undefined }, merged.draft);
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/SAVING':
      return { ...state, save: { step: 'running' }, undo: undefined };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/SAVED': {
      const { draft = ours.sent } = state;
      // What was typed while it was saved is the next draft.
      const next = merge(ours.sent, draft, ours.answer, 'mine').draft;
      const undo = { draft: ours.before, revision: ours.answer.revision };
      return withDraft(
        { ...state, answer: ours.answer, conflict: undefined, joined: undefined, save: { step: 'done' }, undo },
        next,
      );
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/NOT_SAVED':
      return { ...state, save: ours.refusal && { step: 'failed', ...ours.refusal } };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/UNDO_ENDED':
      return { ...state, undo: undefined, save: state.save?.step === 'done' ? undefined : state.save };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_SETTINGS/TEST':
      return { ...state, test: ours.test };
    default:
      return state;
  }
}

function arrived(state: SettingsState, answer: EmailSettingsResponse): SettingsState {
  const { answer: base, draft } = state;
  if (base === undefined || draft === undefined) {
    const isOther = base !== undefined && base.revision !== answer.revision;
    return { ...state, answer, ...(isOther ? { undo: undefined } : {}) };
  }
  // It was asked for before this was saved, or nothing of it changed.
  if (base.revision === answer.revision) return { ...state, answer, conflict: undefined };
  const { draft: merged, overlapping } = merge(base, draft, answer, 'mine');
  if (overlapping.length > 0) return { ...state, conflict: answer };
  return withDraft({ ...state, answer, conflict: undefined, joined: { by: answer.savedBy ?? '' } }, merged);
}

/** A draft that changes nothing is none; what cannot be read is always there to be saved over. */
function withDraft(state: SettingsState, draft: Draft): SettingsState {
  const isNothing = state.answer !== undefined && isSame(state.answer, draft);
  return isNothing ? { ...state, draft: undefined, joined: undefined } : { ...state, draft };
}

export const draftOf = ({ settings, rules }: Draft): Draft => ({ settings, rules });

/** What is to be seen: the draft, or what is saved. */
export const shownDraft = ({ answer, draft }: SettingsState): Draft | undefined =>
  draft ?? (answer === undefined ? undefined : draftOf(answer));

/** What saving would change. */
export function pendingChanges({ answer, draft }: SettingsState): string[] {
  return answer === undefined || draft === undefined ? [] : changedFields(answer, draft);
}
