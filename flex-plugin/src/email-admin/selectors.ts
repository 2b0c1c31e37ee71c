import { type RootState, STATE_KEY } from '../state/state';
import { type HistoryState, initialHistoryState } from './history/history-state';
import { initialSettingsState, type SettingsState } from './settings/settings-state';

export const selectSettings = (root: RootState): SettingsState =>
  root[STATE_KEY]?.email.settings ?? initialSettingsState;
export const selectHistory = (root: RootState): HistoryState => root[STATE_KEY]?.email.history ?? initialHistoryState;
