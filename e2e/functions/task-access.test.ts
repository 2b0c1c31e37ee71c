import { closeHarnesses } from '../support/harness';
import { acceptVoicemailAsSam, codeOf, type Worker } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** Who may do what with a task: the agent who holds it, and supervisors. */
const PAGES = ['voicemail', 'voicemail-audio', 'requeue-callback'] as const;

test.each(PAGES)('%s: allows the agent who holds the task and supervisors, no other agent', async (page) => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const eve = harness.signIn('eve');
  const sue = harness.signIn('sue', ['supervisor']);
  const ask = (worker: Worker) => harness.postFlex(page, worker.token, { TaskSid: task.sid });
  const refused = await ask(eve);
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'not-yours']);
  expect((await ask(sam)).status).toBeLessThan(300);
  if (page !== 'requeue-callback') expect((await ask(sue)).status).toBeLessThan(300);
});

test.each(PAGES)('%s: rewriting the attributes of a held task gives no access to another entry', async (page) => {
  const { harness, task } = await acceptVoicemailAsSam();
  await harness.leaveVoicemail({ from: '+12025550199' });
  await harness.advance(60_000);
  const eve = harness.signIn('eve');
  await harness.advance(1_000);
  const own = harness.productTasks().find(({ sid }) => sid !== task.sid)!;
  harness.accept(eve, own.sid);
  harness.setAttributes(own.sid, {
    ...own.attributes,
    callback_and_voicemail: task.attributes.callback_and_voicemail,
    callBackData: task.attributes.callBackData,
  });
  const answer = await harness.postFlex(page, eve.token, { TaskSid: own.sid });
  expect([answer.status, await codeOf(answer)]).toEqual([403, 'not-this-task']);
  for (const id of ['email-settings', '../x', 'voicemail-CA', undefined, { a: 1 }]) {
    harness.setAttributes(own.sid, { ...own.attributes, callback_and_voicemail: { voicemail_id: id } });
    expect((await harness.postFlex(page, eve.token, { TaskSid: own.sid })).status).toBe(404);
  }
});

test.each([...PAGES, 'delete-voicemail', 'sweep'] as const)(
  '%s: refuses requests without a valid token',
  async (page) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    for (const [token, expected] of [
      [undefined, 'token-missing'],
      ['', 'token-missing'],
      ['nonsense', 'token-invalid'],
      ['x y', 'token-invalid'],
      ['a'.repeat(20_000), 'token-invalid'],
    ] as const) {
      const answer = await harness.postFlex(page, token, { TaskSid: task.sid });
      expect([answer.status, await codeOf(answer)]).toEqual([401, expected]);
    }
    await harness.advance(61 * 60_000);
    const expired = await harness.postFlex(page, sam.token, { TaskSid: task.sid });
    expect([expired.status, await codeOf(expired)]).toEqual([401, 'token-invalid']);
  },
);

test('asks Twilio once a minute about a token that it refused, and never about what is no token', async () => {
  const { harness, task } = await acceptVoicemailAsSam();
  const post = async (token: string) => (await harness.postFlex('voicemail', token, { TaskSid: task.sid })).status;
  const mark = harness.requestCount();
  const validations = () => harness.requestsSince(mark).filter(({ host }) => host === 'iam.twilio.com').length;
  const garbage = Array.from({ length: 30 }, (_, n) => `eyJh..${n}`);
  for (const token of [...garbage, ...garbage]) expect(await post(token)).toBe(401);
  expect(validations()).toBe(30);
  for (let n = 0; n < 30; n += 1) expect(await post(`garbage ${n}`)).toBe(401);
  expect(validations()).toBe(30);
  await harness.advance(60_000);
  expect(await post(garbage[0]!)).toBe(401);
  expect(validations()).toBe(31);
});

test.each([400, 401, 403, 404])(
  'when Twilio’s validator answers %d and our credentials are good, asks the user to sign in again',
  async (status) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    harness.injectFault({ host: 'iam.twilio.com', kind: 'status', status });
    const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'token-invalid']);
  },
);

test.each([401, 403])('when Twilio answers our own credentials %d, never asks to sign in again', async (status) => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  harness.injectFault({ host: 'iam.twilio.com', kind: 'status', status });
  harness.injectFault({ host: 'api.twilio.com', kind: 'status', status });
  const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
  expect([answer.status, await codeOf(answer)]).toEqual([503, 'misconfigured']);
});

test('refuses to delete for agents, and says that only supervisors may', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const answer = await harness.postFlex('delete-voicemail', sam.token, { TaskSid: task.sid });
  expect([answer.status, await codeOf(answer)]).toEqual([403, 'role-missing']);
  expect(harness.recordings()).toHaveLength(1);
});

test.each([
  ['too short', 'WT123'],
  ['in lower case', `wt${'a'.repeat(32)}`],
  ['a path', '../Tasks'],
  ['empty', ''],
  ['missing', undefined],
])('refuses a TaskSid that is %s', async (_what, sid) => {
  const { harness, sam } = await acceptVoicemailAsSam();
  const answer = await harness.postFlex('voicemail', sam.token, sid === undefined ? {} : { TaskSid: sid });
  expect([answer.status, await codeOf(answer)]).toEqual([400, 'bad-task-sid']);
});

test('only pages from FLEX_ORIGINS may read the answer', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const allowed = async (origin: string) =>
    (await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid }, origin)).headers.get(
      'access-control-allow-origin',
    );
  expect(await allowed('https://flex.twilio.com')).toBe('https://flex.twilio.com');
  expect(await allowed('https://flex.twilio.com.example.com')).toBeNull();
  expect(await allowed('null')).toBeNull();
});

test.each([
  [
    "Twilio's token validator fails",
    { host: 'iam.twilio.com', kind: 'status', status: 500 },
    502,
    'twilio-unavailable',
  ],
  [
    "Twilio's token validator breaks the connection",
    { host: 'iam.twilio.com', kind: 'reset' },
    502,
    'twilio-unavailable',
  ],
  [
    "Twilio's token validator does not answer",
    { host: 'iam.twilio.com', kind: 'no-answer' },
    502,
    'twilio-unavailable',
  ],
  [
    "Twilio's token validator is throttled",
    { host: 'iam.twilio.com', kind: 'status', status: 429 },
    429,
    'rate-limited',
  ],
  [
    'TaskRouter is unavailable',
    { host: 'taskrouter.twilio.com', kind: 'status', status: 503 },
    502,
    'twilio-unavailable',
  ],
  ['TaskRouter answers nonsense', { host: 'taskrouter.twilio.com', kind: 'garbage' }, 502, 'twilio-unavailable'],
  ['Sync fails', { host: 'sync.twilio.com', kind: 'status', status: 500 }, 502, 'twilio-unavailable'],
] as const)('when %s, the answer never says "unauthorized"', async (_what, fault, status, expected) => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  harness.injectFault(fault);
  const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
  expect([answer.status, await codeOf(answer)]).toEqual([status, expected]);
});
