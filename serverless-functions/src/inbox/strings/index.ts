import type { EmailSettings } from '@callback-and-voicemail/contract';
import { enUS } from './en-US';
import { esES } from './es-ES';
import type { InboxStrings } from './inbox-strings';
import { ptBR } from './pt-BR';
import { th } from './th';
import { zhHans } from './zh-Hans';

export type { InboxStrings } from './inbox-strings';

const STRINGS: Record<EmailSettings['language'], InboxStrings> = {
  'en-US': enUS,
  'es-ES': esES,
  'es-MX': esES,
  'pt-BR': ptBR,
  th,
  'zh-Hans': zhHans,
};

/** The words in the language of a mail. */
export const inboxStrings = (language: EmailSettings['language']): InboxStrings => STRINGS[language];
