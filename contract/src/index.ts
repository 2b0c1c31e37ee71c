export * from './caller-experience';
export * from './email-admin-api';
export * from './email-settings';
export * from './feature';
export * from './flex-api';
export * from './sids';
export * from './task-attributes';
