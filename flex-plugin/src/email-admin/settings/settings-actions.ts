import type { EmailAdminClient } from '../../functions-client/email-admin-client';
import { FunctionsError, failureCode, isAborted } from '../../functions-client/functions-error';
import type { PluginStore } from '../../state/plugin-state';
import { type EmailRootState, selectSettings } from '../selectors';
import type { Draft } from './draft';
import { type RequestFailure, type SettingsState, settingsActions, toDraft, visibleDraft } from './settings-state';

/** What a supervisor may set going with the settings. */
export interface SettingsActions {
  load(signal?: AbortSignal): Promise<void>;
  edit(draft: Draft): void;
  discard(): void;
  resolveConflict(prefer: 'mine' | 'theirs'): void;
  save(): Promise<void>;
  /** Saves what was there before the last save. */
  undo(): Promise<void>;
  expireUndo(): void;
  sendTestEmail(address: string): Promise<void>;
}

/** Others may save again while ours is laid over what they saved; after so many rounds a person decides when. */
const MAX_SAVE_ATTEMPTS = 4;

export function createSettingsActions({
  client,
  store,
}: {
  client: EmailAdminClient;
  store: PluginStore;
}): SettingsActions {
  const state = (): SettingsState => selectSettings(store.getState() as EmailRootState);
  const { dispatch } = store;
  let latestRequest = 0;

  async function save(readDraft: () => Draft | undefined): Promise<void> {
    if (state().save?.step === 'running') return;
    dispatch(settingsActions.saveStarted());
    for (let attempt = 1; ; attempt += 1) {
      const { answer } = state();
      const sent = readDraft();
      if (answer === undefined || sent === undefined) return void dispatch(settingsActions.saveFailed(undefined));
      try {
        const saved = await client.save(sent, answer.revision, answer.source === 'corrupt');
        // What was read before this save and arrives after it is older.
        latestRequest += 1;
        return void dispatch(settingsActions.saveSucceeded(toDraft(answer), sent, saved));
      } catch (error) {
        const current = error instanceof FunctionsError ? error.detail.current : undefined;
        if (current === undefined) return void dispatch(settingsActions.saveFailed(toRequestFailure(error)));
        dispatch(settingsActions.settingsReceived(current));
        // Where both changed the same, or nothing is left to save, a person looks at it first.
        if (state().conflict !== undefined || state().draft === undefined || attempt === MAX_SAVE_ATTEMPTS)
          return void dispatch(
            settingsActions.saveFailed(state().draft === undefined ? undefined : { failure: 'conflict' }),
          );
      }
    }
  }

  return {
    async load(signal) {
      latestRequest += 1;
      const requestNumber = latestRequest;
      dispatch(settingsActions.loadStarted());
      try {
        const answer = await client.settings(signal);
        if (requestNumber === latestRequest) dispatch(settingsActions.settingsReceived(answer));
      } catch (error) {
        if (requestNumber === latestRequest && !(signal?.aborted && isAborted(error)))
          dispatch(settingsActions.loadFailed(failureCode(error)));
      }
    },
    edit: (draft) => void dispatch(settingsActions.draftEdited(draft)),
    discard: () => void dispatch(settingsActions.draftDiscarded()),
    resolveConflict: (prefer) => void dispatch(settingsActions.conflictResolved(prefer)),
    // What cannot be read can be overwritten by what is shown, as it is.
    save: () => save(() => state().draft ?? (state().answer?.source === 'corrupt' ? visibleDraft(state()) : undefined)),
    async undo() {
      const { undo, answer } = state();
      // Only fields that have not changed since.
      if (undo === undefined || undo.revision !== answer?.revision) return;
      dispatch(settingsActions.draftEdited(undo.draft));
      await save(() => state().draft);
    },
    expireUndo: () => void dispatch(settingsActions.undoExpired()),
    async sendTestEmail(address) {
      const visible = visibleDraft(state());
      if (visible === undefined || state().test?.step === 'running') return;
      dispatch(settingsActions.testUpdated({ step: 'running' }));
      try {
        const answer = await client.sendTest(address, visible.settings);
        dispatch(settingsActions.testUpdated({ step: 'done', answer }));
      } catch (error) {
        dispatch(settingsActions.testUpdated({ step: 'failed', ...toRequestFailure(error) }));
      }
    },
  };
}

/** @returns what is to be said of it */
export function toRequestFailure(error: unknown): RequestFailure {
  const failure = failureCode(error);
  if (!(error instanceof FunctionsError)) return { failure };
  const { fields, provider, retryAfterSeconds } = error.detail;
  return { failure, fields, provider, retryAfterSeconds };
}
