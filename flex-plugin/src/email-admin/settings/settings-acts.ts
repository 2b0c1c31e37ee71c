import type { Store } from 'redux';
import type { EmailAdminClient } from '../../functions-client/email-admin-client';
import { FunctionsError, failureCode, isAborted } from '../../functions-client/functions-error';
import { type RootState, STATE_KEY } from '../../state/state';
import type { Draft } from './draft';
import { draftOf, NO_SETTINGS, type Refusal, type SettingsState, settingsActions, shownDraft } from './settings-state';

/** What a supervisor may set going with the settings. */
export interface SettingsActs {
  load(signal?: AbortSignal): Promise<void>;
  edit(draft: Draft): void;
  discard(): void;
  choose(prefer: 'mine' | 'theirs'): void;
  save(): Promise<void>;
  /** Saves what was there before the last save. */
  undo(): Promise<void>;
  endUndo(): void;
  sendTest(address: string): Promise<void>;
}

/** Others may save again while ours is laid over what they saved; after so many rounds a person decides when. */
const SAVE_ROUNDS = 4;

export function createSettingsActs({
  client,
  store,
}: {
  client: EmailAdminClient;
  store: Pick<Store, 'dispatch' | 'getState'>;
}): SettingsActs {
  const state = (): SettingsState => (store.getState() as RootState)[STATE_KEY]?.email.settings ?? NO_SETTINGS;
  const { dispatch } = store;
  let latest = 0;

  async function save(proposal: () => Draft | undefined): Promise<void> {
    if (state().save?.step === 'running') return;
    dispatch(settingsActions.saving());
    for (let round = 1; ; round += 1) {
      const { answer } = state();
      const sent = proposal();
      if (answer === undefined || sent === undefined) return void dispatch(settingsActions.notSaved(undefined));
      try {
        const saved = await client.save(sent, answer.revision, answer.source === 'corrupt');
        // What was read before this save and arrives after it is older.
        latest += 1;
        return void dispatch(settingsActions.saved(draftOf(answer), sent, saved));
      } catch (error) {
        const current = error instanceof FunctionsError ? error.detail.current : undefined;
        if (current === undefined) return void dispatch(settingsActions.notSaved(refusalOf(error)));
        dispatch(settingsActions.arrived(current));
        // Where both changed the same, or nothing is left to save, a person looks at it first.
        if (state().conflict !== undefined || state().draft === undefined || round === SAVE_ROUNDS)
          return void dispatch(
            settingsActions.notSaved(state().draft === undefined ? undefined : { failure: 'conflict' }),
          );
      }
    }
  }

  return {
    async load(signal) {
      latest += 1;
      const asked = latest;
      dispatch(settingsActions.loading());
      try {
        const answer = await client.settings(signal);
        if (asked === latest) dispatch(settingsActions.arrived(answer));
      } catch (error) {
        if (asked === latest && !(signal?.aborted && isAborted(error)))
          dispatch(settingsActions.failed(failureCode(error)));
      }
    },
    edit: (draft) => void dispatch(settingsActions.edited(draft)),
    discard: () => void dispatch(settingsActions.discarded()),
    choose: (prefer) => void dispatch(settingsActions.chosen(prefer)),
    // What cannot be read can be overwritten by what is shown, as it is.
    save: () => save(() => state().draft ?? (state().answer?.source === 'corrupt' ? shownDraft(state()) : undefined)),
    async undo() {
      const { undo, answer } = state();
      // Only what nobody has changed since.
      if (undo === undefined || undo.revision !== answer?.revision) return;
      dispatch(settingsActions.edited(undo.draft));
      await save(() => state().draft);
    },
    endUndo: () => void dispatch(settingsActions.undoEnded()),
    async sendTest(address) {
      const shown = shownDraft(state());
      if (shown === undefined || state().test?.step === 'running') return;
      dispatch(settingsActions.test({ step: 'running' }));
      try {
        const answer = await client.sendTest(address, shown.settings);
        dispatch(settingsActions.test({ step: 'done', answer }));
      } catch (error) {
        dispatch(settingsActions.test({ step: 'failed', ...refusalOf(error) }));
      }
    },
  };
}

/** @returns what is to be said of it */
export function refusalOf(error: unknown): Refusal {
  const failure = failureCode(error);
  if (!(error instanceof FunctionsError)) return { failure };
  const { fields, provider, retryAfterSeconds } = error.detail;
  return { failure, fields, provider, retryAfterSeconds };
}
