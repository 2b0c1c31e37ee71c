export * from './caller-experience';
export { faultsOf } from './check-configuration';
export { experienceFor, promptOf } from './experience-for';
export { LANGUAGES, type LanguageTag } from './languages';
export * from './prompts';
