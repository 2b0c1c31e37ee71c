import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** When no email can go out for a set time, people hear of it by SMS, once for each outage. */
const MINUTE = 60_000;
const NUMBER = '+12025550101';
const MESSAGES = { host: 'api.mailgun.net', path: /messages$/ };
const SMS = { BACKUP_SMS_TO: '+12025550188, +12025550189', BACKUP_SMS_FROM: NUMBER };

const open = (environment: Record<string, string> = SMS, options: HarnessOptions = {}) =>
  openHarness({ environment, ...options });

async function failFor(harness: Harness, minutes: number) {
  const remove = harness.injectFault({ ...MESSAGES, kind: 'status', status: 429 });
  await harness.leaveVoicemail();
  for (let n = 0; n < minutes; n += 5) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  return remove;
}

test('after half an hour without email, each number gets one SMS that says since when and why', async () => {
  const harness = await open();
  await failFor(harness, 120);
  const { messages } = harness.world;
  expect(messages.map(({ to, from }) => [to, from])).toEqual([
    ['+12025550188', NUMBER],
    ['+12025550189', NUMBER],
  ]);
  expect(messages[0]!.body).toMatch(
    /^Voicemail emails have not gone out since .* \(limit-reached\)\. Voicemails are in Flex/,
  );
  // Nothing of a caller is in it.
  expect(messages[0]!.body).not.toMatch(/\+1|5550123/);
});

test('a short outage is told to nobody, and after a success another outage is told anew', async () => {
  const harness = await open();
  const remove = await failFor(harness, 15);
  expect(harness.world.messages).toEqual([]);
  remove();
  for (let n = 0; n < 8; n += 1) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  expect(await harness.mails()).toHaveLength(1);
  await failFor(harness, 60);
  expect(harness.world.messages).toHaveLength(2);
});

test('when the SMS itself fails, the next failed email tries again', async () => {
  const harness = await open();
  const removeSms = harness.injectFault({
    host: 'api.twilio.com',
    path: /Messages\.json$/,
    kind: 'status',
    status: 500,
  });
  await failFor(harness, 60);
  expect(harness.world.messages).toEqual([]);
  removeSms();
  for (let n = 0; n < 12; n += 1) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  expect(harness.world.messages).toHaveLength(2);
});

test('when the provider took all the time, the SMS goes out the next time', async () => {
  const harness = await open();
  harness.injectFault({ ...MESSAGES, kind: 'no-answer' });
  harness.injectFault({ host: 'api.twilio.com', path: /Messages\.json$/, kind: 'no-answer', times: 2 });
  await harness.leaveVoicemail();
  for (let n = 0; n < 24; n += 1) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  expect(harness.world.messages.map(({ to }) => to)).toEqual(['+12025550188', '+12025550189']);
});

test('an email that is refused for a reason of its own is no outage', async () => {
  const harness = await open();
  harness.setMailDomainStatus({ authorizedRecipients: [] });
  for (let n = 0; n < 12; n += 1) {
    await harness.leaveVoicemail();
    await harness.advance(5 * MINUTE);
  }
  expect(harness.world.messages).toEqual([]);
});

test('without a number or an address to tell, nothing is kept and nothing is sent', async () => {
  const harness = await open({});
  await failFor(harness, 60);
  expect(harness.world.messages).toEqual([]);
  expect(await harness.document('email-outage')).toBeUndefined();
});
