import type { EmailAdminClient, HistoryQuery } from '../../functions-client/email-admin-client';
import { failureCode, isAborted } from '../../functions-client/functions-error';
import type { PluginStore } from '../../state/plugin-state';
import { type EmailRootState, selectHistory } from '../selectors';
import { type HistoryState, historyActions } from './history-state';

/** What a supervisor may set going with the history. */
export interface HistoryActions {
  /** Fetches the first page of the query, or of the last query if none is given. */
  load(query?: HistoryQuery, signal?: AbortSignal): Promise<void>;
  loadOlder(): Promise<void>;
  resend(voicemailId: string | 'all'): Promise<void>;
}

export function createHistoryActions({
  client,
  store,
}: {
  client: EmailAdminClient;
  store: PluginStore;
}): HistoryActions {
  const state = (): HistoryState => selectHistory(store.getState() as EmailRootState);
  const { dispatch } = store;
  /** Responses to earlier requests are ignored. */
  let latestRequest = 0;

  async function load(query: HistoryQuery = state().query, signal?: AbortSignal): Promise<void> {
    // A poll must not replace the older page that is being loaded.
    if (query === state().query && state().loading === 'older') return;
    latestRequest += 1;
    const requestNumber = latestRequest;
    dispatch(historyActions.pageRequested(query));
    try {
      const answer = await client.history(query, undefined, signal);
      if (requestNumber === latestRequest) dispatch(historyActions.pageReceived(answer));
    } catch (error) {
      if (requestNumber === latestRequest && !(signal?.aborted && isAborted(error)))
        dispatch(historyActions.loadFailed(failureCode(error)));
    }
  }

  return {
    load,
    async loadOlder() {
      const { cursor, query, loading } = state();
      if (cursor === undefined || loading === 'older') return;
      latestRequest += 1;
      const requestNumber = latestRequest;
      dispatch(historyActions.olderPageRequested());
      try {
        const answer = await client.history(query, cursor);
        if (requestNumber === latestRequest) dispatch(historyActions.olderPageReceived(answer));
      } catch (error) {
        if (requestNumber === latestRequest) dispatch(historyActions.loadFailed(failureCode(error)));
      }
    },
    async resend(id) {
      // Two clicks send it once.
      if (state().resends[id]?.step === 'running') return;
      dispatch(historyActions.resendUpdated(id, { step: 'running' }));
      try {
        const answer = await client.resend(id);
        dispatch(historyActions.resendUpdated(id, { step: 'done', answer }));
      } catch (error) {
        dispatch(historyActions.resendUpdated(id, { step: 'failed', failure: failureCode(error) }));
      }
      await load();
    },
  };
}
