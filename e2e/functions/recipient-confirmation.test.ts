import type { EmailAdminErrorResponse, EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** With RECIPIENT_CONFIRMATION=required, who one supervisor adds gets no mail until another one confirms them. */
type Worker = ReturnType<Harness['signIn']>;
const REQUIRED = { RECIPIENT_CONFIRMATION: 'required' };

async function open({ environment = REQUIRED, settings = {} }: HarnessOptions = {}) {
  const harness = await openHarness({ environment, settings });
  return {
    harness,
    sue: harness.signIn('sue', ['supervisor'], 'Offline'),
    ada: harness.signIn('ada', ['admin'], 'Offline'),
  };
}
const read = async (harness: Harness, worker: Worker) =>
  (await (await harness.postFlex('email-settings', worker.token)).json()) as EmailSettingsResponse;
const save = (harness: Harness, worker: Worker, before: EmailSettingsResponse, settings: object, rules: object = {}) =>
  harness.postFlex('email-settings', worker.token, {
    Action: 'save',
    Settings: JSON.stringify({ ...before.settings, ...settings }),
    Rules: JSON.stringify({ ...before.rules, ...rules }),
    Revision: before.revision,
  });
const decide = async (
  harness: Harness,
  worker: Worker,
  Action: 'confirm' | 'reject',
  Address: string,
  Revision?: string,
) =>
  harness.postFlex('email-settings', worker.token, {
    Action,
    Address,
    Revision: Revision ?? (await read(harness, worker)).revision,
  });
const refusal = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as EmailAdminErrorResponse),
});
const to = (...addresses: string[]) => ({ recipients: addresses.map((address) => ({ address })) });
const waiting = async (harness: Harness, worker: Worker) =>
  (await read(harness, worker)).unconfirmed?.map(({ address }) => address);
/** Whom a voicemail is mailed to that is left now. */
async function mailedTo(harness: Harness): Promise<string[]> {
  const before = (await voicemailsTo(harness)).length;
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const all = await voicemailsTo(harness);
  // The newest come first.
  return all.slice(0, all.length - before);
}
const voicemailsTo = async (harness: Harness) =>
  (await harness.mails()).filter(({ subject }) => /Voicemail from/.test(subject)).flatMap((mail) => mail.to);

test('who is added waits for another supervisor, and gets mails once that one confirms', async () => {
  const { harness, sue, ada } = await open();
  const both = to('admin@example.com', 'new@example.com');
  expect((await save(harness, sue, await read(harness, sue), both)).status).toBe(200);
  expect((await read(harness, sue)).unconfirmed).toEqual([
    { address: 'new@example.com', addedBy: 'sue', addedAt: expect.stringMatching(/^2026-/), isOwn: true },
  ]);
  expect((await read(harness, ada)).unconfirmed).toMatchObject([{ address: 'new@example.com', isOwn: false }]);
  expect(await mailedTo(harness)).toEqual(['admin@example.com']);

  const answer = await decide(harness, ada, 'confirm', 'new@example.com');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ unconfirmed: [], settings: both, savedBy: 'ada' });
  expect((await mailedTo(harness)).sort()).toEqual(['admin@example.com', 'new@example.com']);
  expect(await harness.readAudit(ada, { Act: 'confirm-recipient' })).toMatchObject([
    { act: 'confirm-recipient', by: ada.sid, detail: 'new@example.com', result: 'done' },
  ]);
});

test('ADMIN_EMAIL reads that an address waits, and who confirmed or rejected it', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('admin@example.com', 'new@example.com', 'bad@example.com'));
  await decide(harness, ada, 'confirm', 'new@example.com');
  await decide(harness, ada, 'reject', 'bad@example.com');
  await harness.runOutboxSweep();
  const texts = (await harness.mails()).map(({ text }) => text);
  expect(texts).toHaveLength(3);
  expect(texts).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^New addresses get no mail until another supervisor confirms them\.$/m),
      expect.stringMatching(/^Confirmed recipient: new@example\.com$/m),
      expect.stringMatching(/^Rejected recipient: bad@example\.com\nRemoved recipient: bad@example\.com$/m),
    ]),
  );
});

