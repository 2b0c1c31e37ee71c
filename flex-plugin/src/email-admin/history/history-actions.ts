import type { QueryClient } from '@tanstack/react-query';
import type { EmailAdminClient, HistoryQuery } from '../../functions-client/email-admin-client';
import { failureCode } from '../../functions-client/functions-error';
import type { PluginStore } from '../../state/plugin-state';
import { type EmailRootState, selectHistory } from '../selectors';
import { appendOlderPage, type HistoryData, historyQueryKey, refetchHistory } from './history-query';
import { type HistoryState, historyActions, type ResendState, type RestoreState } from './history-state';

/** What a supervisor can do with the history. Failures become a status in the store instead of a rejection. */
export interface HistoryActions {
  /** Shows the history for other filters. */
  filter(filters: HistoryQuery): void;
  loadOlder(): Promise<void>;
  resend(voicemailId: string | 'all'): Promise<void>;
  /** Takes away what is said of the last resend. */
  forgetResend(voicemailId: string | 'all'): void;
  /** Puts a callback or voicemail back in line. */
  restore(voicemailId: string): Promise<void>;
}

/** @returns the actions, bound to the store, the query cache and the Functions */
export function createHistoryActions({
  client,
  store,
  queryClient,
}: {
  client: Pick<EmailAdminClient, 'history' | 'resend' | 'restore'>;
  store: PluginStore;
  queryClient: QueryClient;
}): HistoryActions {
  const state = (): HistoryState => selectHistory(store.getState() as EmailRootState);
  const { dispatch } = store;
  const setResend = (id: string, status: ResendState | undefined) =>
    dispatch(historyActions.resendUpdated({ id, status }));
  const setRestore = (id: string, status: RestoreState) => dispatch(historyActions.restoreUpdated({ id, status }));

  return {
    filter: (filters) => void dispatch(historyActions.filtersChanged(filters)),
    async loadOlder() {
      const { filters, olderPage } = state();
      const queryKey = historyQueryKey(filters);
      const cursor = queryClient.getQueryData<HistoryData>(queryKey)?.cursor;
      if (cursor === undefined || olderPage?.step === 'running') return;
      /** Other filters have a state of their own. */
      const update = (status: HistoryState['olderPage']) => {
        if (state().filters === filters) dispatch(historyActions.olderPageUpdated(status));
      };
      update({ step: 'running' });
      try {
        // A poll could replace the items that the older page continues.
        await queryClient.cancelQueries(queryKey);
        const page = await client.history(filters, cursor);
        queryClient.setQueryData<HistoryData>(queryKey, (previous) => appendOlderPage(previous, page));
        update(undefined);
      } catch (error) {
        update({ step: 'failed', failure: failureCode(error) });
      }
    },
    async resend(id) {
      // A second click finds the first one running.
      if (state().resends[id]?.step === 'running') return;
      setResend(id, { step: 'running' });
      try {
        setResend(id, { step: 'done', answer: await client.resend(id) });
      } catch (error) {
        setResend(id, { step: 'failed', failure: failureCode(error) });
      }
      await refetchHistory(queryClient);
    },
    forgetResend: (id) => void setResend(id, undefined),
    async restore(id) {
      if (state().restores[id]?.step === 'running') return;
      setRestore(id, { step: 'running' });
      try {
        await client.restore(id);
        setRestore(id, { step: 'done' });
      } catch (error) {
        setRestore(id, { step: 'failed', failure: failureCode(error) });
      }
      await refetchHistory(queryClient);
    },
  };
}
