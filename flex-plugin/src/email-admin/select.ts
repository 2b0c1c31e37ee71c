import { type RootState, STATE_KEY } from '../state/state';
import { type HistoryState, NO_HISTORY } from './history/history-state';
import { NO_SETTINGS, type SettingsState } from './settings/settings-state';

export const selectSettings = (root: RootState): SettingsState => root[STATE_KEY]?.email.settings ?? NO_SETTINGS;
export const selectHistory = (root: RootState): HistoryState => root[STATE_KEY]?.email.history ?? NO_HISTORY;
