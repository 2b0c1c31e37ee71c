export * from './caller-experience';
export { CONFIGURATION_ASSET, callerExperienceFor, ownNumbers } from './caller-experience-for';
export { LANGUAGES, type LanguageTag } from './languages';
export * from './prompts';
export { inLanguage, promptFor, resolveCallerExperience } from './resolve-caller-experience';
