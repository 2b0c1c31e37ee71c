import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, type HarnessOptions, openHarnessOverHttp } from '../support/harness';
import { listenLinkOf, openListenPage, readListenSound } from '../support/listen-links';
import { askPersonalData } from '../support/personal-data';

/** Encoding an hour takes minutes: a WAV file of that size gets an hour of frames that a real encoder made. */
jest.mock('../../sandbox/src/rest/api2010/mp3', () => {
  const { encodeMp3 } = jest.requireActual('../../sandbox/src/rest/api2010/mp3') as {
    encodeMp3: (wav: Buffer) => Buffer;
  };
  return { encodeMp3: (wav: Buffer) => (wav.length > HOUR_WAV_BYTES ? hourOfSound() : encodeMp3(wav)) };
});

afterEach(closeHarnesses);

const ANA = 'ana@example.com';
const BO = 'bo@example.com';
const CALLER = '+12025550123';
const DAY_MS = 24 * 60 * 60_000;
/** 8 kHz, 16 bit. */
const HOUR_WAV_BYTES = 3_600 * 16_000;
/** Of flex-plugin/test/voicemail.mp3. */
const SAMPLE_SECONDS = 8.784;
let hour: Buffer | undefined;
function hourOfSound(): Buffer {
  const sample = readFileSync(path.resolve(__dirname, '../../flex-plugin/test/voicemail.mp3'));
  hour ??= Buffer.concat(new Array(Math.ceil(3_600 / SAMPLE_SECONDS)).fill(sample));
  return hour;
}

/** A voicemail whose recipients, Ana and Bo, get a link. */
async function mailLinks({ settings, ...options }: HarnessOptions = {}) {
  const harness = await openHarnessOverHttp({
    ...options,
    settings: { recording_format: 'link', recipients: [{ address: ANA }, { address: BO }], ...settings },
  });
  const caller = await harness.leaveVoicemail({ from: CALLER });
  await harness.advance(60_000);
  const mails = await harness.mails();
  const linkTo = (address: string) => listenLinkOf(mails.find(({ to }) => to[0] === address)!);
  return { harness, mails, ana: linkTo(ANA), bo: linkTo(BO), entryId: `voicemail-${caller.sid}-1` };
}

/** What a link answers: the page's status and heading, and the status of the sound. */
async function answersOf(harness: Harness, link: string) {
  const page = await openListenPage(harness, link);
  return [page.status, page.title, (await readListenSound(harness, link)).status];
}

const signInSue = (harness: Harness) => harness.signIn('sue', ['supervisor'], 'Offline');
const recordingRequests = (harness: Harness, mark: number) =>
  harness.requestsSince(mark).filter(({ path: at }) => at.includes('/Recordings/'));

describe('an hour of recording', () => {
  test('is too large for a mail, so its link plays it byte for byte, in parts of at most 512 KB', async () => {
    const harness = await openHarnessOverHttp({ settings: { recipients: [{ address: ANA }] } });
    const caller = await harness.dialToRecording();
    await caller.speak(harness.sample);
    harness.enlargeRecordings(HOUR_WAV_BYTES);
    caller.hangUp();
    await harness.advance(60_000);
    const [mail] = await harness.mails();
    expect(mail!.attachments).toEqual([]);
    expect(mail!.text).toMatch(/too large to be attached\. You can listen to it in your browser\./);
    expect(mail!.text).toMatch(/Available until Sunday, November 29, 2026 at 2:0\d PM UTC/);
    const link = listenLinkOf(mail!);
    expect((await openListenPage(harness, link)).status).toBe(200);

    const parts: Buffer[] = [];
    let at = 0;
    for (let total = 1; at < total; ) {
      const part = await readListenSound(harness, link, { range: `bytes=${at}-` });
      expect([part.status, part.headers.get('content-type')]).toEqual([206, 'audio/mpeg']);
      expect(part.bytes.length).toBeLessThanOrEqual(MAX_AUDIO_RANGE_BYTES);
      const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(part.contentRange!)!.map(Number);
      expect([first, last]).toEqual([at, at + part.bytes.length - 1]);
      total = size!;
      at += part.bytes.length;
      parts.push(part.bytes);
    }
    expect(Buffer.concat(parts).equals(hourOfSound())).toBe(true);
    expect(at).toBeGreaterThan(14_000_000);
  });

  test('seeks to its end with one small request to Twilio, and takes two rounds of requests', async () => {
    const { harness, ana } = await mailLinks();
    harness.enlargeRecordings(HOUR_WAV_BYTES);
    await readListenSound(harness, ana, { range: 'bytes=0-1' });
    const start = hourOfSound().length - 100_000;
    const mark = harness.requestCount();
    const { bytes, contentRange } = await readListenSound(harness, ana, { range: `bytes=${start}-` });
    expect(contentRange).toBe(`bytes ${start}-${start + 99_999}/${start + 100_000}`);
    expect(bytes.equals(hourOfSound().subarray(start))).toBe(true);
    expect(recordingRequests(harness, mark)).toHaveLength(1);
  });
});

