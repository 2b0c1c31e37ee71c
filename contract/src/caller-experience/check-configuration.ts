import type { CallerExperienceConfiguration, ExperienceChanges } from './caller-experience';
import { LANGUAGES } from './languages';
import { PROMPT_NAMES, type Prompt } from './prompts';

/** Least and most of what is counted; the most are Twilio's own where it has any (`<Record>`, `<Gather>`, `<Play loop>`). */
const LIMITS = {
  musicRepeatsPerPrompt: [1, 1_000],
  menuSeconds: [1, 60],
  typingSeconds: [2, 60],
  numberEntries: [1, 10],
  maxRecordingSeconds: [5, 3_600],
  recordingSilenceSeconds: [1, 60],
  askAgainAfterSilence: [0, 5],
} as const;
const MAX_OVERFLOW_SECONDS = 86_400;
/** `<Say>` takes 4,096 characters. */
const MAX_TEXT = 4_096;
const E164 = /^\+[1-9]\d{6,14}$/;
const isSound = (place: string) => /^https:\/\/[^\s"<>]+$/.test(place) || /^\/[^\s"<>/][^\s"<>]*$/.test(place);

/**
 * What is wrong with a configuration, each fault as one line that names the place and what is expected there.
 * @returns an empty list when nothing is
 */
export function faultsOf(configuration: CallerExperienceConfiguration): string[] {
  const faults = changesFaults('everyone', configuration.everyone);
  for (const [number, changes] of Object.entries(configuration.numbers)) {
    if (!E164.test(number)) faults.push(`numbers["${number}"]: expected a number like +12025550101`);
    faults.push(...changesFaults(`numbers["${number}"]`, changes));
  }
  for (const [queue, changes] of Object.entries(configuration.queues)) {
    if (queue.trim() === '') faults.push('queues: a queue has a name');
    faults.push(...changesFaults(`queues["${queue}"]`, changes));
  }
  return faults;
}

function changesFaults(place: string, changes: ExperienceChanges): string[] {
  const faults: string[] = [];
  const { language, music, prompts = {}, overflow } = changes;
  if (language !== undefined && !Object.hasOwn(LANGUAGES, language))
    faults.push(`${place}.language: expected one of ${Object.keys(LANGUAGES).join(', ')}`);
  if (music !== undefined && !isSound(music))
    faults.push(`${place}.music: expected an https URL, or the path of an asset`);
  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    const value = changes[name as keyof typeof LIMITS];
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
      faults.push(`${place}.${name}: expected a whole number from ${least} to ${most}`);
  }
  const after = overflow?.afterSeconds;
  if (after !== undefined && !(Number.isInteger(after) && after >= 0 && after <= MAX_OVERFLOW_SECONDS))
    faults.push(`${place}.overflow.afterSeconds: expected a whole number from 0 (never) to ${MAX_OVERFLOW_SECONDS}`);
  for (const [name, prompt] of Object.entries(prompts)) {
    if (!PROMPT_NAMES.some((known) => known === name)) faults.push(`${place}.prompts.${name}: there is no such prompt`);
    else faults.push(...promptFaults(`${place}.prompts.${name}`, prompt));
  }
  return faults;
}

function promptFaults(place: string, prompt: Prompt): string[] {
  const parts = Array.isArray(prompt) ? prompt : [prompt];
  return parts.flatMap((part) => {
    if (typeof part === 'string')
      return part.trim() === '' || part.length > MAX_TEXT ? [`${place}: expected 1 to ${MAX_TEXT} characters`] : [];
    return isSound(part.play) ? [] : [`${place}: expected an https URL, or the path of an asset, to play`];
  });
}
