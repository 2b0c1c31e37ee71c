import type { EmailSettings } from '@callback-and-voicemail/contract';
import type { EmailStrings } from './email-strings';
import { enUS } from './en-US';
import { esES } from './es-ES';
import { esMX } from './es-MX';
import { ptBR } from './pt-BR';
import { th } from './th';
import { zhHans } from './zh-Hans';

export const LANGUAGES: Record<EmailSettings['language'], EmailStrings> = {
  'en-US': enUS,
  'es-ES': esES,
  'es-MX': esMX,
  'pt-BR': ptBR,
  th,
  'zh-Hans': zhHans,
};
