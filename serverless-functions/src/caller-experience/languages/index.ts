import type { Language } from '../prompts';
import { enUS } from './en-US';
import { esUS } from './es-US';

/** The languages callers can be spoken to in. A further one is a file beside these, named here. */
export const LANGUAGES = { 'en-US': enUS, 'es-US': esUS } as const satisfies Record<string, Language>;

export type LanguageTag = keyof typeof LANGUAGES;
