import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeTelephoneWav } from '../../sandbox/src/voice/telephone-audio';
import { CONFIGURATION_ASSET, LANGUAGES, PROMPT_NAMES } from '../../serverless-functions/src/caller-experience';
import { closeHarnesses, type Harness, openHarnessOverHttp } from '../support/harness';
import { openMenu, pressKeys, requestCallback } from '../support/menu';

/** Every sound that a business can configure is an asset of the Functions, before the words that tests listen for. */
const SOUNDS = ['music', ...PROMPT_NAMES];
const SECOND = Buffer.alloc(16_000);
let assetsDir: string;

beforeAll(() => {
  assetsDir = mkdtempSync(path.join(tmpdir(), 'recorded-prompts-'));
  const write = (asset: string, content: string | Buffer) => {
    mkdirSync(path.dirname(path.join(assetsDir, asset)), { recursive: true });
    writeFileSync(path.join(assetsDir, asset), content);
  };
  for (const name of SOUNDS) write(`/sounds/${name}.wav`, writeTelephoneWav(SECOND));
  const prompts = Object.fromEntries(
    PROMPT_NAMES.map((name) => [name, [{ play: `/sounds/${name}.wav` }, LANGUAGES['en-US'].prompts[name]]]),
  );
  const everyone = { music: '/sounds/music.wav', recordingNotice: true, prompts };
  const numbers = { '+12025550105': { reviewMessage: true } };
  write(CONFIGURATION_ASSET.replace('.json', '.private.json'), JSON.stringify({ everyone, numbers, queues: {} }));
});
afterAll(() => rmSync(assetsDir, { recursive: true, force: true }));
afterEach(closeHarnesses);

/** The URLs of all sounds in all documents that the product answered with, as Twilio got them. */
const playUrls = ({ voice }: Harness) =>
  voice.webhooks.flatMap(({ result }) =>
    result?.ok && /xml/.test(result.contentType)
      ? [...result.body.toString('utf8').matchAll(/<Play[^>]*>([^<]*)</g)].map(([, url]) => url!)
      : [],
  );
/** What a call could not play. */
const unplayable = (harness: Harness) => harness.sandboxErrors().filter(({ source }) => source !== 'product');

test('with every prompt recorded, all sounds are found by absolute URLs, to the end of every choice', async () => {
  const harness = await openHarnessOverHttp({ assetsDir });
  const callback = await requestCallback(harness);
  callback.press('2');
  await callback.waitForPrompt(/Please enter the number/);
  pressKeys(callback, '123#');
  await callback.waitForPrompt(/Please enter the number again/);
  pressKeys(callback, '2025550188#');
  await callback.waitForPrompt(/You entered/);
  callback.press('1');
  await callback.waitForPrompt(/We will call you back at/);
  await harness.advance(30_000);

  const silent = await openMenu(harness, { from: '+12025550124' });
  silent.press('2');
  await silent.waitForPrompt(/did not hear a message/);
  await harness.advance(60_000);

  const spoken = await openMenu(harness, { to: harness.numbers.review, from: '+12025550125' });
  spoken.press('2');
  await spoken.waitForBeep();
  await spoken.speak(harness.sample);
  spoken.press('#');
  await spoken.waitForPrompt(/To listen to your message/);
  spoken.press('3');
  await spoken.waitForPrompt(/Thank you/);
  await harness.advance(30_000);

  const urls = playUrls(harness);
  expect(urls.filter((url) => !url.startsWith(`${harness.publicUrl}/sounds/`))).toEqual([]);
  const heard = new Set(urls.map((url) => path.basename(url, '.wav')));
  for (const name of ['music', 'greeting', 'inLine', 'enterNumber', 'callbackBooked', 'leaveMessage'])
    expect(heard).toContain(name);
  for (const name of ['heardNothingCallback', 'recordingNotice', 'review', 'thanks']) expect(heard).toContain(name);
  expect(unplayable(harness)).toEqual([]);
});

test('when a Function fails, even its last words are found by an absolute URL', async () => {
  const harness = await openHarnessOverHttp({ assetsDir, environment: { TWILIO_REGION: 'ie1' } });
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  expect(playUrls(harness)).toEqual(expect.arrayContaining([`${harness.publicUrl}/sounds/leaveMessage.wav`]));
  expect(unplayable(harness)).toEqual([]);
});
