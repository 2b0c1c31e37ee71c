import { readdirSync } from 'node:fs';
import path from 'node:path';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** Every Function for people in Flex, found in its folder, against everybody who could ask. */
const folder = path.resolve(
  __dirname,
  '../../serverless-functions/src/functions/features/callback-and-voicemail-with-email/flex',
);
const FUNCTIONS = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.replace(/(\.protected|\.private)?\.ts$/, ''));

/** Who may: whoever is signed in and holds the task, whoever is signed in, or supervisors and admins alone. */
const ALLOWED_CALLERS: Record<string, 'holder' | 'everybody' | 'supervisors'> = {
  voicemail: 'holder',
  'voicemail-audio': 'holder',
  'requeue-callback': 'holder',
  'delete-voicemail': 'supervisors',
  sweep: 'everybody',
  'email-settings': 'supervisors',
  'email-history': 'supervisors',
  'email-test': 'supervisors',
  'email-resend': 'supervisors',
};
/** What each is asked for so that, of those who may, it would do something. */
const REQUEST_FIELDS: Record<string, Record<string, string>> = {
  'email-settings': {
    Action: 'save',
    Settings: JSON.stringify({ version: 1, enabled: false, recipients: [{ address: 'eve@example.com' }] }),
    Rules: JSON.stringify({ version: 1, rules: [] }),
    Revision: '',
  },
  'email-test': { Address: 'eve@example.com' },
  'email-resend': { All: 'true' },
};

test('every Function there is has its line here', () => {
  expect(FUNCTIONS.sort()).toEqual(Object.keys(ALLOWED_CALLERS).sort());
});

/** A voicemail whose mail was refused, so that there is something to be had, heard, sent and deleted. */
async function openHarnessWithVoicemail() {
  const harness = await openHarness();
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  removeFault();
  const holder = harness.signIn('holder');
  await harness.advance(1_000);
  const task = harness.productTasks()[0]!;
  harness.accept(holder, task.sid);
  return { stage: harness, holder, task };
}
const callFunction = (harness: Harness, page: string, token: string | undefined, TaskSid: string) =>
  harness.postFlex(page, token, { TaskSid, ...REQUEST_FIELDS[page] });

/** What must be as it was when nobody did anything: settings, mails, the recording, the task. */
async function observableState(harness: Harness) {
  return {
    settings: await harness.document('email-settings'),
    tests: await harness.document('email-tests'),
    mails: (await harness.mails()).length,
    asked: harness.mailgunRequestCount(),
    recordings: harness.recordings().length,
    tasks: harness.productTasks().map(({ sid, assignmentStatus }) => [sid, assignmentStatus]),
  };
}

/** @returns the token, and the code everybody with it is refused with */
type Stranger = (harness: Harness) => [token: string | undefined, code: string];
const STRANGERS: Record<string, Stranger> = {
  'without a token': () => [undefined, 'token-missing'],
  'with an empty token': () => ['', 'token-missing'],
  'with a token of their own making': () => [
    `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..${'A'.repeat(86)}`,
    'token-invalid',
  ],
  'with an unsigned token that says admin': () => [
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"roles":["admin"]}').toString('base64url')}.`,
    'token-invalid',
  ],
  'with a token changed in one letter': (harness) => {
    const { token } = harness.signIn('changed', ['admin'], 'Offline');
    return [`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, 'token-invalid'];
  },
  'with an expired token of an admin': (harness) => {
    const worker = harness.signIn('late', ['admin'], 'Offline');
    const { token } = harness.world.flexTokens.issue({
      identity: 'late',
      roles: ['admin'],
      workerSid: worker.sid,
      expiresAt: Date.now() - 1,
    });
    return [token, 'token-invalid'];
  },
  // Twilio's validator of this account knows no token of another.
  'with an admin’s token of another account': () => [
    `${Buffer.from('{"alg":"dir","enc":"A256GCM","kid":"AC2"}').toString('base64url')}..${'B'.repeat(86)}`,
    'token-invalid',
  ],
  'with a guest’s token, which names no worker': (harness) => {
    const { token } = harness.world.flexTokens.issue({ identity: 'guest', roles: ['guest'], workerSid: '' });
    return [token, 'token-invalid'];
  },
  'with a header’s worth of line breaks': () => ['x\r\nX-Role: admin', 'token-invalid'],
};

describe.each(FUNCTIONS)('flex/%s', (page) => {
  test.each(Object.entries(STRANGERS))('nobody %s', async (_who, stranger) => {
    const { stage: harness, task } = await openHarnessWithVoicemail();
    const before = await observableState(harness);
    const [token, code] = stranger(harness);
    const answer = await callFunction(harness, page, token, task.sid);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, code]);
    expect(await observableState(harness)).toEqual(before);
  });

  test.each([
    ['an agent', ['agent']],
    ['a guest who is a worker', ['guest']],
    ['somebody with no role', []],
    ['somebody whose role only looks like one', ['Supervisor', 'admin ', 'superadmin', 'flex.supervisor']],
  ])('%s who does not hold the task', async (_who, roles) => {
    const { stage: harness, task } = await openHarnessWithVoicemail();
    const before = await observableState(harness);
    const eve = harness.signIn('eve', roles, 'Offline');
    const answer = await callFunction(harness, page, eve.token, task.sid);
    if (ALLOWED_CALLERS[page] === 'everybody') {
      expect(answer.status).toBe(200);
      return;
    }
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      403,
      ALLOWED_CALLERS[page] === 'supervisors' ? 'role-missing' : 'not-yours',
    ]);
    expect(await observableState(harness)).toEqual(before);
  });

  test('the agent who holds the task', async () => {
    const { stage: harness, holder, task } = await openHarnessWithVoicemail();
    const answer = await callFunction(harness, page, holder.token, task.sid);
    if (ALLOWED_CALLERS[page] === 'supervisors') {
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'role-missing']);
      return;
    }
    expect(answer.status).toBeLessThan(300);
  });

  test.each(['supervisor', 'admin'])('a %s', async (role) => {
    const { stage: harness, task } = await openHarnessWithVoicemail();
    const sue = harness.signIn('sue', [role], 'Offline');
    expect((await callFunction(harness, page, sue.token, task.sid)).status).toBeLessThan(300);
  });

  test('Twilio’s validator is out of reach: not told as "sign in again"', async () => {
    const { stage: harness, task } = await openHarnessWithVoicemail();
    const before = await observableState(harness);
    const sue = harness.signIn('sue', ['admin'], 'Offline');
    harness.injectFault({ host: 'iam.twilio.com', kind: 'status', status: 503 });
    expect((await callFunction(harness, page, sue.token, task.sid)).status).toBe(502);
    expect(await observableState(harness)).toEqual(before);
  });

  test('no secret, number or address of an answer or a refusal gets into the log', async () => {
    const { stage: harness, holder, task } = await openHarnessWithVoicemail();
    const sue = harness.signIn('sue', ['admin'], 'Offline');
    for (const token of [undefined, 'nonsense', holder.token, sue.token])
      await callFunction(harness, page, token, task.sid);
    const logs = harness.functionLogs().join('\n');
    for (const secret of [
      ...harness.secrets(),
      sue.token,
      holder.token,
      '2025550123',
      'eve@example.com',
      'admin@example.com',
    ])
      expect(logs).not.toContain(secret);
  });
});
