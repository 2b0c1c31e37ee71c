import { MAIL_LANGUAGES } from '@callback-and-voicemail/contract';
import type { Environment } from '../runtime/environment';
import {
  canLink,
  isLinkOf,
  isSampleLink,
  languageOfLink,
  linkEnd,
  listenUrl,
  readListenLink,
  sampleListenUrl,
} from './listen-link';

const ORIGIN = 'https://voicemail-1234.twil.io';
const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)];
const keys = (SIGNING_KEYS: string): Environment => ({ values: { SIGNING_KEYS }, problems: [] });
const environment = keys(OLD);
const link = {
  entryId: `voicemail-CA${'a'.repeat(32)}-1`,
  recordingSid: `RE${'b'.repeat(32)}`,
  until: Date.UTC(2026, 11, 1),
  language: 'en-US',
} as const;
const urlOf = (address: string, by = environment) => listenUrl(ORIGIN, by, { ...link, address });
const eventOf = (url: string) => ({ link: new URL(url).searchParams.get('link') });
const read = (url: string, by = environment) => readListenLink(eventOf(url), by);

test('a link says again what it was made of, and names no address', () => {
  const url = urlOf('ana@example.com');
  expect(read(url)).toEqual({ ...link, recipient: expect.stringMatching(/^[\w-]{22}$/) });
  expect(url).not.toMatch(/ana|example\.com/);
  expect(url.length).toBeLessThan(300);
});

test.each(MAIL_LANGUAGES)(
  'nothing in a link in %s needs to be written otherwise in HTML or in a template',
  (language) => {
    const url = listenUrl(ORIGIN, environment, { ...link, language, address: 'ana@example.com' });
    expect(url).toMatch(/^https:\/\/[\w.-]+\/[\w./-]+\?link=[\w.-]+$/);
    expect(read(url)!.language).toBe(language);
  },
);

test('a link belongs to its address alone, whatever the case of the domain', () => {
  const ana = read(urlOf('ana@example.com'))!;
  expect(isLinkOf(ana, 'ana@EXAMPLE.com', environment)).toBe(true);
  for (const other of ['Ana@example.com', 'bo@example.com', '', 'ana@example.com '])
    expect(isLinkOf(ana, other, environment)).toBe(false);
  const other = listenUrl(ORIGIN, environment, { ...link, entryId: `${link.entryId}1`, address: 'ana@example.com' });
  expect(read(other)!.recipient).not.toBe(ana.recipient);
});

test('every character of a link counts', () => {
  const { link: text } = eventOf(urlOf('ana@example.com'));
  for (let at = 0; at < text!.length; at += 1) {
    const changed = `${text!.slice(0, at)}${text![at] === 'x' ? 'y' : 'x'}${text!.slice(at + 1)}`;
    expect(readListenLink({ link: changed }, environment)).toBeUndefined();
  }
});

test('anything else is no link', () => {
  for (const given of [undefined, null, '', '.', 'x', 5, [], {}, ['a', 'b'], 'a.'.repeat(5_000)]) {
    expect(readListenLink({ link: given }, environment)).toBeUndefined();
    expect(languageOfLink({ link: given })).toBe('en-US');
  }
});

test('a key is accepted while it stands behind the new one', () => {
  const url = urlOf('ana@example.com');
  const both = keys(`${NEW},${OLD}`);
  expect(isLinkOf(read(url, both)!, 'ana@example.com', both)).toBe(true);
  expect(read(url, keys(NEW))).toBeUndefined();
  expect(read(urlOf('ana@example.com', both), keys(NEW))).toBeDefined();
});

test('links need a key and an address of this deployment', () => {
  expect(canLink(ORIGIN, environment)).toBe(true);
  expect(canLink('https://', environment)).toBe(false);
  expect(canLink(ORIGIN, { values: {}, problems: [] })).toBe(false);
  expect(() => listenUrl(ORIGIN, { values: {}, problems: [] }, { ...link, address: 'a@b.de' })).toThrow();
});

test('a link ends after seven days, or after those that are set', () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0, 250);
  expect(new Date(linkEnd(environment, now)).toISOString()).toBe('2026-11-29T12:00:00.000Z');
  const longer = { values: { LISTEN_LINK_DAYS: '30' }, problems: [] };
  expect(new Date(linkEnd(longer, now)).toISOString()).toBe('2026-12-22T12:00:00.000Z');
});

test('the link of a test mail is none of a voicemail', () => {
  const recipient = { address: 'ana@example.com', until: link.until, language: 'th' } as const;
  const sample = read(sampleListenUrl(ORIGIN, environment, recipient))!;
  expect([isSampleLink(sample), isSampleLink(read(urlOf('ana@example.com'))!)]).toEqual([true, false]);
});
