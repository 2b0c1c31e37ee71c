import { closeHarnesses, openHarnessOverHttp } from '../support/harness';

afterEach(closeHarnesses);

test('a region without Flex is refused in one line, no request leaves, and callers stay in line', async () => {
  const harness = await openHarnessOverHttp({ environment: { TWILIO_REGION: 'ie1' } });
  const caller = await harness.dial({ to: harness.numbers.support });
  await harness.advance(60_000);
  caller.press('*');
  await harness.advance(60_000);
  expect(caller.status()).toBe('in-progress');
  expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
  expect(harness.requestCount()).toBe(0);
  const lines = harness.functionLogs().filter((line) => /"event":"environment"/.test(line));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'error',
      variable: 'TWILIO_REGION',
      advice: 'TWILIO_REGION is malformed: expected us1 or nothing, since Flex is in no other region',
    }),
  ]);
});

test('with an edge, every request to Twilio goes by way of it', async () => {
  const harness = await openHarnessOverHttp({
    environment: { TWILIO_EDGE: 'dublin', TWILIO_REGION: 'us1' },
    settings: {},
  });
  const ana = harness.signIn('ana');
  await harness.leaveVoicemail();
  await harness.advance(30_000);
  const [task] = harness.productTasks();
  harness.accept(ana, task!.sid);
  expect((await harness.postFlex('voicemail-audio', ana.token, { TaskSid: task!.sid })).status).toBe(206);
  const hosts = new Set(harness.requestsSince(0).map(({ host }) => host));
  expect([...hosts].filter((host) => host.endsWith('twilio.com')).sort()).toEqual([
    'api.dublin.us1.twilio.com',
    'iam.dublin.us1.twilio.com',
    'sync.dublin.us1.twilio.com',
    'taskrouter.dublin.us1.twilio.com',
  ]);
  expect(await harness.mails()).toHaveLength(1);
});

test('a malformed edge is said, and requests go by Twilio’s nearest one', async () => {
  const harness = await openHarnessOverHttp({ environment: { TWILIO_EDGE: 'dublin.ie1' } });
  await harness.leaveVoicemail();
  await harness.advance(30_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(new Set(harness.requestsSince(0).map(({ host }) => host))).toContain('api.twilio.com');
});
