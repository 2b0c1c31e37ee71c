import type { Store } from 'redux';
import type { EmailAdminClient, HistoryQuery } from '../../functions-client/email-admin-client';
import { failureCode, isAborted } from '../../functions-client/functions-error';
import { type RootState, STATE_KEY } from '../../state/state';
import { type HistoryState, historyActions, NO_HISTORY } from './history-state';

/** What a supervisor may set going with the history. */
export interface HistoryActs {
  /** The first page of what the query asks for; without one, of what was asked for last. */
  load(query?: HistoryQuery, signal?: AbortSignal): Promise<void>;
  loadOlder(): Promise<void>;
  resend(voicemailId: string | 'all'): Promise<void>;
}

export function createHistoryActs({
  client,
  store,
}: {
  client: EmailAdminClient;
  store: Pick<Store, 'dispatch' | 'getState'>;
}): HistoryActs {
  const state = (): HistoryState => (store.getState() as RootState)[STATE_KEY]?.email.history ?? NO_HISTORY;
  const { dispatch } = store;
  /** Answers to what was asked before the last are too late. */
  let latest = 0;

  async function load(query: HistoryQuery = state().query, signal?: AbortSignal): Promise<void> {
    // A poll must not take the place of the older page somebody waits for.
    if (query === state().query && state().loading === 'older') return;
    latest += 1;
    const asked = latest;
    dispatch(historyActions.asked(query));
    try {
      const answer = await client.history(query, undefined, signal);
      if (asked === latest) dispatch(historyActions.arrived(answer));
    } catch (error) {
      if (asked === latest && !(signal?.aborted && isAborted(error)))
        dispatch(historyActions.failed(failureCode(error)));
    }
  }

  return {
    load,
    async loadOlder() {
      const { cursor, query, loading } = state();
      if (cursor === undefined || loading === 'older') return;
      latest += 1;
      const asked = latest;
      dispatch(historyActions.askedOlder());
      try {
        const answer = await client.history(query, cursor);
        if (asked === latest) dispatch(historyActions.olderArrived(answer));
      } catch (error) {
        if (asked === latest) dispatch(historyActions.failed(failureCode(error)));
      }
    },
    async resend(id) {
      // Two clicks send it once.
      if (state().resends[id]?.step === 'running') return;
      dispatch(historyActions.resend(id, { step: 'running' }));
      try {
        const answer = await client.resend(id);
        dispatch(historyActions.resend(id, { step: 'done', answer }));
      } catch (error) {
        dispatch(historyActions.resend(id, { step: 'failed', failure: failureCode(error) }));
      }
      await load();
    },
  };
}
