import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** What nobody should read in a transcript reaches neither ledger, task, card, mail nor log. */
const CARD = '4111 1111 1111 1111';
const SPOKEN = `My card is ${CARD}, call me at 202-555-0188.`;
const REDACTED = 'My card is ••••, call me at 202-555-0188.';

async function leaveVoicemailWithCard(harness: Harness): Promise<string> {
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample, { transcript: SPOKEN });
  caller.hangUp();
  await harness.advance(120_000);
  return `voicemail-${caller.sid}-1`;
}

test('a card number is in no transcript, and the number to call is', async () => {
  const harness = await openHarness({ settings: { include_transcript: true, send_when: 'transcribed' } });
  const id = await leaveVoicemailWithCard(harness);
  const [mail] = await harness.mails();
  expect(mail!.text).toContain(REDACTED);
  const [task] = harness.productTasks();
  expect(task!.attributes.callBackData).toMatchObject({ transcriptText: REDACTED });
  expect(await harness.document(id)).toMatchObject({ transcript: { state: 'ready', text: REDACTED } });
  const kept = [mail, task, await harness.document(id), harness.functionLogs()].map((one) => JSON.stringify(one));
  expect(kept.filter((text) => text.includes(CARD) || text.includes('41111111'))).toEqual([]);
});

test('REDACT_TRANSCRIPTS=off keeps what Twilio wrote; another value does not', async () => {
  const off = await openHarness({ environment: { REDACT_TRANSCRIPTS: 'off' } });
  await leaveVoicemailWithCard(off);
  expect(off.productTasks()[0]!.attributes.callBackData).toMatchObject({ transcriptText: SPOKEN });
  await closeHarnesses();
  const malformed = await openHarness({ environment: { REDACT_TRANSCRIPTS: 'OFF' } });
  await leaveVoicemailWithCard(malformed);
  expect(malformed.productTasks()[0]!.attributes.callBackData).toMatchObject({ transcriptText: REDACTED });
});

test('a transcript that another program brings is redacted, too', async () => {
  const harness = await openHarness();
  await harness.post('studio/create-callback', {
    numberToCall: '+12025550188',
    numberToCallFrom: harness.numbers.support,
    recordingSid: harness.addRecording().sid,
    transcriptText: SPOKEN,
  });
  await harness.advance(10_000);
  expect(harness.productTasks()[0]!.attributes.callBackData).toMatchObject({ transcriptText: REDACTED });
});