test('when all recipients wait, the mail waits, the history says why, and it goes out after a confirmation', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('new@example.com'));
  expect(await mailedTo(harness)).toEqual([]);
  expect(harness.productTasks()).toHaveLength(1);
  const history = await (await harness.postFlex('email-history', sue.token)).json();
  const [item] = (history as { items: { voicemail_id: string }[] }).items;
  expect(item).toMatchObject({ email: { state: 'pending', problem: 'recipients-unconfirmed' } });
  // Sending it again does not help.
  const resent = await harness.postFlex('email-resend', sue.token, { Voicemail: item!.voicemail_id });
  expect(await resent.json()).toEqual({ sent: 0, queued: 1, failed: 0 });
  expect(await voicemailsTo(harness)).toEqual([]);

  expect((await decide(harness, ada, 'confirm', 'new@example.com')).status).toBe(200);
  await harness.advance(5 * 60_000);
  await harness.runOutboxSweep();
  await harness.advance(60_000);
  expect(await voicemailsTo(harness)).toEqual(['new@example.com']);
});

test('after three days without a confirmation the mail has failed, and can be sent again', async () => {
  const { harness, sue } = await open();
  await save(harness, sue, await read(harness, sue), to('new@example.com'));
  expect(await mailedTo(harness)).toEqual([]);
  await harness.advance(3 * 24 * 60 * 60_000);
  await harness.runOutboxSweep();
  const zoe = harness.signIn('zoe', ['supervisor'], 'Offline');
  await decide(harness, zoe, 'confirm', 'new@example.com');
  const resent = await harness.postFlex('email-resend', zoe.token, { All: 'true' });
  expect(await resent.json()).toEqual({ sent: 1, queued: 0, failed: 0 });
  expect(await voicemailsTo(harness)).toEqual(['new@example.com']);
});

test('an archive and the recipients of rules wait as well; rejecting removes them everywhere', async () => {
  const { harness, sue, ada } = await open();
  const rules = {
    rules: [
      { id: 'sales', queues: ['Sales'], recipients: [{ address: 'eve@example.com' }] },
      {
        id: 'support',
        queues: ['Support'],
        recipients: [{ address: 'eve@example.com' }, { address: 'bo@example.com' }],
      },
    ],
  };
  await save(harness, sue, await read(harness, sue), { archive: { address: 'eve@example.com' } }, rules);
  expect((await waiting(harness, ada))?.sort()).toEqual(['bo@example.com', 'eve@example.com']);
  expect(await mailedTo(harness)).toEqual([]);
  const answer = await decide(harness, ada, 'reject', 'eve@example.com');
  expect(answer.status).toBe(200);
  const after = await read(harness, ada);
  expect(after.settings).not.toHaveProperty('archive');
  expect(after.rules.rules).toMatchObject([{ id: 'support', recipients: [{ address: 'bo@example.com' }] }]);
  expect(await waiting(harness, ada)).toEqual(['bo@example.com']);
});

test('nobody decides on an address of their own, and the attempt is in the audit', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('new@example.com'));
  // Somebody else's save does not make it theirs.
  await save(harness, ada, await read(harness, ada), { recording_format: 'mp3' });
  for (const decision of ['confirm', 'reject'] as const)
    expect(await refusal(await decide(harness, sue, decision, 'new@EXAMPLE.com'))).toMatchObject({
      status: 403,
      code: 'own-recipient',
    });
  expect(await waiting(harness, sue)).toEqual(['new@example.com']);
  expect(await harness.readAudit(ada, { Act: 'confirm-recipient' })).toMatchObject([
    { by: sue.sid, detail: 'new@example.com', result: 'refused', code: 'own-recipient' },
  ]);
});

test('an agent, a guest and a removed worker cannot confirm', async () => {
  const { harness, sue } = await open();
  await save(harness, sue, await read(harness, sue), to('new@example.com'));
  const { revision } = await read(harness, sue);
  const guest = harness.world.flexTokens.issue({ identity: 'guest', roles: ['guest'], workerSid: '' });
  const removed = harness.signIn('ron', ['admin'], 'Offline');
  harness.world.taskRouter.removeWorker(removed.sid);
  const tokens = [harness.signIn('eve', undefined, 'Offline').token, guest.token, removed.token];
  const fields = { Action: 'confirm', Address: 'new@example.com', Revision: revision };
  const answers = await Promise.all(tokens.map((token) => harness.postFlex('email-settings', token, fields)));
  expect(answers.map(({ status }) => status)).toEqual([403, 401, 401]);
  expect(await waiting(harness, sue)).toEqual(['new@example.com']);
});

