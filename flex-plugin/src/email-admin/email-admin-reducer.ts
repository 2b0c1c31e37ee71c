import { combineReducers } from '@reduxjs/toolkit';
import { historyReducer } from './history/history-state';
import { settingsReducer } from './settings/settings-state';

/** The panel's unsaved draft and what a supervisor has started; composed under `STATE_KEY` as `email`. */
export const emailAdminReducer = combineReducers({ settings: settingsReducer, history: historyReducer });