describe('the page', () => {
  test('says who called, what they said and until when, and is kept by nobody', async () => {
    const { harness, ana, mails } = await mailLinks();
    const { status, headers, html } = await openListenPage(harness, ana);
    expect(status).toBe(200);
    expect(html).toContain('<a href="tel:+12025550123">+1 202-555-0123</a>');
    expect(html).toContain('Hello, this is a test message.');
    expect(html).toContain('Available until Sunday, November 29, 2026');
    expect(html).toContain('<html lang="en-US">');
    expect(html).not.toMatch(/https?:\/\/|style=|onclick|<img/);
    expect(['cache-control', 'referrer-policy', 'x-content-type-options'].map((name) => headers.get(name))).toEqual([
      'no-store',
      'no-referrer',
      'nosniff',
    ]);
    expect(headers.get('x-robots-tag')).toMatch(/^noindex/);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-[\w-]{22}';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const [, nonce] = /'nonce-([\w-]+)'/.exec(policy)!;
    expect(html.match(/nonce="([^"]+)"/g)).toEqual([`nonce="${nonce}"`, `nonce="${nonce}"`]);
    expect((await openListenPage(harness, ana)).headers.get('content-security-policy')).not.toBe(policy);
    // Each recipient has a link of their own.
    expect(new Set(mails.map(listenLinkOf)).size).toBe(2);
  });

  test('is in the language of the mail, also after the settings have changed', async () => {
    const { harness, ana } = await mailLinks({ settings: { language: 'pt-BR' } });
    await harness.setSettings({ recipients: [{ address: ANA }], language: 'en-US' });
    const { html } = await openListenPage(harness, ana);
    expect(html).toContain('<html lang="pt-BR">');
    expect(html).toMatch(/Gravação.*Ligar de volta/s);
  });

  test.each([
    ['no-words', { email_content: 'no-words' }],
    ['no transcript', { include_transcript: false }],
  ] as const)('with %s has no words of the caller, as the mail has none', async (_name, settings) => {
    const { harness, ana } = await mailLinks({ settings });
    const { status, html } = await openListenPage(harness, ana);
    expect([status, html.includes('test message'), html.includes('202-555-0123')]).toEqual([200, false, true]);
  });

  test.each([
    ['link-only mails', { email_content: 'link-only' }],
    ['mails without recording', { recording_format: 'notice' }],
    ['mail switched off', { enabled: false }],
  ] as const)('says nothing of the call once the settings are %s', async (_name, settings) => {
    const { harness, ana } = await mailLinks();
    await harness.setSettings({ recipients: [{ address: ANA }], ...settings });
    const { status, html } = await openListenPage(harness, ana);
    expect([status, html.includes('can be played in Flex only')]).toEqual([403, true]);
    expect(html).not.toMatch(/0123|test message|Support/);
    expect((await readListenSound(harness, ana)).status).toBe(403);
  });

  test('a link-only mail has no link to listen by', async () => {
    const harness = await openHarnessOverHttp({
      settings: { recording_format: 'link', email_content: 'link-only', recipients: [{ address: ANA }] },
    });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const [mail] = await harness.mails();
    expect(`${mail!.text}${mail!.html}`).not.toMatch(/media\/listen/);
  });
});

