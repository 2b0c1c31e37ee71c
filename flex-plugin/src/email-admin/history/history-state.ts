import type { AttentionItem, HistoryItem, ResendAnswer } from '@callback-and-voicemail/contract/email-admin-api';
import type { AnyAction } from 'redux';
import type { HistoryQuery } from '../../functions-client/email-admin-client';
import type { FailureCode } from '../../functions-client/functions-error';

export type ResendState =
  | { step: 'running' }
  | { step: 'done'; answer: ResendAnswer }
  | { step: 'failed'; failure: FailureCode };

export interface HistoryState {
  query: HistoryQuery;
  /** Absent before the first answer to this query. */
  items?: HistoryItem[];
  attention?: AttentionItem[];
  cursor?: string;
  /** False where a page ended before it was full: there may be more further on. */
  complete: boolean;
  loading: boolean;
  failure?: FailureCode;
  /** By voicemail id, and `all`. */
  resends: Record<string, ResendState | undefined>;
}

export const NO_HISTORY: HistoryState = { query: {}, complete: true, loading: false, resends: {} };

export function historyReducer(state: HistoryState = NO_HISTORY, _action: AnyAction): HistoryState {
  return state;
}
