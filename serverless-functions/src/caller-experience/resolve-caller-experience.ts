import {
  type CallerExperience,
  type CallerExperienceConfiguration,
  DEFAULT_CALLER_EXPERIENCE,
} from './caller-experience';
import { LANGUAGES, type LanguageTag } from './languages';
import type { Prompt, PromptName } from './prompts';

/**
 * What a caller experiences: the defaults, what is configured for everyone, for the number dialed, and for the queue.
 * A different language also changes the voice, and drops the prompts that were configured for another language.
 * @param dialed in E.164; empty when it is not known
 * @param queueName of the TaskRouter queue; empty while it is not known
 */
export function resolveCallerExperience(
  configuration: CallerExperienceConfiguration,
  { dialed, queueName }: { dialed: string; queueName: string },
): CallerExperience {
  let experience: Omit<CallerExperience, 'voice'> & { voice?: string } = DEFAULT_CALLER_EXPERIENCE;
  const layers = [configuration.everyone, own(configuration.numbers, dialed), own(configuration.queues, queueName)];
  for (const layer of layers) {
    if (layer === undefined) continue;
    const speaksOther = layer.language !== undefined && layer.language !== experience.language;
    experience = {
      ...experience,
      ...layer,
      voice: layer.voice ?? (speaksOther ? undefined : experience.voice),
      prompts: { ...(speaksOther ? {} : experience.prompts), ...layer.prompts },
      overflow: { ...experience.overflow, ...layer.overflow },
    };
  }
  return { ...experience, voice: experience.voice ?? LANGUAGES[experience.language].voice };
}

/**
 * The experience in the language that a caller heard before, where the configuration has another one now. Prompts that
 * were configured for that one are dropped.
 * @param language as an entry has it
 */
export function inLanguage(experience: CallerExperience, language: string): CallerExperience {
  const known = Object.values(LANGUAGES).find((one) => one.language === language);
  if (known === undefined || known.language === experience.language) return experience;
  return { ...experience, language: known.language as LanguageTag, voice: known.voice, prompts: {} };
}

/** What is heard for a prompt: the configured one, else the language's. */
export function promptFor({ prompts, language }: CallerExperience, name: PromptName): Prompt {
  return prompts[name] ?? LANGUAGES[language].prompts[name];
}

const own = <T>(map: Record<string, T>, key: string): T | undefined => (Object.hasOwn(map, key) ? map[key] : undefined);
