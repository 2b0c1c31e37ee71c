import type {
  EmailAdminErrorResponse,
  EmailDeliveryResponse,
  EmailHistoryResponse,
  EmailSettingsResponse,
} from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';
import { askPersonalData, forgetEntry } from '../support/personal-data';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { storedValues } from '../support/stored-documents';

afterEach(closeHarnesses);

/** With SUPERVISOR_QUEUES, supervisors see and change what concerns their queues. */
type Worker = ReturnType<Harness['signIn']>;

/** Sue has Sales, Ada all queues, and Eve is not named. A voicemail of each queue, whose mail failed. */
async function open(options: HarnessOptions = {}) {
  const harness = await openHarness(options);
  const [sue, eve] = ['sue', 'eve'].map((name) => harness.signIn(name, ['supervisor'], 'Offline')) as [Worker, Worker];
  const ada = harness.signIn('ada', ['admin'], 'Offline');
  await harness.redeploy({ SUPERVISOR_QUEUES: JSON.stringify({ [sue.sid]: ['Sales'], [ada.sid]: 'all' }) });
  return { harness, sue, eve, ada };
}
async function leaveOneInEachQueue(harness: Harness) {
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 });
  await harness.leaveVoicemail({ from: '+12025550111' });
  const caller = await harness.dial({ to: harness.numbers.sales, from: '+12025550122' });
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  removeFault();
  const idOf = (attributes: Record<string, unknown>) =>
    (attributes.callback_and_voicemail as { voicemail_id: string }).voicemail_id;
  const [support, sales] = harness.productTasks().map(({ sid, attributes }) => ({ sid, id: idOf(attributes) }));
  return { support: support!, sales: sales! };
}
const read = async (harness: Harness, worker: Worker) =>
  (await (await harness.postFlex('email-settings', worker.token)).json()) as EmailSettingsResponse;
const history = async (harness: Harness, worker: Worker, fields: Record<string, string> = {}) =>
  (await (await harness.postFlex('email-history', worker.token, fields)).json()) as EmailHistoryResponse;
const save = (
  harness: Harness,
  worker: Worker,
  { settings, rules, revision }: Pick<EmailSettingsResponse, 'settings' | 'rules' | 'revision'>,
  more: Record<string, string> = {},
) =>
  harness.postFlex('email-settings', worker.token, {
    Action: 'save',
    Settings: JSON.stringify(settings),
    Rules: JSON.stringify(rules),
    Revision: revision,
    ...more,
  });
const refusal = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as EmailAdminErrorResponse),
});
const rule = (id: string, queues?: string[], address = `${id}@example.com`) => ({
  id,
  enabled: true,
  ...(queues ? { queues } : {}),
  recipients: [{ address }],
});
const NOT_YOURS = { status: 403, code: 'not-your-queue' };

test('history, attention and counts show the queues of who asks; who is not named sees nothing', async () => {
  const { harness, sue, eve, ada } = await open();
  await leaveOneInEachQueue(harness);
  await harness.advance(2 * 60 * 60_000);
  const workers = { sue: ['sue', sue.sid], eve: ['eve', eve.sid], ada: ['ada', ada.sid] } as const;
  const tokens = Object.fromEntries(
    Object.entries(workers).map(([name, [identity, workerSid]]) => [
      name,
      harness.world.flexTokens.issue({ identity, roles: ['supervisor'], workerSid }).token,
    ]),
  );
  const as = (name: keyof typeof workers) => ({ token: tokens[name]! }) as Worker;
  const queuesOf = async (name: keyof typeof workers) => {
    const { items, attention = [] } = await history(harness, as(name));
    const { health } = await read(harness, as(name));
    return {
      items: items.map(({ queue }) => queue).sort(),
      attention: [...new Set(attention.map(({ queue, kind }) => `${queue} ${kind}`))].sort(),
      failed: health.failedEmails,
    };
  };
  expect(await queuesOf('ada')).toEqual({
    items: ['Sales', 'Support'],
    attention: ['Sales email-failed', 'Sales not-taken', 'Support email-failed', 'Support not-taken'],
    failed: 2,
  });
  expect(await queuesOf('sue')).toEqual({
    items: ['Sales'],
    attention: ['Sales email-failed', 'Sales not-taken'],
    failed: 1,
  });
  expect(await queuesOf('eve')).toEqual({ items: [], attention: [], failed: 0 });
  // A filter is no way around it.
  expect((await history(harness, as('sue'), { Queue: 'Support' })).items).toEqual([]);
  expect((await history(harness, as('sue'), { Caller: '0111' })).items).toEqual([]);
});

