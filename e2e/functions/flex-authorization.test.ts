import { readdirSync } from 'node:fs';
import path from 'node:path';
import { closeHarnesses, type Harness, openHarnessOverHttp } from '../support/harness';

afterAll(closeHarnesses);

/** Every Function for people in Flex, found in its folder, against everyone who could call it. */
const folder = path.resolve(
  __dirname,
  '../../serverless-functions/src/functions/features/callback-and-voicemail-with-email/flex',
);
const FUNCTIONS = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.replace(/(\.protected|\.private)?\.ts$/, ''));

/**
 * Who may call it: the agent who holds the task and supervisors, who holds the task alone, everyone who is signed in, or
 * supervisors only.
 */
const ALLOWED_CALLERS: Record<string, 'holder' | 'holder-alone' | 'everyone' | 'supervisors'> = {
  voicemail: 'holder',
  'voicemail-audio': 'holder',
  'requeue-callback': 'holder',
  'confirm-caller': 'holder-alone',
  'delete-voicemail': 'supervisors',
  sweep: 'everyone',
  'email-settings': 'supervisors',
  'email-history': 'supervisors',
  audit: 'supervisors',
  'email-delivery': 'supervisors',
  'email-test': 'supervisors',
  'email-preview': 'supervisors',
  'email-resend': 'supervisors',
  'restore-task': 'supervisors',
  'personal-data': 'supervisors',
  reconcile: 'supervisors',
};
/** Fields with which the Function would change something for a caller who is allowed to. */
const REQUEST_FIELDS: Record<string, Record<string, string>> = {
  'email-settings': {
    Action: 'save',
    Settings: JSON.stringify({ version: 1, enabled: false, recipients: [{ address: 'eve@example.com' }] }),
    Rules: JSON.stringify({ version: 1, rules: [] }),
    Revision: '',
  },
  'email-test': { Address: 'eve@example.com' },
  'email-preview': { Settings: JSON.stringify({ version: 1, enabled: true, recipients: [] }) },
  'email-resend': { All: 'true' },
  'personal-data': { Action: 'erase', Number: '+12025550123' },
  reconcile: { Action: 'run', From: '2026-11-22', To: '2026-11-22' },
};

test('every Function for Flex is covered by this file', () => {
  expect(FUNCTIONS.sort()).toEqual(Object.keys(ALLOWED_CALLERS).sort());
});

/** A voicemail whose mail was refused, held by an agent: there is something to read, play, send, delete, and ask. */
async function openHarnessWithVoicemail() {
  const harness = await openHarnessOverHttp({ environment: { UNVERIFIED_CALLERS: 'confirm' } });
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  removeFault();
  const holder = harness.signIn('holder');
  await harness.advance(1_000);
  const task = harness.productTasks()[0]!;
  harness.accept(holder, task.sid);
  return { harness, holder, task };
}
type Setup = Awaited<ReturnType<typeof openHarnessWithVoicemail>>;
async function callFunction({ harness, task }: Setup, page: string, token: string | undefined) {
  const response = await harness.postFlex(page, token, {
    TaskSid: task.sid,
    ...(page === 'restore-task' ? { Voicemail: voicemailIdOf(task) } : REQUEST_FIELDS[page]),
  });
  // Whatever the answer, no browser keeps it or takes it for another type.
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('cache-control')).toBe('no-store');
  return response;
}
const voicemailIdOf = ({ attributes }: Setup['task']) =>
  String((attributes.callback_and_voicemail as { voicemail_id: unknown }).voicemail_id);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

/** What a refused request must not change: settings, mails, the recording, the task. */
async function observableState({ harness }: Setup) {
  return {
    settings: await harness.document('email-settings'),
    tests: await harness.document('email-tests'),
    mails: (await harness.mails()).length,
    mailgunRequests: harness.mailgunRequestCount(),
    recordings: harness.recordings().length,
    calls: harness.voice.list().length,
    tasks: harness.productTasks().map(({ sid, assignmentStatus }) => [sid, assignmentStatus]),
  };
}

