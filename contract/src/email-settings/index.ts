export * from './plain';
export * from './rules';
export * from './settings';
export * from './stored';
