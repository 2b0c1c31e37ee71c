export * from './is-record';
export * from './normalize';
export * from './parse';
export * from './paths';
export * from './salvage';
export * from './schema';
