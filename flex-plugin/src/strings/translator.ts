import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import type { Message } from './message';
import { LANGUAGES, type StringKey } from './strings';

/** The values of a message's variables. */
type MessageValues = Record<string, string | number>;

/** Messages in one language. */
export interface Translator {
  /** For `Intl`, which may know a closer variant than there are messages for. */
  locale: string;
  t: (key: StringKey, variables?: MessageValues) => string;
}

/**
 * @param tag Flex's language (`manager.localization.localeTag`), e.g. `es-MX`, `pt`, `zh-CN`
 * @returns messages in the nearest language; English if there is none
 */
export function createTranslator(tag: string | undefined): Translator {
  const name = nearestLanguage(tag ?? '');
  const strings = LANGUAGES[name]!;
  const plurals = new Intl.PluralRules(name);
  return {
    locale: chooseLocale(tag, name),
    t: (key, variables) => interpolate(selectPlural(strings[key], plurals, variables), variables),
  };
}

function nearestLanguage(tag: string): string {
  const known = Object.keys(LANGUAGES);
  const exact = known.find((one) => one.toLowerCase() === tag.toLowerCase());
  if (exact !== undefined) return exact;
  const [language, ...rest] = tag.toLowerCase().split(/[-_]/);
  // Traditional Chinese is another script: English is easier to read than Simplified.
  if (language === 'zh') return rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part)) ? 'en-US' : 'zh-Hans';
  // Spanish of other countries is closer to Mexico's.
  if (language === 'es') return rest.length === 0 || rest.includes('es') ? 'es-ES' : 'es-MX';
  return known.find((one) => one.split('-')[0] === language) ?? 'en-US';
}

/** `en-GB` has US English messages and British dates. Tags that `Intl` rejects are not used. */
function chooseLocale(tag: string | undefined, name: string): string {
  if (tag === undefined || tag.split(/[-_]/)[0]?.toLowerCase() !== name.split('-')[0]) return name;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? name;
  } catch {
    return name;
  }
}

function selectPlural(message: Message, plurals: Intl.PluralRules, variables: MessageValues = {}): string {
  if (typeof message === 'string') return message;
  return message[plurals.select(Number(variables.count ?? 0))] ?? message.other;
}

/** Values are others' words, in any direction. */
function interpolate(text: string, variables: MessageValues = {}): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => isolateText(String(variables[name] ?? '')));
}
