import { absoluteUrl, functionsOrigin } from './origin';

test.each([
  ['voicemail-1234.twil.io', 'https://voicemail-1234.twil.io'],
  ['voicemail-1234-dev.twil.io', 'https://voicemail-1234-dev.twil.io'],
  ['calls.example.com:8443', 'https://calls.example.com:8443'],
  ['localhost.example.com', 'https://localhost.example.com'],
  ['mylocalhost', 'https://mylocalhost'],
  ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
  ['localhost:3000', 'http://localhost:3000'],
  ['voicemail-1234.localhost', 'http://voicemail-1234.localhost'],
  ['127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['[::1]:3000', 'http://[::1]:3000'],
])('the domain %s is reached at %s', (domainName, origin) => {
  expect(functionsOrigin(domainName)).toBe(origin);
});

test.each([
  ['/prompts/menu.mp3', 'https://calls.example.com/prompts/menu.mp3'],
  ['https://cdn.example.com/menu.mp3', 'https://cdn.example.com/menu.mp3'],
])('the sound %s is fetched from %s', (sound, url) => {
  expect(absoluteUrl(sound, 'https://calls.example.com')).toBe(url);
});