describe('the sound', () => {
  test.each([
    ['without a range', {}, 'bytes 0-'],
    ['with an open range', { range: 'bytes=0-' }, 'bytes 0-'],
    ['with a closed range', { range: 'bytes=100-199' }, 'bytes 100-199/'],
    ['by parameter, without the header', { from: '100' }, 'bytes 100-'],
    ['by parameter, whatever the header says', { from: '100', range: 'bytes=5-6' }, 'bytes 100-'],
    ['with several ranges, which may be ignored', { range: 'bytes=0-1,5-6' }, 'bytes 0-'],
    ['with a unit that nobody knows', { range: 'lines=1-2' }, 'bytes 0-'],
  ])('%s, is a part that says where it is', async (_name, request, expected) => {
    const { harness, ana } = await mailLinks();
    const { status, contentRange, headers, bytes } = await readListenSound(harness, ana, request);
    expect([status, contentRange!.slice(0, expected.length)]).toEqual([206, expected]);
    expect([headers.get('accept-ranges'), headers.get('cache-control')]).toEqual(['bytes', 'no-store']);
    const mp3 = await harness.media(harness.recordings()[0]!.sid, 'mp3');
    const [, first, last] = /(\d+)-(\d+)\//.exec(contentRange!)!.map(Number);
    expect(bytes.equals(mp3.subarray(first!, last! + 1))).toBe(true);
  });

  test.each([
    ['bytes=1-1', 'bytes=1-1'],
    [undefined, 'none'],
    ['lines=1', 'none'],
  ])('a probe with the range %p says what arrived, and reads and records nothing', async (range, expected) => {
    const { harness, ana } = await mailLinks();
    const mark = harness.requestCount();
    const { status, headers } = await readListenSound(harness, ana, { probe: '1', ...(range && { range }) });
    expect([status, headers.get('x-range'), harness.requestsSince(mark).length]).toEqual([204, expected, 0]);
    expect((await readListenSound(harness, `${ana}x`, { probe: '1' })).status).toBe(403);
  });

  test('behind its end is 416, with its size', async () => {
    const { harness, ana } = await mailLinks();
    const mp3 = await harness.media(harness.recordings()[0]!.sid, 'mp3');
    const { status, contentRange } = await readListenSound(harness, ana, { range: `bytes=${mp3.length}-` });
    expect([status, contentRange]).toEqual([416, `bytes */${mp3.length}`]);
  });
});

describe('who may open it', () => {
  const INVALID = [403, 'This link is not valid', 403];
  /** Replaces one part of a link. */
  const withPart = (link: string, at: number, value: string) => {
    const [origin, token] = link.split('?link=') as [string, string];
    return `${origin}?link=${token
      .split('.')
      .map((part, n) => (n === at ? value : part))
      .join('.')}`;
  };

  test('a link with any part changed is invalid, and costs no request', async () => {
    const { harness, ana, bo } = await mailLinks();
    const partOfBo = (at: number) => bo.split('?link=')[1]!.split('.')[at]!;
    const changed = [
      withPart(ana, 0, `voicemail-CA${'0'.repeat(32)}-1`),
      withPart(ana, 1, `RE${'0'.repeat(32)}`),
      withPart(ana, 2, partOfBo(2)),
      withPart(ana, 3, 'zzzzzz'),
      withPart(ana, 4, 'pt-BR'),
      withPart(ana, 5, partOfBo(5)),
      ana.slice(0, -1),
      `${ana}.x`,
      ana.replace(/\?.*/, '?'),
      `${ana.replace(/\?.*/, '')}?link=`,
      `${ana}&link=${partOfBo(0)}`,
    ];
    const mark = harness.requestCount();
    const words = { 'pt-BR': 'Este link não é válido' };
    for (const link of changed) {
      const answers = await answersOf(harness, link);
      const [, language] = /\.(pt-BR)\./.exec(link) ?? [];
      expect([link, ...answers]).toEqual([link, 403, language ? words['pt-BR'] : INVALID[1], 403]);
    }
    expect(harness.requestsSince(mark)).toEqual([]);
  });

  test('an invalid link looks the same whether or not there is such a recording', async () => {
    const { harness, ana } = await mailLinks();
    const without = (html: string) => html.replaceAll(/nonce="[^"]+"/g, '');
    const real = await openListenPage(harness, withPart(ana, 5, 'x'.repeat(22)));
    const none = await openListenPage(harness, withPart(withPart(ana, 0, `voicemail-CA${'1'.repeat(32)}-1`), 5, 'x'));
    expect(without(real.html)).toBe(without(none.html));
  });

  test('it ends after seven days, or after those of LISTEN_LINK_DAYS', async () => {
    const { harness, ana } = await mailLinks();
    await harness.advance(7 * DAY_MS - 120_000);
    expect((await answersOf(harness, ana))[0]).toBe(200);
    await harness.advance(120_000);
    const mark = harness.requestCount();
    expect(await answersOf(harness, ana)).toEqual([410, 'This link has expired', 410]);
    expect(harness.requestsSince(mark)).toEqual([]);
  });

  test('LISTEN_LINK_DAYS says how long it lasts', async () => {
    const { harness, ana, mails } = await mailLinks({ environment: { LISTEN_LINK_DAYS: '1' } });
    expect(mails[0]!.text).toMatch(/Available until Monday, November 23/);
    await harness.advance(DAY_MS + 1_000);
    expect((await answersOf(harness, ana))[0]).toBe(410);
  });

  test('who is removed from the recipients has a link no longer, and the others keep theirs', async () => {
    const { harness, ana, bo } = await mailLinks();
    await harness.setSettings({ recipients: [{ address: BO }] });
    expect(await answersOf(harness, ana)).toEqual([403, 'This link is no longer yours', 403]);
    expect((await answersOf(harness, bo))[0]).toBe(200);
    expect((await openListenPage(harness, ana)).html).not.toMatch(/0123|test message/);
  });

  test('whose domain is allowed no longer, or who is to be confirmed, has a link no longer', async () => {
    const { harness, ana } = await mailLinks();
    await harness.redeploy({ ALLOWED_EMAIL_DOMAINS: 'example.org' });
    expect(await answersOf(harness, ana)).toEqual([403, 'This link is no longer yours', 403]);
  });

  test('a deleted recording is gone for all', async () => {
    const { harness, ana, bo } = await mailLinks();
    const [task] = harness.productTasks();
    const TaskSid = task!.sid;
    expect((await harness.postFlex('delete-voicemail', signInSue(harness).token, { TaskSid })).status).toBe(200);
    for (const link of [ana, bo])
      expect(await answersOf(harness, link)).toEqual([410, 'The recording was deleted', 410]);
  });

  test('a recording that was deleted at Twilio is gone', async () => {
    const { harness, ana } = await mailLinks();
    harness.world.recordings.remove(harness.recordings()[0]!.sid);
    expect(await answersOf(harness, ana)).toEqual([410, 'The recording was deleted', 410]);
  });

  test('of a caller whose data were deleted, nothing is shown', async () => {
    const { harness, ana } = await mailLinks();
    await askPersonalData(harness, signInSue(harness), 'erase', CALLER);
    expect(await answersOf(harness, ana)).toEqual([410, 'The recording was deleted', 410]);
  });

  test('a key that stays behind the new one keeps links; without it they end', async () => {
    const [old, next] = ['old-signing-key-'.repeat(3), 'new-signing-key-'.repeat(3)];
    const { harness, ana } = await mailLinks({ environment: { SIGNING_KEYS: old } });
    await harness.redeploy({ SIGNING_KEYS: `${next},${old}` });
    expect((await answersOf(harness, ana))[0]).toBe(200);
    await harness.redeploy({ SIGNING_KEYS: next });
    expect(await answersOf(harness, ana)).toEqual(INVALID);
  });
});

