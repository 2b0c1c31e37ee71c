import { readReviewAudioLink, reviewAudioUrl } from './review-audio-link';

const NOW = Date.UTC(2026, 10, 22, 14);
const MINUTE = 60_000;
const SECRET = { values: { AUTH_TOKEN: '0'.repeat(32) }, problems: [] };
const RECORDING = `RE${'a'.repeat(32)}`;
const link = (recordingSid = RECORDING) =>
  Object.fromEntries(new URL(reviewAudioUrl('https://calls.example.com', recordingSid, SECRET, NOW)).searchParams);

test('a link leads to its recording for five minutes', () => {
  expect(reviewAudioUrl('https://calls.example.com', RECORDING, SECRET, NOW)).toMatch(
    /^https:\/\/calls\.example\.com\/features\/callback-and-voicemail-with-email\/media\/review-audio\?/,
  );
  expect(readReviewAudioLink(link(), SECRET, NOW)).toBe(RECORDING);
  expect(readReviewAudioLink(link(), SECRET, NOW + 5 * MINUTE - 1)).toBe(RECORDING);
  expect(readReviewAudioLink(link(), SECRET, NOW + 5 * MINUTE)).toBeUndefined();
});

test.each([
  ['another recording', { recordingSid: `RE${'b'.repeat(32)}` }],
  ['a path for a recording', { recordingSid: `${RECORDING}/../x` }],
  ['a later end', { expires: String(NOW + 60 * MINUTE) }],
  ['an endless end', { expires: 'Infinity' }],
  ['no end', { expires: undefined }],
  ['no signature', { signature: undefined }],
  ['an empty signature', { signature: '' }],
  ['a shorter signature', { signature: link().signature!.slice(1) }],
  ['several signatures', { signature: [link().signature, link().signature] }],
  ['the signature of another link', { signature: link(`RE${'b'.repeat(32)}`).signature }],
])('a link with %s leads nowhere', (_what, change) => {
  expect(readReviewAudioLink({ ...link(), ...change }, SECRET, NOW)).toBeUndefined();
});

test('a link signed with another secret leads nowhere', () => {
  expect(readReviewAudioLink(link(), { values: { AUTH_TOKEN: '1'.repeat(32) }, problems: [] }, NOW)).toBeUndefined();
});
