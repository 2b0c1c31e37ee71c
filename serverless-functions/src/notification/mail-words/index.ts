import type { EmailSettings } from '@callback-and-voicemail/contract';
import { enUS } from './en-US';
import { esES } from './es-ES';
import { esMX } from './es-MX';
import type { MailWords } from './mail-words';
import { ptBR } from './pt-BR';
import { th } from './th';
import { zhHans } from './zh-Hans';

export type { MailWords } from './mail-words';

const WORDS: Record<EmailSettings['language'], MailWords> = {
  'en-US': enUS,
  'es-ES': esES,
  'es-MX': esMX,
  'pt-BR': ptBR,
  th,
  'zh-Hans': zhHans,
};

/** The words of a mail in that language. */
export const mailWords = (language: EmailSettings['language']): MailWords => WORDS[language];
