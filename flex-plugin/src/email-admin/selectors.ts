import { type RootState, SLICE } from '../state/state';
import { type HistoryState, initialHistoryState } from './history/history-state';
import { initialSettingsState, type SettingsState } from './settings/settings-state';

export const selectSettings = (root: RootState): SettingsState => root[SLICE]?.email.settings ?? initialSettingsState;
export const selectHistory = (root: RootState): HistoryState => root[SLICE]?.email.history ?? initialHistoryState;
