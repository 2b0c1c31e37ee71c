import type {
  AttentionItem,
  EmailHistoryResponse,
  EmailResendResponse,
  HistoryItem,
} from '@callback-and-voicemail/contract/email-admin-api';
import type { AnyAction } from '@reduxjs/toolkit';
import type { HistoryQuery } from '../../functions-client/email-admin-client';
import type { FailureCode } from '../../functions-client/functions-error';

export type ResendState =
  | { step: 'running' }
  | { step: 'done'; answer: EmailResendResponse }
  | { step: 'failed'; failure: FailureCode };

export interface HistoryState {
  query: HistoryQuery;
  /** Absent before the first answer to this query. */
  items?: HistoryItem[];
  /** What needs a person now, whatever the query asks for. */
  attention?: AttentionItem[];
  cursor?: string;
  /** False where a page ended before it was full: there may be more further on. */
  complete: boolean;
  /** `first` and `older` pages are fetched separately. */
  loading?: 'first' | 'older';
  /** Why the last load failed; what was loaded before stays. */
  failure?: FailureCode;
  /** By voicemail id, and `all`. */
  resends: Record<string, ResendState | undefined>;
}

export const initialHistoryState: HistoryState = { query: {}, complete: true, resends: {} };
const PREFIX = 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY';

export const historyActions = {
  pageRequested: (query: HistoryQuery) => ({ type: `${PREFIX}/ASKED` as const, query }),
  olderPageRequested: () => ({ type: `${PREFIX}/ASKED_OLDER` as const }),
  pageReceived: (answer: EmailHistoryResponse) => ({ type: `${PREFIX}/ARRIVED` as const, answer }),
  olderPageReceived: (answer: EmailHistoryResponse) => ({ type: `${PREFIX}/OLDER_ARRIVED` as const, answer }),
  loadFailed: (failure: FailureCode) => ({ type: `${PREFIX}/FAILED` as const, failure }),
  resendUpdated: (id: string, state: ResendState | undefined) => ({ type: `${PREFIX}/RESEND` as const, id, state }),
};
type HistoryAction = ReturnType<(typeof historyActions)[keyof typeof historyActions]>;

export function historyReducer(state: HistoryState = initialHistoryState, action: AnyAction): HistoryState {
  const historyAction = action as HistoryAction;
  switch (historyAction.type) {
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY/ASKED': {
      const isSame = JSON.stringify(historyAction.query) === JSON.stringify(state.query);
      const asked = { ...state, query: historyAction.query, loading: 'first' as const };
      return isSame ? asked : { ...asked, items: undefined, cursor: undefined, complete: true, failure: undefined };
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY/ASKED_OLDER':
      return { ...state, loading: 'older', failure: undefined };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY/ARRIVED': {
      const { items, cursor, complete, attention = state.attention } = historyAction.answer;
      const rest = { ...state, attention, loading: undefined, failure: undefined };
      const known = state.items ?? [];
      // What was fetched further back stays, behind what is new; the place to go on from is still its own.
      const last = items[items.length - 1];
      const isFurther = last !== undefined && cursor !== undefined && known.length > items.length;
      if (!isFurther) return { ...rest, items, cursor, complete };
      const older = known.filter(({ receivedAt }) => receivedAt < last.receivedAt);
      return older.length === 0 ? { ...rest, items, cursor, complete } : { ...rest, items: mergeItems(items, older) };
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY/OLDER_ARRIVED': {
      const { items, cursor, complete } = historyAction.answer;
      return {
        ...state,
        items: mergeItems(state.items ?? [], items),
        cursor,
        complete,
        loading: undefined,
        failure: undefined,
      };
    }
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY/FAILED':
      return { ...state, loading: undefined, failure: historyAction.failure };
    case 'CALLBACK_AND_VOICEMAIL/EMAIL_HISTORY/RESEND':
      return { ...state, resends: { ...state.resends, [historyAction.id]: historyAction.state } };
    default:
      return state;
  }
}

/** Each once. */
function mergeItems(first: HistoryItem[], older: HistoryItem[]): HistoryItem[] {
  const knownIds = new Set(first.map(({ voicemail_id }) => voicemail_id));
  return [...first, ...older.filter(({ voicemail_id }) => !knownIds.has(voicemail_id))];
}
