import { placeOf } from './bundle';

test.each([
  ['studio/voicemail.protected.js', 'function', '/studio/voicemail', 'protected'],
  ['flex/sweep.js', 'function', '/flex/sweep', 'public'],
  ['helpers/own.private.js', 'function', '/helpers/own', 'private'],
  ['features/menu.private.json', 'asset', '/features/menu.json', 'private'],
  ['music/hold.v2.mp3', 'asset', '/music/hold.v2.mp3', 'public'],
] as const)('%s (%s) is served at %s, %s', (file, kind, served, visibility) => {
  expect(placeOf(file, kind)).toEqual({ served, visibility });
});