test('what a browser sends as confirmed or as saved has no effect', async () => {
  const { harness, sue, ada } = await open();
  const forged = {
    ...to('new@example.com'),
    unconfirmed: [],
    additions: [],
    saved: { by: 'ada', at: '2026-01-01T00:00:00Z', unconfirmed_document: 'email-unconfirmed-0', audit_key: 'x' },
  };
  expect((await save(harness, sue, await read(harness, sue), forged, { unconfirmed: [] })).status).toBe(200);
  expect((await read(harness, ada)).unconfirmed).toMatchObject([{ address: 'new@example.com', addedBy: 'sue' }]);
  // An older copy of the settings, sent again, adds the address as her own.
  const old = await read(harness, sue);
  await decide(harness, ada, 'reject', 'new@example.com');
  expect(await refusal(await save(harness, sue, old, to('new@example.com')))).toMatchObject({ code: 'conflict' });
  await save(harness, sue, { ...old, revision: (await read(harness, sue)).revision }, to('new@example.com'));
  expect((await read(harness, sue)).unconfirmed).toMatchObject([{ address: 'new@example.com', isOwn: true }]);
  expect(await mailedTo(harness)).toEqual([]);
});

test('who was confirmed, removed and added again waits again', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('admin@example.com', 'new@example.com'));
  await decide(harness, ada, 'confirm', 'new@example.com');
  await save(harness, ada, await read(harness, ada), to('admin@example.com'));
  await save(harness, sue, await read(harness, sue), to('admin@example.com', 'new@example.com'));
  expect(await waiting(harness, ada)).toEqual(['new@example.com']);
});

test('a confirmation that is sent again, or made from an older revision, is a conflict', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('a@example.com', 'b@example.com'));
  const { revision } = await read(harness, ada);
  expect((await decide(harness, ada, 'confirm', 'a@example.com', revision)).status).toBe(200);
  const again = await refusal(await decide(harness, ada, 'confirm', 'a@example.com', revision));
  expect(again).toMatchObject({
    status: 409,
    code: 'conflict',
    current: { unconfirmed: [{ address: 'b@example.com' }] },
  });
  const settled = await refusal(await decide(harness, ada, 'confirm', 'a@example.com'));
  expect(settled).toMatchObject({ status: 409, code: 'nothing-to-confirm' });
  expect(await refusal(await decide(harness, ada, 'confirm', 'no address'))).toMatchObject({ status: 422 });
});

test('of a save and confirmations at the same moment, exactly one succeeds', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('a@example.com', 'b@example.com'));
  const before = await read(harness, ada);
  const answers = await Promise.all([
    decide(harness, ada, 'confirm', 'a@example.com', before.revision),
    decide(harness, ada, 'confirm', 'b@example.com', before.revision),
    decide(harness, ada, 'reject', 'a@example.com', before.revision),
    save(harness, sue, before, to('a@example.com', 'c@example.com')),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
});

test('a test mail to an address that waits is refused, and sent once it is confirmed', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('new@example.com'));
  const { settings } = await read(harness, sue);
  const sendTest = () =>
    harness.postFlex('email-test', sue.token, {
      Address: 'new@example.com',
      Settings: JSON.stringify({ ...settings, unconfirmed: [] }),
    });
  expect(await refusal(await sendTest())).toMatchObject({ status: 409, code: 'recipient-unconfirmed' });
  await decide(harness, ada, 'confirm', 'new@example.com');
  expect((await sendTest()).status).toBe(200);
});

test('with the option off everybody gets mails; who was added meanwhile counts as confirmed', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('new@example.com'));
  await harness.redeploy({ RECIPIENT_CONFIRMATION: 'off' });
  expect(await read(harness, ada)).not.toHaveProperty('unconfirmed');
  expect(await mailedTo(harness)).toEqual(['new@example.com']);
  await save(harness, sue, await read(harness, sue), to('new@example.com', 'later@example.com'));
  // Who waited before still does.
  await harness.redeploy(REQUIRED);
  expect(await waiting(harness, ada)).toEqual(['new@example.com']);
  expect(await mailedTo(harness)).toEqual(['later@example.com']);
});

test('when the list of who waits is missing, nobody gets mail until a save, after which all wait', async () => {
  const { harness, sue, ada } = await open();
  await save(harness, sue, await read(harness, sue), to('admin@example.com', 'new@example.com'));
  harness.injectFault({
    host: 'sync.twilio.com',
    method: 'GET',
    path: /email-unconfirmed-/,
    kind: 'status',
    status: 404,
  });
  expect(await mailedTo(harness)).toEqual([]);
  const shown = await read(harness, sue);
  expect(shown.source).toBe('corrupt');
  expect(await refusal(await decide(harness, ada, 'confirm', 'new@example.com', shown.revision))).toMatchObject({
    code: 'settings-corrupt',
  });
  const replaced = await harness.postFlex('email-settings', sue.token, {
    Action: 'save',
    Settings: JSON.stringify(shown.settings),
    Rules: JSON.stringify(shown.rules),
    Revision: shown.revision,
    Replace: 'true',
  });
  expect(((await replaced.json()) as EmailSettingsResponse).unconfirmed).toHaveLength(2);
});