describe('what cannot be played', () => {
  test.each([
    ['encrypted', 'The recording is encrypted'],
    ['external', 'The recording is stored elsewhere'],
  ] as const)('a recording that is kept %s says so', async (storage, title) => {
    const { harness, ana } = await mailLinks();
    for (const one of harness.world.recordings.list()) Object.assign(one, { storage });
    expect(await answersOf(harness, ana)).toEqual([409, title, 409]);
  });

  test.each(['encrypted', 'external'] as const)('a mail of one that is kept %s has no link', async (storage) => {
    const harness = await openHarnessOverHttp({ settings: { recording_format: 'link' } });
    harness.beforeRequest({ host: 'api.twilio.com', method: 'GET', path: /Recordings\/RE/ }, () => {
      for (const one of harness.world.recordings.list()) Object.assign(one, { storage });
    });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const [mail] = await harness.mails();
    expect(mail!.text).toMatch(/of your organization, so it is not attached/);
    expect(mail!.text).not.toMatch(/media\/listen/);
  });

  test('a recording that cannot be fetched for the mail gets a link within the hour', async () => {
    const harness = await openHarnessOverHttp({ settings: { recipients: [{ address: ANA }] } });
    const recover = harness.injectFault({
      host: 'api.twilio.com',
      path: /Recordings\/RE/,
      kind: 'status',
      status: 500,
    });
    await harness.leaveVoicemail();
    for (let minute = 0; minute < 60; minute += 5) {
      await harness.advance(5 * 60_000);
      await harness.runOutboxSweep();
    }
    const [mail, ...more] = await harness.mails();
    expect(more).toEqual([]);
    expect(mail!.text).toMatch(/could not be attached\. You can try to listen to it in your browser\./);
    recover();
    expect((await answersOf(harness, listenLinkOf(mail!)))[0]).toBe(200);
  });

  test.each(['sync.twilio.com', 'api.twilio.com'])('while %s is down, the page says to come back', async (host) => {
    const { harness, ana } = await mailLinks();
    const recover = harness.injectFault({ host, kind: 'status', status: 503 });
    expect(await answersOf(harness, ana)).toEqual([503, 'This does not work at the moment', 503]);
    recover();
    expect((await answersOf(harness, ana))[0]).toBe(200);
  });

  test('without any key to sign with, a page says whom to tell', async () => {
    const { harness, ana } = await mailLinks();
    await harness.redeploy({ AUTH_TOKEN: '' });
    const { status } = await openListenPage(harness, ana);
    expect(status).toBe(503);
  });
});

