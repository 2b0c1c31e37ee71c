import {
  type AuditItem,
  type AuditResponse,
  type EmailSettingsResponse,
  FIRST_AUDIO_RANGE_BYTES,
} from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { acceptVoicemailAsSam, codeOf, type Worker } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** Who did what, as supervisors see and export it. */
const AUDIT_DOWN = {
  host: 'sync.twilio.com',
  method: 'POST',
  path: /Maps\/audit-/,
  kind: 'status',
  status: 500,
} as const;

async function saveSettings(harness: Harness, sue: Worker, settings: object) {
  const before = (await (await harness.postFlex('email-settings', sue.token)).json()) as EmailSettingsResponse;
  return harness.postFlex('email-settings', sue.token, {
    Action: 'save',
    Settings: JSON.stringify({ ...before.settings, ...settings }),
    Rules: JSON.stringify(before.rules),
    Revision: before.revision,
  });
}
const acts = (items: AuditItem[]) =>
  items.map(({ act, result, code }) => [act, result, ...(code ? [code] : [])].join(' '));

test('holds by worker what people read, play, keep, put back, delete and send again', async () => {
  const { harness, sam, caller, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const TaskSid = task.sid;
  const Voicemail = `voicemail-${caller.sid}-1`;
  const step = async (page: string, { token }: { token: string }, params: Record<string, string>) => {
    await harness.postFlex(page, token, params);
    await harness.advance(1_000);
  };
  // The card is asked for again and again while something of it may change.
  for (let n = 0; n < 3; n += 1) await step('voicemail', sam, { TaskSid });
  for (let n = 0; n < 2; n += 1) await step('voicemail-audio', sam, { TaskSid });
  await step('voicemail-audio', sam, { TaskSid, Start: '0', Purpose: 'download' });
  await step('email-test', sue, { Address: 'admin@example.com' });
  await step('email-resend', sue, { Voicemail });
  await step('restore-task', sue, { Voicemail });
  const [renewed] = harness.productTasks().slice(-1);
  await step('delete-voicemail', sue, { TaskSid: renewed!.sid });
  const items = await harness.readAudit(sue);
  expect(acts(items.filter(({ by }) => by === sue.sid))).toEqual([
    'delete allowed',
    'restore allowed',
    'resend refused nothing-to-resend',
    'test-mail allowed',
  ]);
  const ofSam = items.filter(({ by }) => by === sam.sid);
  expect(acts(ofSam)).toEqual(['download allowed', 'listen allowed', 'listen allowed', 'read allowed']);
  expect(ofSam.every(({ entries, identity }) => entries?.[0] === Voicemail && identity === 'sam')).toBe(true);
});

test('notes who asks for a message that is not theirs', async () => {
  const { harness, caller, task } = await acceptVoicemailAsSam();
  const [sue, eve] = [harness.signIn('sue', ['supervisor'], 'Offline'), harness.signIn('eve', ['agent'], 'Offline')];
  for (let n = 0; n < 2; n += 1)
    expect((await harness.postFlex('voicemail-audio', eve.token, { TaskSid: task.sid })).status).toBe(403);
  expect(await harness.readAudit(sue)).toEqual([
    expect.objectContaining({
      by: eve.sid,
      act: 'listen',
      result: 'refused',
      code: 'not-yours',
      taskSid: task.sid,
    }),
  ]);
  expect(await harness.readAudit(sue, { Voicemail: `voicemail-${caller.sid}-1` })).toEqual([]);
});

test.each(['true', 'yes'])(
  'with AUDIT_REQUIRED=%s nothing is played, shown, deleted or saved without it',
  async (value) => {
    const { harness, sam, task } = await acceptVoicemailAsSam({ environment: { AUDIT_REQUIRED: value } });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const removeFault = harness.injectFault(AUDIT_DOWN);
    for (const [page, { token }] of [
      ['voicemail', sam],
      ['voicemail-audio', sam],
      ['delete-voicemail', sue],
    ] as const) {
      const answer = await harness.postFlex(page, token, { TaskSid: task.sid });
      expect([page, answer.status, await codeOf(answer)]).toEqual([page, 503, 'audit-unavailable']);
    }
    const refused = await saveSettings(harness, sue, { enabled: false });
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'audit-unavailable']);
    expect(harness.recordings()).toHaveLength(1);
    removeFault();
    await harness.advance(11 * 60_000);
    await harness.runOutboxSweep();
    expect((await harness.mails()).filter(({ subject }) => /was changed/.test(subject))).toEqual([]);
    expect((await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid })).status).toBe(206);
  },
);

