import { STATE_KEY } from '../state/plugin-state';
import { type HistoryState, initialHistoryState } from './history/history-state';
import { providersOf } from './mail-providers';
import { initialSettingsState, type SettingsState } from './settings/settings-state';

/** The part of Flex's store that holds the panel's state. */
export interface EmailRootState {
  [STATE_KEY]?: { email?: { settings: SettingsState; history: HistoryState } };
}

export const selectSettings = (root: EmailRootState): SettingsState =>
  root[STATE_KEY]?.email?.settings ?? initialSettingsState;
export const selectHistory = (root: EmailRootState): HistoryState =>
  root[STATE_KEY]?.email?.history ?? initialHistoryState;

const NONE: ReturnType<typeof providersOf> = [];
/** The deployment's mail providers in their order, as far as they are known. */
export function selectProviders(root: EmailRootState): ReturnType<typeof providersOf> {
  const { answer } = selectSettings(root);
  return answer === undefined ? NONE : providersOf(answer.health);
}
