import type { EmailSettings } from '@callback-and-voicemail/contract';
import { enUS } from './en-US';
import { esES } from './es-ES';
import { esMX } from './es-MX';
import type { ListenStrings } from './listen-strings';
import { ptBR } from './pt-BR';
import { th } from './th';
import { zhHans } from './zh-Hans';

export type { ListenStrings } from './listen-strings';

const STRINGS: Record<EmailSettings['language'], ListenStrings> = {
  'en-US': enUS,
  'es-ES': esES,
  'es-MX': esMX,
  'pt-BR': ptBR,
  th,
  'zh-Hans': zhHans,
};

/** The page's words in the language of a mail. */
export const listenStrings = (language: EmailSettings['language']): ListenStrings => STRINGS[language];