test('what the audit did not take is there after the next sweep, once', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const removeFault = harness.injectFault(AUDIT_DOWN);
  expect((await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid })).status).toBe(206);
  expect((await saveSettings(harness, sue, { footer: 'Ask Eve' })).status).toBe(200);
  removeFault();
  expect(await harness.readAudit(sue)).toEqual([]);
  for (let n = 0; n < 2; n += 1) await harness.runOutboxSweep();
  expect(acts(await harness.readAudit(sue)).sort()).toEqual(['listen allowed', 'save-settings done']);
  expect((await harness.indexKeys()).filter((key) => /_audit_/.test(key))).toEqual([]);
});

test('an append whose answer is lost counts once', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
  harness.injectFault({ ...AUDIT_DOWN, kind: 'done-then-reset', times: 1 });
  await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
  await harness.runOutboxSweep();
  expect(acts(await harness.readAudit(sue))).toEqual(['listen allowed', 'listen allowed']);
});

describe.each(['false', 'true'])('with AUDIT_REQUIRED=%s, what counts once and is refused or fails first', (value) => {
  const environment = { AUDIT_REQUIRED: value };

  test('a message that is heard after a refused request is heard in the audit', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam({ environment });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const listen = async (Length: number) => {
      const range = { TaskSid: task.sid, Start: '1', Length: String(Length) };
      return (await harness.postFlex('voicemail-audio', sam.token, range)).status;
    };
    for (let n = 0; n < 2; n += 1) expect(await listen(0)).toBe(413);
    expect(acts(await harness.readAudit(sue)).sort()).toEqual(['listen allowed', 'listen refused bad-range']);
    expect(await listen(FIRST_AUDIO_RANGE_BYTES)).toBe(206);
    const heard = await harness.readAudit(sue);
    expect(acts(heard).sort()).toEqual(['listen done', 'listen refused bad-range']);
    for (const item of heard)
      expect(item).toMatchObject({ by: sam.sid, taskSid: task.sid, entries: [expect.any(String)] });
    expect(await listen(0)).toBe(413);
    expect(acts(await harness.readAudit(sue)).sort()).toEqual(['listen done', 'listen refused bad-range']);
  });

  test('a number that is found and exported after Twilio failed is found in the audit', async () => {
    const harness = await openHarness({ environment });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    for (const Action of ['find', 'export']) {
      const ask = () => harness.postFlex('personal-data', sue.token, { Action, Number: '+12025550123' });
      const removeFault = harness.injectFault({
        host: 'sync.twilio.com',
        path: /history-/,
        kind: 'status',
        status: 503,
      });
      expect((await ask()).status).toBe(502);
      removeFault();
      expect((await ask()).status).toBe(200);
      const found = (await harness.readAudit(sue)).filter(({ act }) => act === `${Action}-number`);
      expect(found.map(({ result }) => result).sort()).toEqual(['done', 'failed']);
    }
  });
});

