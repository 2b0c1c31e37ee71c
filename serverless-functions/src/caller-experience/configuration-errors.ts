import { E164_NUMBER } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { CallerExperience } from './caller-experience';
import { LANGUAGES } from './languages';
import { PROMPT_NAMES } from './prompts';

/** @returns what is expected instead, or undefined when the value is valid */
type Check = (value: unknown) => string | undefined;

const MAX_OVERFLOW_SECONDS = 86_400;
/** `<Say>` takes 4,096 characters. */
const MAX_TEXT = 4_096;
const LANGUAGE_TAGS = Object.keys(LANGUAGES);

const isSound = (value: unknown): value is string =>
  typeof value === 'string' && (/^https:\/\/[^\s"<>]+$/.test(value) || /^\/[^\s"<>/][^\s"<>]*$/.test(value));

const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const wholeNumber =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

/** Each setting's check. The highest numbers are Twilio's own for `<Record>`, `<Gather>` and `<Play loop>`. */
const CHECKS: Record<Exclude<keyof CallerExperience, 'prompts' | 'overflow'>, Check> = {
  language: (value) => (LANGUAGE_TAGS.some((tag) => tag === value) ? undefined : `one of ${LANGUAGE_TAGS.join(', ')}`),
  voice: (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'the name of a voice'),
  music: (value) => (isSound(value) ? undefined : 'an https URL, or the path of an asset'),
  musicRepeatsPerPrompt: wholeNumber(1, 1_000),
  menuSeconds: wholeNumber(1, 60),
  typingSeconds: wholeNumber(2, 60),
  callbacks: flag,
  typedNumbers: flag,
  numberEntries: wholeNumber(1, 10),
  voicemail: flag,
  maxRecordingSeconds: wholeNumber(5, 3_600),
  recordingSilenceSeconds: wholeNumber(1, 60),
  askAgainAfterSilence: wholeNumber(0, 5),
  recordingNotice: flag,
  reviewMessage: flag,
};
const OVERFLOW_CHECKS: Record<keyof CallerExperience['overflow'], Check> = {
  whenNobodySignedIn: flag,
  afterSeconds: wholeNumber(0, MAX_OVERFLOW_SECONDS),
};

/**
 * Checks a caller experience configuration, e.g. the JSON of the private asset.
 * @returns one line for each error, with the setting and what is expected; empty when the configuration is valid
 */
export function configurationErrors(configuration: unknown): string[] {
  if (!isRecord(configuration)) return ['expected an object with everyone, numbers and queues'];
  const { everyone, numbers, queues, ...rest } = configuration;
  const errors = Object.keys(rest).map((name) => `${name}: unknown setting`);
  errors.push(...layerErrors('everyone', everyone));
  errors.push(
    ...eachEntry('numbers', numbers, (number) =>
      E164_NUMBER.test(number) ? [] : [`numbers["${number}"]: expected a number like +12025550101`],
    ),
  );
  errors.push(
    ...eachEntry('queues', queues, (queue) =>
      queue.trim() === '' ? ['queues: expected the name of a queue, found an empty one'] : [],
    ),
  );
  return errors;
}

function eachEntry(section: string, entries: unknown, keyErrors: (key: string) => string[]): string[] {
  if (!isRecord(entries)) return [`${section}: expected an object`];
  return Object.entries(entries).flatMap(([key, layer]) => [
    ...keyErrors(key),
    ...layerErrors(`${section}["${key}"]`, layer),
  ]);
}

function layerErrors(place: string, layer: unknown): string[] {
  if (!isRecord(layer)) return [`${place}: expected an object`];
  const { prompts, overflow, ...settings } = layer;
  return [
    ...checkAll(place, settings, CHECKS),
    ...(overflow === undefined ? [] : checkAll(`${place}.overflow`, overflow, OVERFLOW_CHECKS)),
    ...(prompts === undefined ? [] : promptsErrors(`${place}.prompts`, prompts)),
  ];
}

function checkAll(place: string, settings: unknown, checks: Readonly<Record<string, Check>>): string[] {
  if (!isRecord(settings)) return [`${place}: expected an object`];
  return Object.entries(settings).flatMap(([name, value]) => {
    if (!Object.hasOwn(checks, name)) return [`${place}.${name}: unknown setting`];
    const expected = checks[name]?.(value);
    return expected === undefined ? [] : [`${place}.${name}: expected ${expected}`];
  });
}

function promptsErrors(place: string, prompts: unknown): string[] {
  if (!isRecord(prompts)) return [`${place}: expected an object`];
  return Object.entries(prompts).flatMap(([name, prompt]) =>
    PROMPT_NAMES.some((known) => known === name)
      ? promptErrors(`${place}.${name}`, prompt)
      : [`${place}.${name}: unknown prompt`],
  );
}

function promptErrors(place: string, prompt: unknown): string[] {
  const parts: unknown[] = Array.isArray(prompt) ? prompt : [prompt];
  return parts.flatMap((part) => {
    if (typeof part === 'string')
      return part.trim() === '' || part.length > MAX_TEXT ? [`${place}: expected 1 to ${MAX_TEXT} characters`] : [];
    return isRecord(part) && isSound(part.play)
      ? []
      : [`${place}: expected a text, or { "play": … } with an https URL or the path of an asset`];
  });
}
