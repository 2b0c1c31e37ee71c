import type { Language } from '../prompts';
import { enUS } from './en-US';
import { esUS } from './es-US';

/** The languages of the caller prompts. To add one, create a file here and list it. */
export const LANGUAGES = { 'en-US': enUS, 'es-US': esUS } as const satisfies Record<string, Language>;

export type LanguageTag = keyof typeof LANGUAGES;