describe('the administrator', () => {
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ address: `person-number-${n}@example.com` }));

  test('hears of the 61st recipient, and so does the audit', async () => {
    const harness = await openHarness({ settings: { recipients: numbered(60) } });
    const sue = harness.signIn('sue', ['supervisor']);
    expect(
      (await saveSettings(harness, sue, { recipients: [...numbered(60), { address: 'mallory@example.com' }] })).status,
    ).toBe(200);
    await harness.runOutboxSweep();
    expect((await harness.mails())[0]!.text).toMatch(/^New recipient: mallory@example\.com$/m);
    const [change] = await harness.readAudit(sue);
    expect(change!.changes).toEqual([{ field: 'recipients', added: ['{"address":"mallory@example.com"}'] }]);
  });

  test('hears of a hundred new recipients, each by name', async () => {
    const harness = await openHarness();
    const sue = harness.signIn('sue', ['supervisor']);
    const recipients = numbered(100).map(({ address }) => ({ address: `${'x'.repeat(30)}-${address}` }));
    expect((await saveSettings(harness, sue, { recipients })).status).toBe(200);
    await harness.runOutboxSweep();
    const [mail] = await harness.mails();
    expect(mail!.text).toMatch(/^100 new recipients:$/m);
    for (const { address } of recipients) expect(mail!.text).toContain(`New recipient: ${address}`);
    expect((await harness.readAudit(sue))[0]!.changes![0]!.added).toHaveLength(100);
  });

  test('hears that mail was switched off, of another zone, and that numbers are shown', async () => {
    const harness = await openHarness();
    const sue = harness.signIn('sue', ['supervisor']);
    await saveSettings(harness, sue, { enabled: false, time_zone: 'Asia/Tokyo', show_callers: true });
    await harness.runOutboxSweep();
    const { text } = (await harness.mails())[0]!;
    expect(text).toMatch(/^Email: now off; it was on\.$/m);
    expect(text).toMatch(/^Time zone: now Asia\/Tokyo; it was nothing\.$/m);
    expect(text).toMatch(/^Full caller numbers in the panel: now on; it was off\.$/m);
  });

  test('hears of a change that was made while the provider was down, once it is back', async () => {
    const harness = await openHarness();
    const sue = harness.signIn('sue', ['supervisor']);
    const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
    await saveSettings(harness, sue, { enabled: false });
    await harness.runOutboxSweep();
    await harness.advance(60_000);
    await harness.runOutboxSweep();
    expect(await harness.mails()).toEqual([]);
    removeFault();
    for (let n = 0; n < 3; n += 1) {
      await harness.advance(2 * 60_000);
      await harness.runOutboxSweep();
    }
    expect(await harness.mails()).toHaveLength(1);
    expect((await harness.indexKeys()).filter((key) => /_notice-/.test(key))).toEqual([]);
  });

  test('hears of a change whose invocation broke off after the save', async () => {
    const harness = await openHarness();
    const sue = harness.signIn('sue', ['supervisor']);
    await saveSettings(harness, sue, { footer: 'A' });
    const results = {
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Maps\/(audit|open)-/,
      kind: 'status',
      status: 500,
    } as const;
    let removeFault = (): void => undefined;
    harness.beforeRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents\/email-settings$/ }, () => {
      removeFault = harness.injectFault(results);
    });
    expect((await saveSettings(harness, sue, { enabled: false })).status).toBe(200);
    removeFault();
    // Another save hides the first one in the settings.
    await saveSettings(harness, sue, { footer: 'B' });
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(1);
    expect(acts(await harness.readAudit(sue))).toEqual([
      'save-settings done',
      'save-settings done',
      'save-settings done',
    ]);
  });

  test('hears nothing of a change that was not saved', async () => {
    const harness = await openHarness({ settings: {} });
    const sue = harness.signIn('sue', ['supervisor']);
    harness.injectFault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Documents\/email-settings$/,
      kind: 'status',
      status: 500,
      times: 2,
    });
    expect((await saveSettings(harness, sue, { enabled: false })).status).toBe(503);
    await harness.advance(11 * 60_000);
    for (let n = 0; n < 2; n += 1) await harness.runOutboxSweep();
    expect(await harness.mails()).toEqual([]);
    expect(acts(await harness.readAudit(sue))).toEqual(['save-settings failed not-saved']);
    expect((await harness.indexKeys()).filter((key) => /_notice-/.test(key))).toEqual([]);
  });
});