test('sending all again sends those of the own queues', async () => {
  const { harness, sue, eve } = await open();
  const { sales } = await leaveOneInEachQueue(harness);
  const all = async (worker: Worker) => (await harness.postFlex('email-resend', worker.token, { All: 'true' })).json();
  expect(await all(eve)).toEqual({ sent: 0, queued: 0, failed: 0 });
  expect(await all(sue)).toEqual({ sent: 1, queued: 0, failed: 0 });
  expect((await harness.mails()).map((mail) => mail.header('message-id'))).toEqual([expect.stringContaining(sales.id)]);
});

test('a supervisor who holds a task of another queue may see it, and not delete its recording', async () => {
  const { harness, sue, ada } = await open();
  const { support } = await leaveOneInEachQueue(harness);
  const card = () => harness.postFlex('voicemail', sue.token, { TaskSid: support.sid });
  expect(await refusal(await card())).toMatchObject(NOT_YOURS);
  harness.world.taskRouter.setActivity(sue, 'Available');
  await harness.advance(1_000);
  harness.accept(sue, support.sid);
  expect((await card()).status).toBe(200);
  const erase = ({ token }: Worker) => harness.postFlex('delete-voicemail', token, { TaskSid: support.sid });
  expect(await refusal(await erase(sue))).toMatchObject(NOT_YOURS);
  expect(harness.recordings()).toHaveLength(2);
  expect((await erase(ada)).status).toBe(200);
  expect(harness.recordings()).toHaveLength(1);
});

test('deliveries tell nothing of an entry that is gone, erased, unreadable or of another queue', async () => {
  const settings = { recipients: [{ address: 'mailbox-full@example.com' }] };
  const { harness, sue, ada } = await open({ settings });
  await harness.redeploy({ SUPERVISOR_QUEUES: JSON.stringify({ [sue.sid]: ['Sales', ''], [ada.sid]: 'all' }) });
  const caller = await harness.leaveVoicemail({ from: '+12025550111' });
  await harness.advance(60_000);
  const id = `voicemail-${caller.sid}-1`;
  const deliveries = async ({ token }: Worker) => {
    const answer = await harness.postFlex('email-delivery', token, { Voicemails: id });
    const { deliveries: found, bounced } = (await answer.json()) as EmailDeliveryResponse;
    return { status: answer.status, told: [...Object.keys(found ?? {}), ...(bounced ?? [])].length };
  };
  const tell = async () => ({ sue: await deliveries(sue), ada: await deliveries(ada) });
  const whole = storedValues(harness.world).find(({ name }) => name === id)!.value;
  const { data } = whole;
  expect(await tell()).toEqual({ sue: { status: 403, told: 0 }, ada: { status: 200, told: 2 } });
  whole.data = { version: 1 };
  expect((await tell()).sue).toEqual({ status: 200, told: 0 });
  whole.data = data;
  expect((await askPersonalData(harness, ada, 'erase', '+12025550111')).certificate).toBeDefined();
  expect(await tell()).toEqual({ sue: { status: 200, told: 0 }, ada: { status: 200, told: 2 } });
  forgetEntry(harness, id);
  expect(await tell()).toEqual({ sue: { status: 200, told: 0 }, ada: { status: 200, told: 1 } });
});

