import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  differsFromLocalTime,
  formatDuration,
  formatElapsed,
  formatList,
  formatNumber,
  formatPhoneNumber,
  formatRelativeTime,
  formatTime,
  minutesAndSeconds,
} from './formats';
import type { Message } from './message';
import { enUS, LANGUAGES } from './strings';
import { createTranslator } from './translator';

const forms = (message: Message) => (typeof message === 'string' ? [message] : Object.values(message));
const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
/** Of `strings/` itself only the file that makes words of times and numbers. */
const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === 'strings' ? [readFileSync(path.join(file, 'formats.ts'), 'utf8')] : sources(file);
    return /\.tsx?$/.test(file) && !file.includes('.test.') ? [readFileSync(file, 'utf8')] : [];
  });

describe.each(Object.keys(LANGUAGES))('%s', (language) => {
  const strings: Record<string, Message> = LANGUAGES[language]!;

  test('has exactly the keys of en-US', () => {
    expect(Object.keys(strings).sort()).toEqual(Object.keys(enUS).sort());
  });

  test('has the same variables in every message, and no empty one', () => {
    const wrong = Object.entries(enUS).filter(([key, english]) => {
      const expected = variables(forms(english)[0]!).join();
      return forms(strings[key]!).some((text) => text.trim() === '' || variables(text).join() !== expected);
    });
    expect(wrong).toEqual([]);
  });
});

test.each([
  ['en-US', 1, '1 email is waiting to be sent.'],
  ['en-US', 2, '2 emails are waiting to be sent.'],
  ['pt-BR', 1, '1 e-mail aguarda envio.'],
  ['th', 1, 'มี 1 ฉบับรอส่ง'],
  ['zh-Hans', 2, '有 2 封邮件等待发送。'],
])('in %s, chooses the plural form for %d', (language, count, expected) => {
  expect(createTranslator(language).t('WaitingEmails', { count })).toBe(expected);
});

test('every language has the plural forms that its rules use', () => {
  const missing = Object.entries(LANGUAGES).flatMap(([language, strings]) => {
    const plurals = new Intl.PluralRules(language);
    return Object.entries(strings as Record<string, Message>).filter(
      ([, message]) =>
        typeof message !== 'string' && [0, 1, 2, 5, 11].some((count) => !(plurals.select(count) in message)),
    );
  });
  expect(missing).toEqual([]);
});

test('every key is used', () => {
  const code = sources(path.join(__dirname, '..')).join('\n');
  expect(Object.keys(enUS).filter((key) => !code.includes(`'${key}'`))).toEqual([]);
});

test('no component contains English text', () => {
  const code = sources(path.join(__dirname, '..')).join('\n');
  // Text between tags, and attributes that are read out.
  expect(code.match(/>\s*[A-Z][a-z]+ [^<{}=;()]*<\//g) ?? []).toEqual([]);
  expect(code.match(/(aria-label|title|alt|placeholder)="[^"]+"/g) ?? []).toEqual([]);
});

test.each([
  ['en-US', 'Voicemail', 'en-US'],
  ['en-GB', 'Voicemail', 'en-GB'],
  ['es', 'Mensaje de voz', 'es'],
  ['es-419', 'Mensaje de voz', 'es-419'],
  ['pt', 'Correio de voz', 'pt'],
  ['th-TH', 'ข้อความเสียง', 'th-TH'],
  ['zh-CN', '语音留言', 'zh-CN'],
  ['zh-Hant', 'Voicemail', 'en-US'],
  ['fr-FR', 'Voicemail', 'en-US'],
  [undefined, 'Voicemail', 'en-US'],
  ['', 'Voicemail', 'en-US'],
  ['en-!!', 'Voicemail', 'en-US'],
])('for Flex in %s, chooses the nearest language', (tag, expected, locale) => {
  const translator = createTranslator(tag);
  expect(translator.t('Voicemail')).toBe(expected);
  expect(translator.locale).toBe(locale);
});

test('es-ES and es-MX differ', () => {
  expect(createTranslator('es-ES').t('Callback')).not.toBe(createTranslator('es-MX').t('Callback'));
  expect(createTranslator('es-AR').t('Callback')).toBe(createTranslator('es-MX').t('Callback'));
});

describe('times and numbers', () => {
  const now = Date.parse('2026-11-22T15:00:00Z');
  const en = createTranslator('en-US');

  test.each([
    ['2026-11-22T14:59:30Z', 'just now'],
    ['2026-11-22T15:00:30Z', 'just now'],
    ['2026-11-22T14:46:00Z', '14 min. ago'],
    ['2026-11-22T12:30:00Z', '2 hr. ago'],
    ['2026-11-21T10:00:00Z', 'yesterday'],
  ])('describes %s as %s', (at, expected) => {
    expect(formatRelativeTime(en, at, now)).toBe(expected);
    expect(formatRelativeTime(createTranslator('th'), at, now)).not.toBe(expected);
  });

  test('adds the date on another day', () => {
    expect(formatTime(en, '2026-11-22T14:41:00Z', now, 'UTC')).toMatch(/^2:41\sPM$/);
    expect(formatTime(en, '2026-11-21T14:41:00Z', now, 'UTC')).toContain('Nov 21');
    expect(formatTime(createTranslator('es-ES'), '2026-11-22T14:41:00Z', now, 'UTC')).toBe('14:41');
  });

  test('recognizes a business time zone that differs from local time', () => {
    expect(differsFromLocalTime(en, '2026-11-22T14:41:00Z', 'Asia/Tokyo')).toBe(true);
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(differsFromLocalTime(en, '2026-11-22T14:41:00Z', own)).toBe(false);
    expect(differsFromLocalTime(en, '2026-11-22T14:41:00Z', 'Mars/Olympus')).toBe(false);
  });

  test.each([
    [0, '0:00'],
    [64.9, '1:04'],
    [3723, '1:02:03'],
    [-1, '0:00'],
  ])('formats %p seconds as %s', (seconds, expected) => expect(minutesAndSeconds(seconds)).toBe(expected));

  test('at the end of a message, shows its whole duration as elapsed', () => {
    expect([formatElapsed(8.1, 8.784), formatElapsed(8.7, 8.784), formatDuration(8.784)]).toEqual([
      '0:08',
      '0:09',
      '0:09',
    ]);
    expect([formatElapsed(3, undefined), formatDuration(undefined)]).toEqual(['0:03', '0:00']);
  });

  test('formats phone numbers, decimals and lists', () => {
    expect(formatPhoneNumber('+15551234567')).toBe('+1 555-123-4567');
    expect(formatPhoneNumber('+4930123456')).toBe('+4930123456');
    expect(formatNumber(createTranslator('pt-BR'), 0.75)).toBe('0,75');
    expect(formatList(en, ['Ana', 'Sam', 'Sue'])).toBe('Ana, Sam, and Sue');
  });
});
