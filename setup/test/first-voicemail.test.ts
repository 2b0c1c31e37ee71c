import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createCaller } from '../../e2e/support/caller';
import { createTestTwilio, type TestTwilio } from '../../sandbox/src/testing/test-twilio';
import { createBuiltProductFolder, type ProductFolder } from './support/product-folder';
import { runCommand } from './support/run-command';

const ROOT = path.join(__dirname, '../..');
let twilio: TestTwilio | undefined;
let folder: ProductFolder | undefined;
afterEach(async () => {
  await twilio?.close();
  folder?.remove();
});

test('from a new Flex account to a voicemail in the mailbox, by one command', async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  twilio = await createTestTwilio({
    world: { preset: 'new-flex-account' },
    mail: { twilio: { senderDomains: ['mg.example.com'] } },
  });
  folder = createBuiltProductFolder();
  const { world, voice, clock, mailbox, stubUrl } = twilio;
  const { accountSid, authToken } = world.account;
  const number = world.phoneNumbers[0]!.phoneNumber;
  const environment = {
    ...{ TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_STUB_URL: stubUrl },
    ...{ ADMIN_EMAIL: 'ana@example.com', MAIL_FROM: 'voicemail@mg.example.com' },
  };
  const run = runCommand(folder.root, ['setup', '--yes', '--number', number, '--outbound-calls', 'yes'], environment, {
    pause: async (ms) => void (await clock.advance(ms)),
  });
  expect(await run).toMatchObject({ exitCode: 0 });
  const sid = voice.placeCall({ from: '+14155550123', to: number });
  await clock.settle();
  const caller = createCaller(voice, clock, sid, '+14155550123');
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  caller.press('2');
  await caller.waitForBeep();
  await caller.speak(readFileSync(path.join(ROOT, 'sandbox/assets/voicemail-sample.wav')));
  caller.hangUp();
  await clock.advance(120_000);
  expect(mailbox.list()).toHaveLength(1);
  expect(mailbox.list()[0]).toMatchObject({ to: expect.arrayContaining(['ana@example.com']) });
});
