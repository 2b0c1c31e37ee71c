import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CallerExperienceConfiguration } from './caller-experience';
import { configurationErrors } from './configuration-errors';
import { LANGUAGES } from './languages';
import { PROMPT_NAMES } from './prompts';
import { inLanguage, promptFor, resolveCallerExperience } from './resolve-caller-experience';

const nobody = { dialed: '', queueName: '' };
const configured = (changes: Partial<CallerExperienceConfiguration>): CallerExperienceConfiguration => ({
  everyone: {},
  numbers: {},
  queues: {},
  ...changes,
});

describe('the configuration', () => {
  test.each(['serverless-functions', 'sandbox'])('the asset of %s is valid', (workspace) => {
    const asset = 'assets/features/callback-and-voicemail-with-email/caller-experience.private.json';
    const file = path.join(__dirname, '../../..', workspace, asset);
    expect(configurationErrors(JSON.parse(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test.each([
    [undefined, 'expected an object with everyone, numbers and queues'],
    [[], 'expected an object with everyone, numbers and queues'],
    [{ everyone: {}, numbers: {} }, 'queues: expected an object'],
    [{ everyone: 1, numbers: {}, queues: {} }, 'everyone: expected an object'],
    [{ everyone: {}, numbers: {}, queues: {}, number: {} }, 'number: unknown setting'],
    [{ everyone: { calbacks: true }, numbers: {}, queues: {} }, 'everyone.calbacks: unknown setting'],
    [{ everyone: { callbacks: 'no' }, numbers: {}, queues: {} }, 'everyone.callbacks: expected true or false'],
    [{ everyone: { overflow: [] }, numbers: {}, queues: {} }, 'everyone.overflow: expected an object'],
    [{ everyone: { prompts: 'x' }, numbers: {}, queues: {} }, 'everyone.prompts: expected an object'],
  ])('JSON of another shape is refused: %j', (configuration, error) => {
    expect(configurationErrors(configuration)).toEqual([error]);
  });

  test.each([
    [{ language: 'xx-XX' as 'en-US' }, /everyone\.language: expected one of en-US, es-US/],
    [{ music: 'http://example.com/a.mp3' }, /everyone\.music: expected an https URL/],
    [{ music: '//example.com/a.mp3' }, /everyone\.music/],
    [{ menuSeconds: 0 }, /everyone\.menuSeconds: expected a whole number from 1 to 60/],
    [{ maxRecordingSeconds: 1.5 }, /everyone\.maxRecordingSeconds/],
    [{ numberEntries: Number.NaN }, /everyone\.numberEntries/],
    [{ overflow: { afterSeconds: -1 } }, /everyone\.overflow\.afterSeconds/],
    [{ prompts: { greeting: { play: 'ftp://example.com' } } }, /everyone\.prompts\.greeting: expected a text, or/],
    [{ prompts: { greeting: ' ' } }, /everyone\.prompts\.greeting: expected 1 to/],
    [{ prompts: { greeting: ['Hello.', { play: '' }] } }, /everyone\.prompts\.greeting/],
    [{ prompts: { greting: 'Hello.' } as object }, /everyone\.prompts\.greting: unknown prompt/],
  ])('%p is a fault with a place and what is expected', (everyone, expected) => {
    expect(configurationErrors(configured({ everyone })).join('\n')).toMatch(expected);
  });

  test('numbers and queues are named, and checked as well', () => {
    expect(
      configurationErrors(configured({ numbers: { '2025550101': { menuSeconds: 99 } }, queues: { ' ': {} } })),
    ).toEqual([
      'numbers["2025550101"]: expected a number like +12025550101',
      'numbers["2025550101"].menuSeconds: expected a whole number from 1 to 60',
      'queues: expected the name of a queue, found an empty one',
    ]);
  });
});

describe('what a caller experiences', () => {
  test('the queue goes before the number, the number before everyone', () => {
    const configuration = configured({
      everyone: { menuSeconds: 6, typingSeconds: 6, numberEntries: 6, overflow: { afterSeconds: 60 } },
      numbers: { '+12025550101': { typingSeconds: 7, numberEntries: 7, overflow: { whenNobodySignedIn: true } } },
      queues: { Support: { numberEntries: 8 } },
    });
    expect(resolveCallerExperience(configuration, { dialed: '+12025550101', queueName: 'Support' })).toMatchObject({
      menuSeconds: 6,
      typingSeconds: 7,
      numberEntries: 8,
      overflow: { afterSeconds: 60, whenNobodySignedIn: true },
    });
    expect(resolveCallerExperience(configuration, nobody)).toMatchObject({ numberEntries: 6 });
  });

  test('changing the language changes the voice and drops prompts of the other language', () => {
    const configuration = configured({
      everyone: { voice: 'Polly.Matthew-Neural', prompts: { greeting: 'Howdy.' } },
      queues: { 'Support in Spanish': { language: 'es-US', prompts: { goodbye: 'Hasta luego.' } } },
    });
    const english = resolveCallerExperience(configuration, nobody);
    expect([english.voice, promptFor(english, 'greeting')]).toEqual(['Polly.Matthew-Neural', 'Howdy.']);
    const spanish = resolveCallerExperience(configuration, { dialed: '', queueName: 'Support in Spanish' });
    expect(spanish.voice).toBe('Polly.Lupe-Neural');
    expect(promptFor(spanish, 'greeting')).toBe(LANGUAGES['es-US'].prompts.greeting);
    expect(promptFor(spanish, 'goodbye')).toBe('Hasta luego.');
  });

  test('who heard another language than is configured now hears it on, with its voice and prompts', () => {
    const english = resolveCallerExperience(configured({ everyone: { prompts: { greeting: 'Howdy.' } } }), nobody);
    const spanish = inLanguage(english, 'es-US');
    expect([spanish.voice, promptFor(spanish, 'greeting')]).toEqual([
      'Polly.Lupe-Neural',
      LANGUAGES['es-US'].prompts.greeting,
    ]);
    for (const language of ['en-US', 'xx', '']) expect(inLanguage(english, language)).toBe(english);
  });

  test('a number or queue named like a property of every object has no settings of its own', () => {
    expect(resolveCallerExperience(configured({}), { dialed: 'constructor', queueName: '__proto__' })).toEqual(
      resolveCallerExperience(configured({}), nobody),
    );
  });
});

describe('the languages', () => {
  test('every file is one that callers can be spoken to in', () => {
    const files = readdirSync(path.join(__dirname, 'languages')).filter((file) => file !== 'index.ts');
    expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual(Object.keys(LANGUAGES).sort());
  });

  test.each(Object.entries(LANGUAGES))('%s is complete, and reads numbers where English does', (tag, language) => {
    expect(language.language).toBe(tag);
    expect(Object.keys(language.prompts).sort()).toEqual([...PROMPT_NAMES].sort());
    for (const name of PROMPT_NAMES) {
      expect(language.prompts[name]).toMatch(/^[A-Z¿¡].*[.]$/);
      expect(language.prompts[name].includes('{number}')).toBe(LANGUAGES['en-US'].prompts[name].includes('{number}'));
      expect(language.prompts[name].match(/\d/g)).toEqual(LANGUAGES['en-US'].prompts[name].match(/\d/g));
    }
  });
});
