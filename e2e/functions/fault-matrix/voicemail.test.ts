import { FAULT_MODES } from '../../support/fault-modes';
import { closeHarnesses, type FaultOptions, openHarness } from '../../support/harness';
import { sampleCases } from '../../support/sampling';

afterEach(closeHarnesses);

/** An ordinary run makes each request fail in so many modes, others each time; a soak run in all of them. */
const MODES_PER_TARGET = 3;

/** Every call made between the key and the tone. */
const CALLS: [string, Pick<FaultOptions, 'host' | 'path' | 'method'>][] = [
  ['reading the queue task', { host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks\/WT/ }],
  ['writing the entry', { host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }],
  ['listing it as open', { host: 'sync.twilio.com', method: 'POST', path: /Items$/ }],
  ['canceling the queue task', { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks\/WT/ }],
  ['moving the call', { host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/ }],
  ['noting that the caller left', { host: 'sync.twilio.com', method: 'POST', path: /Documents\/voicemail/ }],
];

describe.each(CALLS)('%s fails', (target, where) => {
  test.each(sampleCases(FAULT_MODES, MODES_PER_TARGET, `CALLS ${target}`))(
    'with %s: no call ends in an error, and there is a promise kept or a place in line',
    async (_mode, how) => {
      const harness = await openHarness();
      const caller = await harness.dial({ to: harness.numbers.support });
      await caller.waitForPrompt(/For other options, press star/);
      const removeFault = harness.injectFault({ ...where, ...how });
      await harness.chooseVoicemail(caller);
      await harness.advance(40_000);
      removeFault();
      // Only what was said after the key: the prompt before it says the same words.
      const all = caller.prompts();
      const heard = all.slice(all.findLastIndex((text) => /press 2/.test(text)) + 1).join(' | ');
      expect(heard).not.toMatch(/application error/i);
      const waiting = harness.waitingTask(caller).assignmentStatus;
      if (caller.status() === 'in-progress' && waiting === 'pending') {
        // Still in line, and nothing was promised. The caller has heard so by now; when a cancellation was not answered,
        // with the next prompt that follows a look at the task, once it cannot be carried out any more (ADR 0050).
        const isInDoubt = target === 'canceling the queue task';
        await caller.waitForPrompt(/You are still in line/, isInDoubt ? 60_000 : 1);
        caller.hangUp();
        await harness.advance(15 * 60_000);
        await harness.runOutboxSweep();
        expect(harness.productTasks()).toEqual([]);
        return;
      }
      expect(waiting).toBe('canceled');
      if (/leave your message/.test(heard) && caller.status() === 'in-progress') {
        await caller.speak(harness.sample);
        caller.hangUp();
        await harness.advance(15 * 60_000);
        await harness.runOutboxSweep();
        await harness.advance(15 * 60_000);
        await harness.runOutboxSweep();
        expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
        expect(await harness.mails()).toHaveLength(1);
        return;
      }
      expect(heard).toMatch(/We will call you back|We did not hear a message/);
      await harness.advance(15 * 60_000);
      await harness.runOutboxSweep();
      expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
    },
  );
});

/** Every request made when the recording is reported. */
const LATER_CALLS: [string, Pick<FaultOptions, 'host' | 'path' | 'method'>][] = [
  ['reading the entry', { host: 'sync.twilio.com', method: 'GET', path: /Documents\/voicemail/ }],
  ['reading the settings', { host: 'sync.twilio.com', method: 'GET', path: /Documents\/email-settings/ }],
  ['claiming, or writing the outcomes', { host: 'sync.twilio.com', method: 'POST', path: /Documents\/voicemail/ }],
  ['making the task', { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/ }],
  ['fetching the recording', { host: 'api.twilio.com', method: 'GET', path: /Recordings\/RE\w+\.wav$/ }],
  ['sending the mail', { host: 'api.mailgun.net', method: 'POST', path: /messages$/ }],
  ['moving it in the index', { host: 'sync.twilio.com', path: /Items/ }],
];

describe.each(LATER_CALLS)('%s fails', (target, where) => {
  test.each(sampleCases(FAULT_MODES, MODES_PER_TARGET, `LATER_CALLS ${target}`))(
    'with %s for three minutes, ends with one task and one mail',
    async (mode, how) => {
      const harness = await openHarness();
      const caller = await harness.dialToRecording();
      await caller.speak(harness.sample);
      const removeFault = harness.injectFault({ ...where, ...how });
      caller.hangUp();
      await harness.advance(3 * 60_000);
      removeFault();
      for (let n = 0; n < 12; n += 1) {
        await harness.advance(5 * 60_000);
        expect((await harness.runOutboxSweep()).status).toBe(200);
      }
      expect(harness.productTasks()).toHaveLength(1);
      // A provider that says the message is bad is believed; everything else is tried again.
      const refused = where.host === 'api.mailgun.net' && mode === '400';
      expect(await harness.mails()).toHaveLength(refused ? 0 : 1);
      const entry = (await harness.document(`voicemail-${caller.sid}-1`))!;
      expect(entry).toMatchObject({ task: { state: 'created' }, email: { state: refused ? 'failed' : 'sent' } });
    },
  );
});

