import { type RootState, SLICE } from '../state/state';
import { type HistoryState, NO_HISTORY } from './history/history-state';
import { NO_SETTINGS, type SettingsState } from './settings/settings-state';

export const selectSettings = (root: RootState): SettingsState => root[SLICE]?.email.settings ?? NO_SETTINGS;
export const selectHistory = (root: RootState): HistoryState => root[SLICE]?.email.history ?? NO_HISTORY;