test('an entry whose queue cannot be read is shown to supervisors of all queues only', async () => {
  const { harness, sue, ada } = await open();
  await harness.redeploy({ SUPERVISOR_QUEUES: JSON.stringify({ [sue.sid]: ['Sales', ''], [ada.sid]: 'all' }) });
  const { support } = await leaveOneInEachQueue(harness);
  const stored = storedValues(harness.world).find(({ name }) => name === support.id)!.value;
  stored.data = { version: 1 };
  // A sweep reads the entry of a task that has ended.
  harness.handleTask(support.sid);
  await harness.advance(10 * 60_000);
  await runScheduledSweeps(harness, 2);
  const unreadable = async (worker: Worker) =>
    (await history(harness, worker)).attention?.filter(({ kind }) => kind === 'unreadable');
  expect(await unreadable(ada)).toHaveLength(1);
  expect(await unreadable(sue)).toEqual([]);
});

test('the audit and its export show what concerns the own queues, and what one did oneself', async () => {
  const { harness, sue, eve, ada } = await open();
  const { support, sales } = await leaveOneInEachQueue(harness);
  for (const { sid } of [support, sales]) await harness.postFlex('voicemail', ada.token, { TaskSid: sid });
  await harness.postFlex('email-resend', ada.token, { All: 'true' });
  await harness.postFlex('voicemail', sue.token, { TaskSid: support.sid });
  await harness.postFlex('email-resend', sue.token, { Voicemail: support.id });
  const acts = async (worker: Worker) =>
    (await harness.readAudit(worker)).map(({ identity, act, result }) => `${identity} ${act} ${result}`).sort();
  expect(await acts(eve)).toEqual([]);
  expect(await acts(sue)).toEqual(['ada read allowed', 'sue read refused', 'sue resend refused']);
  expect(await acts(ada)).toHaveLength(5);
  const exported = await harness.postFlex('audit', sue.token, { Format: 'jsonl' });
  const { text } = (await exported.json()) as { text: string };
  expect(text).toContain(sales.id);
  expect(text.split('\n').filter((line) => line.includes('"ada"'))).toHaveLength(1);
});