describe('reading and exporting', () => {
  const ask = async (harness: Harness, { token }: Worker, params: Record<string, string>) => {
    const answer = await harness.postFlex('audit', token, params);
    expect(answer.status).toBe(200);
    return (await answer.json()) as AuditResponse;
  };

  test('is for supervisors, in pages, by time, worker, act and entry', async () => {
    const { harness, sam, caller, task } = await acceptVoicemailAsSam();
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const play = () => harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
    for (let n = 0; n < 4; n += 1) await Promise.all(Array.from({ length: 13 }, play));
    await harness.postFlex('voicemail', sue.token, { TaskSid: task.sid });
    expect((await harness.postFlex('audit', sam.token)).status).toBe(403);
    const seen: AuditItem[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: AuditResponse = await ask(harness, sue, cursor === '' ? {} : { Cursor: cursor });
      seen.push(...page.items);
      cursor = page.cursor;
    }
    expect(seen).toHaveLength(53);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(53);
    const count = async (params: Record<string, string>) => (await ask(harness, sue, params)).items.length;
    expect(await count({ Act: 'read' })).toBe(1);
    expect(await count({ Worker: sue.sid })).toBe(1);
    expect(await count({ Worker: 'SU', Voicemail: `voicemail-${caller.sid}-1` })).toBe(1);
    expect(await count({ Voicemail: `callback-${'0'.repeat(32)}` })).toBe(0);
    expect(await count({ From: '2026-11-23' })).toBe(0);
    expect(await count({ To: '2026-11-21' })).toBe(0);
    expect(await count({ From: '2026-11-22', To: '2026-11-22' })).toBe(50);
  });

  test('goes back over the end of a month', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
    await harness.advance(9 * 24 * 60 * 60_000);
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    await harness.postFlex('email-test', sue.token, { Address: 'admin@example.com' });
    expect(acts(await harness.readAudit(sue))).toEqual(['test-mail allowed', 'listen allowed']);
  });

  test('an export is noted itself, and a name in it is no formula', async () => {
    const { harness, task } = await acceptVoicemailAsSam();
    const mallory = harness.signIn('_3D1_2B1_2Ccmd', ['supervisor'], 'Offline');
    await harness.postFlex('voicemail', mallory.token, { TaskSid: task.sid });
    await harness.advance(1_000);
    const { text } = await ask(harness, mallory, { Format: 'csv', Act: 'read' });
    expect(text).toMatch(/^id,at,by,identity,act,result,/);
    expect(text).toContain(`,"'=1+1,cmd",read,`);
    await harness.advance(1_000);
    const lines = (await ask(harness, mallory, { Format: 'jsonl' })).text!.trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as AuditItem).filter(({ act }) => act === 'export');
    expect(exported.map(({ detail }) => detail)).toContain('csv read');
  });

  test('exports a hundred pages an hour for one supervisor and 120 for all, and shows the log all the same', async () => {
    const { harness } = await acceptVoicemailAsSam();
    const [sue, ada] = [harness.signIn('sue', ['supervisor']), harness.signIn('ada', ['admin'])];
    const now = Date.now();
    const used = (worker: string, count: number) => Array.from({ length: count }, () => ({ at: now, worker }));
    const exportPage = ({ token }: Worker) => harness.postFlex('audit', token, { Format: 'csv' });
    await harness.setDocument('audit-exports', { uses: used(sue.sid, 99) });
    expect((await exportPage(sue)).status).toBe(200);
    const refused = await exportPage(sue);
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'too-many-requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect((await harness.postFlex('audit', sue.token)).status).toBe(200);
    await harness.setDocument('audit-exports', { uses: [...used(sue.sid, 100), ...used(ada.sid, 19)] });
    expect((await exportPage(ada)).status).toBe(200);
    expect((await exportPage(ada)).status).toBe(429);
    await harness.advance(60 * 60_000);
    expect((await exportPage(harness.signIn('eve', ['admin']))).status).toBe(200);
  });

  test.each<Record<string, string>>([{ Cursor: '2026' }, { From: '2026-02-30' }, { Act: 'steal' }, { Format: 'xls' }])(
    'refuses %j',
    async (params) => {
      const harness = await openHarness();
      const sue = harness.signIn('sue', ['supervisor']);
      const answer = await harness.postFlex('audit', sue.token, params);
      expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid']);
    },
  );
});
