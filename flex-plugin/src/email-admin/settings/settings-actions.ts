import type { EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import type { QueryClient } from '@tanstack/react-query';
import type { EmailAdminClient } from '../../functions-client/email-admin-client';
import { type FailureCode, FunctionsError, failureCode } from '../../functions-client/functions-error';
import type { PluginStore } from '../../state/plugin-state';
import { refetchAudit } from '../audit/audit-query';
import { type EmailRootState, selectSettings } from '../selectors';
import type { Draft } from './draft';
import { isUnconfirmed } from './is-unconfirmed';
import { SETTINGS_QUERY_KEY } from './settings-query';
import { type RequestFailure, type SettingsState, settingsActions, toDraft, visibleDraft } from './settings-state';

/** What a supervisor can do with the settings. Failures become a status in the store instead of a rejection. */
export interface SettingsActions {
  edit(draft: Draft): void;
  discard(): void;
  resolveConflict(prefer: 'mine' | 'theirs'): void;
  save(): Promise<void>;
  /** Saves what was there before the last save. */
  undo(): Promise<void>;
  expireUndo(): void;
  sendTestEmail(address: string): Promise<void>;
  /** Confirms or rejects a recipient that another supervisor added. @returns why it failed, if it did */
  decide(decision: 'confirm' | 'reject', address: string): Promise<FailureCode | undefined>;
}

/** Others may save while a save is merged with theirs; after this many attempts the user decides when to try again. */
const MAX_SAVE_ATTEMPTS = 4;

/**
 * @returns the actions, bound to the store and the Functions. From then on, every response in the query cache is
 *   merged into the store.
 */
export function createSettingsActions({
  client,
  store,
  queryClient,
}: {
  client: Pick<EmailAdminClient, 'save' | 'sendTest' | 'decide'>;
  store: PluginStore;
  queryClient: QueryClient;
}): SettingsActions {
  const state = (): SettingsState => selectSettings(store.getState() as EmailRootState);
  const { dispatch } = store;
  mergeResponses(queryClient, (response) => dispatch(settingsActions.settingsReceived(response)));

  /** Puts a response into the cache. A poll that started before it must not replace it, so it is canceled. */
  async function cacheResponse(response: EmailSettingsResponse): Promise<void> {
    await queryClient.cancelQueries(SETTINGS_QUERY_KEY);
    queryClient.setQueryData(SETTINGS_QUERY_KEY, response);
  }

  /** @returns false when another attempt may succeed */
  async function trySave(sent: Draft, base: EmailSettingsResponse, isLastAttempt: boolean): Promise<boolean> {
    try {
      const saved = await client.save(sent, base.revision, base.source === 'corrupt');
      dispatch(settingsActions.saveSucceeded({ before: toDraft(base), sent, answer: saved }));
      await cacheResponse(saved);
      void refetchAudit(queryClient);
      return true;
    } catch (error) {
      const current = error instanceof FunctionsError ? error.detail.current : undefined;
      if (current === undefined) {
        dispatch(settingsActions.saveFailed(toRequestFailure(error)));
        return true;
      }
      await cacheResponse(current);
      const { conflict, draft } = state();
      if (draft === undefined) dispatch(settingsActions.saveFailed(undefined));
      // Both changed the same setting, or others keep saving: the user decides.
      else if (conflict !== undefined || isLastAttempt) dispatch(settingsActions.saveFailed({ failure: 'conflict' }));
      else return false;
      return true;
    }
  }

  async function save(readDraft: () => Draft | undefined): Promise<void> {
    if (state().save?.step === 'running') return;
    dispatch(settingsActions.saveStarted());
    for (let attempt = 1; attempt <= MAX_SAVE_ATTEMPTS; attempt += 1) {
      const { answer } = state();
      const sent = readDraft();
      if (answer === undefined || sent === undefined) return void dispatch(settingsActions.saveFailed(undefined));
      if (await trySave(sent, answer, attempt === MAX_SAVE_ATTEMPTS)) return;
    }
  }

  return {
    edit: (draft) => void dispatch(settingsActions.draftEdited(draft)),
    discard: () => void dispatch(settingsActions.draftDiscarded()),
    resolveConflict: (prefer) => void dispatch(settingsActions.conflictResolved(prefer)),
    // Settings that cannot be read are overwritten by what is shown, even if it was not edited.
    save: () => save(() => state().draft ?? (state().answer?.source === 'corrupt' ? visibleDraft(state()) : undefined)),
    async undo() {
      const { undo, answer } = state();
      // Only while the last save is still the latest one.
      if (undo === undefined || undo.revision !== answer?.revision) return;
      dispatch(settingsActions.draftEdited(undo.draft));
      await save(() => state().draft);
    },
    expireUndo: () => void dispatch(settingsActions.undoExpired()),
    async decide(decision, address) {
      for (let attempt = 1; ; attempt += 1) {
        const { answer, conflict } = state();
        try {
          await cacheResponse(await client.decide(decision, address, (conflict ?? answer)?.revision ?? ''));
          void refetchAudit(queryClient);
          return undefined;
        } catch (error) {
          const current = error instanceof FunctionsError ? error.detail.current : undefined;
          if (current !== undefined) await cacheResponse(current);
          // Somebody saved something else: the address still waits.
          if (current === undefined || !isUnconfirmed(current, address) || attempt === MAX_SAVE_ATTEMPTS)
            return failureCode(error);
        }
      }
    },
    async sendTestEmail(address) {
      const visible = visibleDraft(state());
      if (visible === undefined || state().test?.step === 'running') return;
      dispatch(settingsActions.testUpdated({ step: 'running' }));
      try {
        const answer = await client.sendTest(address, visible.settings);
        dispatch(settingsActions.testUpdated({ step: 'done', answer }));
        // An outage that was shown is over.
        void queryClient.invalidateQueries(SETTINGS_QUERY_KEY);
      } catch (error) {
        dispatch(settingsActions.testUpdated({ step: 'failed', ...toRequestFailure(error) }));
      }
    },
  };
}

function mergeResponses(queryClient: QueryClient, receive: (response: EmailSettingsResponse) => void): void {
  const cache = queryClient.getQueryCache();
  cache.subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    if (event.query.queryKey[0] !== SETTINGS_QUERY_KEY[0]) return;
    receive(event.query.state.data as EmailSettingsResponse);
  });
}

function toRequestFailure(error: unknown): RequestFailure {
  const failure = failureCode(error);
  if (!(error instanceof FunctionsError)) return { failure };
  const { fields, provider, retryAfterSeconds } = error.detail;
  return { failure, fields, provider, retryAfterSeconds };
}