/** Every call made when a caller is first heard of in the line. */
const FIRST_CALLS: [string, Pick<FaultOptions, 'host' | 'path' | 'method'>][] = [
  ['reading the queue', { host: 'api.twilio.com', method: 'GET', path: /Queues\/QU/ }],
  ['looking for the queue task', { host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks$/ }],
];

describe.each(FIRST_CALLS)('%s fails', (target, where) => {
  test.each(sampleCases(FAULT_MODES, MODES_PER_TARGET, `FIRST_CALLS ${target}`))(
    'with %s: greeting and music all the same, and a voicemail once it works again',
    async (_mode, how) => {
      const harness = await openHarness();
      const removeFault = harness.injectFault({ ...where, ...how });
      const caller = await harness.dial({ to: harness.numbers.support });
      await caller.waitForPrompt(/An agent will take your call/);
      await caller.waitForPrompt(/For other options, press star/);
      await harness.advance(2 * 60_000);
      expect(caller.status()).toBe('in-progress');
      removeFault();
      await harness.advance(2 * 60_000);
      await harness.chooseVoicemail(caller);
      await caller.waitForBeep();
      await caller.speak(harness.sample);
      caller.hangUp();
      await harness.advance(60_000);
      expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
      expect(await harness.mails()).toHaveLength(1);
    },
  );
});

/** Every request before the tone of a direct voicemail. */
const DIRECT_CALLS: [string, Pick<FaultOptions, 'host' | 'path' | 'method'>][] = [
  ['writing the entry', { host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }],
  ['listing it as open', { host: 'sync.twilio.com', method: 'POST', path: /Items$/ }],
];

describe.each(DIRECT_CALLS)('straight to voicemail, %s fails', (target, where) => {
  test.each(sampleCases(FAULT_MODES, MODES_PER_TARGET, `DIRECT_CALLS ${target}`))(
    'with %s, records the message, with one task and one mail',
    async (_mode, how) => {
      const harness = await openHarness();
      const removeFault = harness.injectFault({ ...where, ...how });
      const caller = await harness.dial({ to: harness.numbers.voicemail });
      await caller.waitForBeep();
      await caller.speak(harness.sample);
      removeFault();
      caller.hangUp();
      await harness.advance(60_000);
      for (let n = 0; n < 3; n += 1) {
        await harness.advance(5 * 60_000);
        await harness.runOutboxSweep();
      }
      expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
      expect(await harness.mails()).toHaveLength(1);
    },
  );
});

/** Every call made for a transcript. */
const TRANSCRIPT_CALLS: [string, Pick<FaultOptions, 'host' | 'path' | 'method'>][] = [
  ['reading the entry', { host: 'sync.twilio.com', method: 'GET', path: /Documents\/voicemail/ }],
  ['writing the entry', { host: 'sync.twilio.com', method: 'POST', path: /Documents\/voicemail/ }],
  ['reading the task', { host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks\/WT/ }],
  ['writing the task', { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks\/WT/ }],
];

describe.each(TRANSCRIPT_CALLS)('the transcript comes and %s fails', (target, where) => {
  test.each(sampleCases(FAULT_MODES, MODES_PER_TARGET, `TRANSCRIPT_CALLS ${target}`))(
    'with %s, keeps the voicemail with one task and one mail',
    async (_mode, how) => {
      const harness = await openHarness();
      harness.holdWebhooks(/transcription/);
      const caller = await harness.leaveVoicemail();
      await harness.advance(60_000);
      const removeFault = harness.injectFault({ ...where, ...how });
      for (const webhook of harness.heldWebhooks()) await harness.redeliver(webhook);
      removeFault();
      for (let n = 0; n < 4; n += 1) {
        await harness.advance(5 * 60_000);
        expect((await harness.runOutboxSweep()).status).toBe(200);
      }
      expect(harness.productTasks()).toHaveLength(1);
      expect(await harness.mails()).toHaveLength(1);
      expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
        recording: { state: 'completed' },
        task: { state: 'created' },
        email: { state: 'sent' },
      });
    },
  );
});
