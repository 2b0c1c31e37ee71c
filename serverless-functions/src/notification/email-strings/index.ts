import type { EmailSettings } from '@callback-and-voicemail/contract';
import type { EmailStrings } from './email-strings';
import type * as Languages from './languages';

export type { EmailStrings } from './email-strings';

/** Loaded at the first mail (ADR 0040). */
const languages = (): typeof Languages => require('./languages');

/** The words of a mail in that language. */
export const emailStrings = (language: EmailSettings['language']): EmailStrings => languages().LANGUAGES[language];