describe('the audit', () => {
  const acts = async (harness: Harness) =>
    (await harness.readAudit(signInSue(harness))).map(({ act, by, identity, result, code, entries, queues }) =>
      [act, by, identity, result, ...(code === undefined ? [] : [code]), ...entries!, ...(queues ?? [])].join(' '),
    );

  test('names who opened a link, listened and downloaded; later parts count once', async () => {
    const { harness, ana, entryId } = await mailLinks();
    await openListenPage(harness, ana);
    await harness.advance(1_000);
    await readListenSound(harness, ana, { range: 'bytes=0-' });
    for (const at of [5_000, 10_000, 15_000]) await readListenSound(harness, ana, { range: `bytes=${at}-` });
    await harness.advance(1_000);
    await readListenSound(harness, ana, { from: '0', purpose: 'download' });
    const by = `recipient ${ANA} allowed ${entryId} Support`;
    expect((await acts(harness)).sort()).toEqual(
      [`download ${by}`, `listen ${by}`, `listen ${by}`, `open-link ${by}`].sort(),
    );
  });

  test('has a refusal with its reason, and names nobody once the address is removed', async () => {
    const { harness, ana, entryId } = await mailLinks();
    await harness.setSettings({ recipients: [{ address: BO }] });
    await openListenPage(harness, ana);
    expect(await acts(harness)).toEqual([`open-link recipient  refused recipient-removed ${entryId} Support`]);
  });

  test('where it is required and cannot be written, nothing is played', async () => {
    const { harness, ana } = await mailLinks({ environment: { AUDIT_REQUIRED: 'true' } });
    const recover = harness.injectFault({ host: 'sync.twilio.com', path: /Maps\/audit/, kind: 'status', status: 500 });
    expect(await answersOf(harness, ana)).toEqual([503, 'This does not work at the moment', 503]);
    recover();
    expect((await answersOf(harness, ana))[0]).toBe(200);
  });
});

test('a link that is opened too often is closed for an hour, and the other recipient is not affected', async () => {
  const { harness, ana, bo } = await mailLinks();
  let status = 0;
  let opened = 0;
  for (; opened < 100 && status !== 429; opened += 1) ({ status } = await openListenPage(harness, ana));
  expect([status, opened]).toEqual([429, 61]);
  const { html, headers } = await openListenPage(harness, ana);
  expect(html).toContain('This link was opened too often');
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await readListenSound(harness, ana)).status).toBe(429);
  expect((await answersOf(harness, bo))[0]).toBe(200);
  await harness.advance(60 * 60_000);
  expect((await answersOf(harness, ana))[0]).toBe(200);
});

test('a caller cannot write a link into a mail, nor read the recipient’s', async () => {
  const harness = await openHarnessOverHttp({
    settings: { recording_format: 'link', recipients: [{ address: ANA }], organization: 'Clinic' },
  });
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample, { transcript: 'take \uE000listen\uE001 and %recipient.listen% please' });
  caller.hangUp();
  await harness.advance(60_000);
  const [mail] = await harness.mails();
  for (const part of [mail!.text, mail!.html])
    expect(new Set(part.match(/\S{0,8}media\/listen\?link=[\w.-]+/g)).size).toBe(1);
});

test('a test mail has a link as well, whose page says that links work', async () => {
  const harness = await openHarnessOverHttp({ settings: { recording_format: 'link', language: 'es-ES' } });
  const answer = await harness.postFlex('email-test', signInSue(harness).token, { Address: 'admin@example.com' });
  expect(await answer.json()).toMatchObject({ ok: true });
  const [mail] = await harness.mails();
  expect(mail!.attachments).toEqual([]);
  const { status, title } = await openListenPage(harness, listenLinkOf(mail!));
  expect([status, title]).toEqual([200, 'Este enlace funciona']);
  expect((await readListenSound(harness, listenLinkOf(mail!))).status).toBe(410);
});

test('no link, key or address is in a log', async () => {
  const { harness, ana } = await mailLinks();
  await openListenPage(harness, ana);
  await readListenSound(harness, ana);
  await openListenPage(harness, `${ana}x`);
  const logs = harness.functionLogs().join('\n');
  for (const secret of [ana.split('.').at(-1)!, ANA, BO, CALLER.slice(1), ...harness.secrets()])
    expect(logs).not.toContain(secret);
});
