import { closeHarnesses, type Harness, openHarness, openHarnessOverHttp } from '../support/harness';
import { codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** What callers and agents may write, where it could be more than text. */
const settings = { recipients: [{ address: 'ana@example.com', name: 'Ana Ruiz' }], include_transcript: true };

async function leaveWords(harness: Harness, transcript: string) {
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample, { transcript });
  caller.hangUp();
  await harness.advance(2 * 60_000);
}

test('variables of Mailgun in a transcript reach the recipient as they were said', async () => {
  const harness = await openHarnessOverHttp({ settings });
  await leaveWords(harness, 'Call %recipient% or %recipient.name% about %unsubscribe_url% and 5 % more');
  const [mail] = await harness.mails();
  const seen = (text: string) => text.replaceAll('\u2060', '').replaceAll('&#37;', '%');
  for (const body of [mail!.text, mail!.html])
    expect(seen(body)).toContain('Call %recipient% or %recipient.name% about %unsubscribe_url% and 5 % more');
  expect(mail!.text).not.toMatch(/Ana Ruiz <ana@example\.com>/);
});

test('invisible and reordering characters in a transcript are left out of task and mail', async () => {
  const harness = await openHarness({ settings });
  await leaveWords(harness, 'pay\u200b \u200f\u202e001\u2066 dollars');
  const [mail] = await harness.mails();
  const kept = JSON.stringify([mail!.text, mail!.html, harness.productTasks()[0]!.attributes]);
  expect(kept).toContain('dollars');
  expect(kept).not.toMatch(/\u200b|\u200f|\u202e|\u2066/);
});

test('a caller’s address of 200 characters is not spread over the subject', async () => {
  const harness = await openHarness({ settings });
  await harness.leaveVoicemail({ from: `sip:${'x'.repeat(190)}@example.com` });
  await harness.advance(2 * 60_000);
  const [mail] = await harness.mails();
  expect(mail!.subject.length).toBeLessThan(120);
});

test('names of a thousand letters leave room in the entry for all who listened', async () => {
  const harness = await openHarness({ settings });
  await harness.leaveVoicemail();
  await harness.advance(2 * 60_000);
  const TaskSid = harness.productTasks()[0]!.sid;
  for (let n = 0; n < 20; n += 1) {
    const listener = harness.signIn(`lea-${n}`, ['supervisor'], 'Offline', { full_name: `${n} ${'long'.repeat(300)}` });
    expect((await harness.postFlex('voicemail-audio', listener.token, { TaskSid })).status).toBe(206);
  }
  const [key] = await harness.indexKeys();
  const entry = await harness.document(key!.split('_')[1]!);
  expect(entry?.listenedBy).toHaveLength(20);
  expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(10_000);
});

test('a masked number is not found by trying: the same search goes on, the next one waits', async () => {
  const harness = await openHarness({ settings });
  await harness.leaveVoicemail({ from: '+12025550177' });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const search = (Caller: string) => harness.postFlex('email-history', sue.token, { Caller });
  for (let n = 100; n < 130; n += 1) expect((await search(`+12025${n}177`)).status).toBe(200);
  const refused = await search('+12025550177');
  expect([refused.status, await codeOf(refused)]).toEqual([429, 'too-many-requests']);
  expect((await search('+12025100177')).status).toBe(200);
  expect((await search('0177')).status).toBe(200);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
});

test('a place in the history on a day that does not exist is malformed', async () => {
  const harness = await openHarness({ settings });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const page = { Day: '2026-02-28', Cursor: '2026-02-39T01:00:00Z' };
  const answer = await harness.postFlex('email-history', sue.token, page);
  expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid']);
});