describe('settings', () => {
  const RULES = [rule('sales', ['Sales']), rule('any'), rule('support', ['Support']), rule('late', ['Sales'])];
  async function withRules(options: HarnessOptions = {}) {
    const opened = await open(options);
    const before = await read(opened.harness, opened.ada);
    await save(opened.harness, opened.ada, { ...before, rules: { ...before.rules, rules: RULES } as never });
    return opened;
  }
  const ids = ({ rules }: EmailSettingsResponse) => rules.rules.map(({ id }) => id);

  test('shows the rules and queues that are theirs, and the rest of the settings', async () => {
    const { harness, sue, eve, ada } = await withRules();
    expect(await read(harness, sue)).toMatchObject({
      ownQueues: ['Sales'],
      queues: ['Sales'],
      settings: { recipients: [{ address: 'admin@example.com' }] },
    });
    expect(ids(await read(harness, sue))).toEqual(['sales', 'late']);
    expect(await read(harness, eve)).toMatchObject({ ownQueues: [], queues: [], rules: { rules: [] } });
    expect(ids(await read(harness, ada))).toEqual(['sales', 'any', 'support', 'late']);
    expect(await read(harness, ada)).not.toHaveProperty('ownQueues');
  });

  test('merges their rules into the whole: in their own places, new ones last', async () => {
    const { harness, sue, ada } = await withRules();
    const before = await read(harness, sue);
    const [sales, late] = before.rules.rules;
    const rules = { ...before.rules, rules: [late!, sales!, rule('new', ['Sales'])] as never };
    const answer = await save(harness, sue, { ...before, rules });
    expect(answer.status).toBe(200);
    const saved = (await answer.json()) as EmailSettingsResponse;
    expect(ids(saved)).toEqual(['late', 'sales', 'new']);
    expect(ids(await read(harness, ada))).toEqual(['late', 'any', 'support', 'sales', 'new']);
    // What was answered is what a later save is made from.
    expect((await save(harness, sue, { ...saved, rules: { ...saved.rules, rules: [] } })).status).toBe(200);
    expect(ids(await read(harness, ada))).toEqual(['any', 'support']);
  });

  test('a rewritten request cannot change anything else, and the attempt is in the audit', async () => {
    const { harness, sue, eve, ada } = await withRules();
    const mine = await read(harness, sue);
    const whole = await read(harness, ada);
    const own = mine.rules.rules;
    const settings = (change: object) => ({ ...mine, settings: { ...mine.settings, ...change } });
    const rules = (...list: object[]) => ({ ...mine, rules: { ...mine.rules, rules: list as never } });
    const attempts = {
      recipients: settings({ recipients: [{ address: 'sue@example.com' }] }),
      archive: settings({ archive: { address: 'sue@example.com' } }),
      off: settings({ enabled: false }),
      zone: settings({ time_zone: 'America/New_York' }),
      numbers: settings({ show_callers: true }),
      unknown: settings({ ownQueues: ['Support'] }),
      match: { ...mine, rules: { ...mine.rules, match: 'all' as const } },
      holidays: { ...mine, rules: { ...mine.rules, holidays: [{ date: '2026-12-25' }] } },
      forAll: rules(...own, rule('x')),
      foreign: rules(...own, rule('x', ['Support'])),
      widened: rules({ ...own[0]!, queues: ['Sales', 'Support'] }, own[1]!),
      lockedId: rules(...own, rule('support', ['Sales'])),
      replayed: whole,
    };
    for (const [name, attempt] of Object.entries(attempts))
      expect({ name, ...(await refusal(await save(harness, sue, attempt))) }).toMatchObject({ name, ...NOT_YOURS });
    expect(await refusal(await save(harness, eve, { ...mine, rules: { ...mine.rules, rules: own } }))).toMatchObject(
      NOT_YOURS,
    );
    expect(await read(harness, ada)).toMatchObject({ revision: whole.revision, rules: whole.rules });
    expect(await harness.readAudit(ada, { Act: 'save-settings', Worker: sue.sid })).toMatchObject([
      { result: 'refused', code: 'not-your-queue' },
    ]);

    expect(ids(await read(harness, sue))).toEqual(['sales', 'late']);
  });

  test('a save from an older revision is a conflict, which shows no more than they may see', async () => {
    const { harness, sue, ada } = await withRules();
    const before = await read(harness, sue);
    const whole = await read(harness, ada);
    await save(harness, ada, { ...whole, settings: { ...whole.settings, footer: 'Clinic' } });
    const refused = await refusal(await save(harness, sue, { ...before, rules: { ...before.rules, rules: [] } }));
    expect(refused).toMatchObject({ status: 409, code: 'conflict', current: { settings: { footer: 'Clinic' } } });
    expect(ids(refused.current!)).toEqual(['sales', 'late']);
  });

  test('an address and a logo of others that have become invalid do not keep them from saving', async () => {
    const { harness, sue, ada } = await withRules({
      environment: { ALLOWED_EMAIL_DOMAINS: 'example.com,partner.example', LOGO_HOSTS: 'partner.example' },
    });
    const whole = await read(harness, ada);
    const others = rule('partners', ['Support'], 'bo@partner.example');
    const settings = {
      ...whole.settings,
      recipients: [{ address: 'all@partner.example' }],
      archive: { address: 'archive@partner.example' },
      logo_url: 'https://partner.example/logo.png',
    };
    const rules = { ...whole.rules, rules: [others, ...whole.rules.rules] as never };
    expect((await save(harness, ada, { ...whole, settings, rules })).status).toBe(200);
    await harness.redeploy({
      ALLOWED_EMAIL_DOMAINS: 'example.com',
      LOGO_HOSTS: 'www.example.com',
      SUPERVISOR_QUEUES: JSON.stringify({ [sue.sid]: ['Sales'], [ada.sid]: 'all' }),
    });

    const mine = await read(harness, sue);
    const [sales, late] = mine.rules.rules;
    const own = (...list: object[]) => ({ ...mine, rules: { ...mine.rules, rules: list as never } });
    // Their own must be right.
    const wrong = rule('new', ['Sales'], 'eve@partner.example');
    expect(await refusal(await save(harness, sue, own(sales!, late!, wrong)))).toMatchObject({
      status: 422,
      code: 'domain-not-allowed',
      fields: [{ path: 'rules.2.recipients.0.address' }],
    });
    expect((await save(harness, sue, own(late!, rule('new', ['Sales'])))).status).toBe(200);
    const after = await read(harness, ada);
    expect(ids(after)).toEqual(['partners', 'late', 'any', 'support', 'new']);
    expect(after.settings).toMatchObject(settings);
    expect(after.rules.rules[0]).toEqual(others);
    // A supervisor of all queues has to correct them.
    expect(
      await refusal(await save(harness, ada, { ...after, settings: { ...after.settings, footer: 'x' } })),
    ).toMatchObject({ status: 422, code: 'domain-not-allowed' });
  });

  test('they do not replace settings that cannot be read', async () => {
    const { harness, sue } = await withRules();
    const { revision: _old, ...before } = await read(harness, sue);
    await harness.setDocument('email-settings', { version: 1, enabled: 'perhaps' });
    const { revision } = await read(harness, sue);
    expect(await refusal(await save(harness, sue, { ...before, revision }, { Replace: 'true' }))).toMatchObject(
      NOT_YOURS,
    );
  });

  test('they confirm recipients of their own rules alone', async () => {
    const { harness, sue, ada } = await withRules();
    const bo = harness.signIn('bo', ['supervisor'], 'Offline');
    await harness.redeploy({
      RECIPIENT_CONFIRMATION: 'required',
      SUPERVISOR_QUEUES: JSON.stringify({ [sue.sid]: ['Sales'], [bo.sid]: ['Sales'], [ada.sid]: 'all' }),
    });
    const whole = await read(harness, ada);
    const more = [rule('s2', ['Sales'], 'a@example.com'), rule('x2', ['Support'], 'b@example.com')];
    await save(harness, ada, { ...whole, rules: { ...whole.rules, rules: [...whole.rules.rules, ...more] as never } });
    const seen = await read(harness, sue);
    expect(seen.unconfirmed?.map(({ address }) => address)).toEqual(['a@example.com']);
    const decide = (worker: Worker, Address: string, Revision: string) =>
      harness.postFlex('email-settings', worker.token, { Action: 'confirm', Address, Revision });
    expect(await refusal(await decide(sue, 'b@example.com', seen.revision))).toMatchObject(NOT_YOURS);
    expect((await decide(sue, 'a@example.com', seen.revision)).status).toBe(200);
    // Their own additions need somebody else as well.
    const mine = await read(harness, sue);
    const added = [...mine.rules.rules, rule('s3', ['Sales'], 'c@example.com')];
    await save(harness, sue, { ...mine, rules: { ...mine.rules, rules: added as never } });
    const { revision } = await read(harness, sue);
    expect(await refusal(await decide(sue, 'c@example.com', revision))).toMatchObject({ code: 'own-recipient' });
    expect((await decide(bo, 'c@example.com', revision)).status).toBe(200);
  });
});

test('while the variable is malformed, nobody sees anything, and the log names it', async () => {
  const { harness, ada } = await open();
  await leaveOneInEachQueue(harness);
  await harness.redeploy({ SUPERVISOR_QUEUES: '{"*":"all"' });
  expect((await history(harness, ada)).items).toEqual([]);
  expect(harness.functionLogs().some((line) => line.includes('SUPERVISOR_QUEUES'))).toBe(true);
});
