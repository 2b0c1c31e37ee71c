export * from './email-admin-api';
export * from './email-problems';
export * from './email-settings';
export * from './feature';
export * from './flex-api';
export * from './flex-functions';
export * from './sids';
export * from './task-attributes';