/** @returns the token, and the code with which requests with it are refused */
type Credentials = (harness: Harness) => [token: string | undefined, code: string];
const INVALID_CREDENTIALS: Record<string, Credentials> = {
  'without a token': () => [undefined, 'token-missing'],
  'with an empty token': () => ['', 'token-missing'],
  'with a forged token': () => [
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
  'with an admin’s expired token': (harness) => {
    const worker = harness.signIn('late', ['admin'], 'Offline');
    const { token } = harness.world.flexTokens.issue({
      identity: 'late',
      roles: ['admin'],
      workerSid: worker.sid,
      expiresAt: Date.now() - 1,
    });
    return [token, 'token-invalid'];
  },
  // Twilio's validator for this account does not know tokens of another account.
  'with an admin’s token of another account': () => [
    `${Buffer.from('{"alg":"dir","enc":"A256GCM","kid":"AC2"}').toString('base64url')}..${'B'.repeat(86)}`,
    'token-invalid',
  ],
  'with a guest’s token, which names no worker': (harness) => {
    const { token } = harness.world.flexTokens.issue({ identity: 'guest', roles: ['guest'], workerSid: '' });
    return [token, 'token-invalid'];
  },
  'with line breaks in the token': () => ['x\r\nX-Role: admin', 'token-invalid'],
};

/** One voicemail per Function: the first test proves that no refusal changes anything; the others may use it up. */
describe.each(FUNCTIONS)('flex/%s', (page) => {
  const allowed = ALLOWED_CALLERS[page]!;

  describe('refusals', () => {
    let setup: Setup;
    let stateBefore: Awaited<ReturnType<typeof observableState>>;
    beforeAll(async () => {
      setup = await openHarnessWithVoicemail();
      stateBefore = await observableState(setup);
    });
    afterEach(async () => {
      setup.harness.world.faults.clear();
      expect(await observableState(setup)).toEqual(stateBefore);
    });
    afterAll(closeHarnesses);

    test.each(Object.entries(INVALID_CREDENTIALS))('refuses a request %s', async (_name, credentials) => {
      const [token, code] = credentials(setup.harness);
      const response = await callFunction(setup, page, token);
      expect([response.status, await codeOf(response)]).toEqual([401, code]);
    });

    if (allowed !== 'everyone')
      test.each([
        ['an agent', ['agent']],
        ['a guest who is a worker', ['guest']],
        ['a worker without roles', []],
        ['a worker whose roles only resemble real ones', ['Supervisor', 'admin ', 'superadmin', 'flex.supervisor']],
      ])('refuses %s who does not hold the task', async (name, roles) => {
        const { harness } = setup;
        const eve = harness.signIn(`eve, ${name}`, roles, 'Offline');
        const response = await callFunction(setup, page, eve.token);
        const code = allowed === 'supervisors' ? 'role-missing' : 'not-yours';
        expect([response.status, await codeOf(response)]).toEqual([403, code]);
      });

    if (allowed === 'supervisors')
      test('refuses the agent who holds the task', async () => {
        const response = await callFunction(setup, page, setup.holder.token);
        expect([response.status, await codeOf(response)]).toEqual([403, 'role-missing']);
      });

    test('answers 502 and not "sign in again" when Twilio’s validator cannot be reached', async () => {
      const admin = setup.harness.signIn('admin during the outage', ['admin'], 'Offline');
      setup.harness.injectFault({ host: 'iam.twilio.com', kind: 'status', status: 503 });
      expect((await callFunction(setup, page, admin.token)).status).toBe(502);
    });
  });

  describe('allowed callers', () => {
    afterEach(closeHarnesses);

    if (allowed === 'everyone')
      test.each([
        ['an agent', ['agent']],
        ['a guest who is a worker', ['guest']],
        ['a worker without roles', []],
        ['a worker whose roles only resemble real ones', ['Supervisor', 'admin ', 'superadmin', 'flex.supervisor']],
      ])('accepts %s who does not hold the task', async (_name, roles) => {
        const setup = await openHarnessWithVoicemail();
        const eve = setup.harness.signIn('eve', roles, 'Offline');
        expect((await callFunction(setup, page, eve.token)).status).toBe(200);
      });

    if (allowed !== 'supervisors')
      test('accepts the agent who holds the task', async () => {
        const setup = await openHarnessWithVoicemail();
        expect((await callFunction(setup, page, setup.holder.token)).status).toBeLessThan(300);
      });

    if (allowed !== 'holder-alone')
      test.each(['supervisor', 'admin'])('accepts a worker with the role %s', async (role) => {
        const setup = await openHarnessWithVoicemail();
        const sue = setup.harness.signIn('sue', [role], 'Offline');
        expect((await callFunction(setup, page, sue.token)).status).toBeLessThan(300);
      });

    if (allowed === 'holder-alone')
      test.each(['supervisor', 'admin'])(
        'refuses a worker with the role %s who does not hold the task',
        async (role) => {
          const setup = await openHarnessWithVoicemail();
          const sue = setup.harness.signIn('sue', [role], 'Offline');
          const response = await callFunction(setup, page, sue.token);
          expect([response.status, await codeOf(response)]).toEqual([403, 'not-yours']);
        },
      );

    test('logs no secret, number or address, whether it accepts or refuses', async () => {
      const setup = await openHarnessWithVoicemail();
      const { harness, holder } = setup;
      const sue = harness.signIn('sue', ['admin'], 'Offline');
      for (const token of [undefined, 'nonsense', holder.token, sue.token]) await callFunction(setup, page, token);
      const logs = harness.functionLogs().join('\n');
      const personalData = ['2025550123', 'eve@example.com', 'admin@example.com'];
      for (const secret of [...harness.secrets(), sue.token, holder.token, ...personalData])
        expect(logs).not.toContain(secret);
    });
  });
});
