import * as agentDesktop from './agent-desktop';
import * as emailAdmin from './email-admin';
import type { Message } from './message';

/** Complete; every other language has the same keys and variables (a test sees to it). */
export const enUS = { ...agentDesktop.enUS, ...emailAdmin.enUS };

export type StringKey = keyof typeof enUS;
export type Strings = Record<StringKey, Message>;

/** The languages there are, by the tags Flex itself uses. */
export const LANGUAGES: Record<string, Strings> = {
  'en-US': enUS,
  'es-ES': { ...agentDesktop.esES, ...emailAdmin.esES },
  'es-MX': { ...agentDesktop.esMX, ...emailAdmin.esMX },
  'pt-BR': { ...agentDesktop.ptBR, ...emailAdmin.ptBR },
  th: { ...agentDesktop.th, ...emailAdmin.th },
  'zh-Hans': { ...agentDesktop.zhHans, ...emailAdmin.zhHans },
};
