import * as agentDesktop from './agent-desktop';
import * as emailAdmin from './email-admin';
import type { Message } from './message';

/** The reference: a test checks that the other languages have the same keys and variables. */
export const enUS = { ...agentDesktop.enUS, ...emailAdmin.enUS };

export type StringKey = keyof typeof enUS;
export type Strings = Record<StringKey, Message>;

/** The available languages, by Flex's language tags. */
export const LANGUAGES: Record<string, Strings> = {
  'en-US': enUS,
  'es-ES': { ...agentDesktop.esES, ...emailAdmin.esES },
  'es-MX': { ...agentDesktop.esMX, ...emailAdmin.esMX },
  'pt-BR': { ...agentDesktop.ptBR, ...emailAdmin.ptBR },
  th: { ...agentDesktop.th, ...emailAdmin.th },
  'zh-Hans': { ...agentDesktop.zhHans, ...emailAdmin.zhHans },
};
