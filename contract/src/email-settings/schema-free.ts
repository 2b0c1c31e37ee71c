/** What needs no schema library: for the panel, whose bundle is limited. A test holds it to that. */
export * from './addresses';
export * from './limits';
export * from './recipients-for';
export * from './subject-template';
export type * from './types';
export * from './validate-settings';
export * from './zoned-time';
