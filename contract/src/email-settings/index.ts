export * from './rules';
export * from './schema-free';
export * from './settings';
export * from './stored-settings';
