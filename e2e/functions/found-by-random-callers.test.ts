import type { Caller } from '../support/caller';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** What random callers found, each as short as it can be told. */
const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;
const MOVING = { host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 429 } as const;

async function everyFiveMinutes(stage: Stage, times: number) {
  for (let n = 0; n < times; n += 1) {
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
  }
}
async function isOfferedOwnNumber(stage: Stage): Promise<Caller> {
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/press 2/);
  caller.press('1');
  await caller.hears(/We can call you back at/);
  return caller;
}
async function isBooked(stage: Stage) {
  const caller = await isOfferedOwnNumber(stage);
  caller.press('1');
  await caller.hears(/We will call you back/);
  await stage.pass(30_000);
}
const taskTypes = (stage: Stage) =>
  stage
    .productTasks()
    .filter(({ assignmentStatus }) => assignmentStatus !== 'canceled')
    .map(({ attributes }) => attributes.taskType)
    .sort();

describe('a callback in the place of a voicemail that cannot be recorded', () => {
  test('somebody who has one open hears of a callback, and gets no second one', async () => {
    const stage = await openStage();
    await isBooked(stage);
    stage.fault({ ...MOVING, times: 2 });
    const caller = await stage.choosesVoicemail();
    await caller.hears(/We will call you back at .* instead/);
    await everyFiveMinutes(stage, 3);
    expect(taskTypes(stage)).toEqual(['callback']);
  });

  test('one that is open at another number goes to the number that is promised now', async () => {
    const stage = await openStage();
    const first = await isOfferedOwnNumber(stage);
    first.press('2');
    await first.hears(/Please enter the number/);
    for (const key of '2025550188#') first.press(key);
    await first.hears(/You entered/);
    first.press('1');
    await first.hears(/We will call you back/);
    await stage.pass(30_000);
    stage.fault({ ...MOVING, times: 2 });
    const caller = await stage.choosesVoicemail();
    await caller.hears(/We will call you back at .* instead/);
    await everyFiveMinutes(stage, 3);
    expect(stage.productTasks().map(({ attributes }) => attributes.callBackData)).toMatchObject([
      { numberToCall: caller.from },
    ]);
  });

  test('the answer that promises it is lost, and the key is told again: one callback, not two', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    caller.press('*');
    await caller.hears(/press 2/);
    stage.fault({ ...MOVING, times: 4 });
    stage.recordWebhooks(/state=menu.*heard=1/);
    caller.press('2');
    await caller.hears(/We will call you back at .* instead/);
    await stage.redeliver(stage.recordedWebhooks()[0]!);
    await everyFiveMinutes(stage, 3);
    expect(taskTypes(stage)).toEqual(['callback']);
  });

  test('the caller hangs up in the midst of it: what the settings say of a message that was not left', async () => {
    const stage = await openStage({ settings: { missed_voicemail: 'cancel' } });
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    caller.press('*');
    await caller.hears(/press 2/);
    stage.onRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () => caller.hangUp());
    caller.press('2');
    await everyFiveMinutes(stage, 3);
    expect(taskTypes(stage)).toEqual([]);
  });
});

describe('Sync is down while the second invitation is written', () => {
  async function speaksAtTheSecondTone(stage: Stage) {
    stage.recordWebhooks(/recording-status/);
    const caller = await stage.reachesRecording();
    const mend = stage.fault(SYNC);
    await caller.hears(/We did not hear anything/);
    await caller.hearsBeep();
    return { caller, mend };
  }

  test('and when the message is told, and its transcript is the first that can be written: one voicemail, one mail', async () => {
    const stage = await openStage();
    const { caller, mend } = await speaksAtTheSecondTone(stage);
    await caller.speaks(stage.sample);
    caller.hangUp();
    await stage.pass(5_000);
    mend();
    await everyFiveMinutes(stage, 4);
    expect(taskTypes(stage)).toEqual(['voicemail']);
    expect(await stage.mails()).toHaveLength(1);
  });

  test('and the news of the first, silent one comes late: no callback beside the voicemail', async () => {
    const stage = await openStage();
    const { caller, mend } = await speaksAtTheSecondTone(stage);
    await caller.speaks(stage.sample);
    caller.hangUp();
    await stage.pass(60_000);
    mend();
    const absent = stage.recordedWebhooks().find(({ params }) => params.RecordingStatus === 'absent');
    await stage.redeliver(absent!);
    await everyFiveMinutes(stage, 4);
    expect(taskTypes(stage)).toEqual(['voicemail']);
    expect(await stage.mails()).toHaveLength(1);
  });

  test('and the news of the message comes again late: one voicemail, one mail', async () => {
    const stage = await openStage();
    const { caller, mend } = await speaksAtTheSecondTone(stage);
    await caller.speaks(stage.sample);
    caller.hangUp();
    await stage.pass(60_000);
    mend();
    await everyFiveMinutes(stage, 4);
    for (const webhook of stage.recordedWebhooks()) await stage.redeliver(webhook);
    await everyFiveMinutes(stage, 4);
    expect(taskTypes(stage)).toEqual(['voicemail']);
    expect(await stage.mails()).toHaveLength(1);
  });
});

test('a booking that came to nothing, as the caller was told, calls nobody back when they hang up later', async () => {
  const stage = await openStage();
  const caller = await isOfferedOwnNumber(stage);
  stage.fault({ host: SYNC.host, method: 'POST', path: /Documents$/, kind: 'done-then-reset', times: 1 });
  const mend = stage.fault({ ...SYNC, method: 'GET' });
  caller.press('1');
  await caller.hears(/Something went wrong on our side. You are still in line/);
  mend();
  await stage.pass(20_000);
  caller.hangUp();
  await stage.runOutbox();
  await everyFiveMinutes(stage, 3);
  expect(taskTypes(stage)).toEqual([]);
});

test('the answer that changed the number is lost, and the key is told again: changed, and nobody is told to be in line', async () => {
  const stage = await openStage();
  await isBooked(stage);
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/press 1/);
  caller.press('1');
  await caller.hears(/already booked/);
  caller.press('1');
  await caller.hears(/Please enter the number/);
  for (const key of '2025550188#') caller.press(key);
  await caller.hears(/You entered/);
  stage.recordWebhooks(/state=confirm-number.*heard=1/);
  caller.press('1');
  await caller.hears(/We will now call you at/);
  const again = await stage.redeliver(stage.recordedWebhooks()[0]!);
  expect(await again.text()).toMatch(/We will now call you at 2 0 2, 5 5 5, 0 1 8 8 instead/);
  expect(taskTypes(stage)).toEqual(['callback']);
});

test.each([
  ['Sync is down once more', true],
  ['Sync is back', false],
])(
  'the news of a recording comes again after ten minutes, and its task was made without the ledger, and %s: one task',
  async (_when, again) => {
    const stage = await openStage();
    const mend = stage.fault(SYNC);
    stage.recordWebhooks(/recording-status/);
    stage.dropWebhooks(/transcription/);
    const caller = await stage.dial({ to: stage.numbers.voicemail });
    await caller.hearsBeep();
    await caller.speaks(stage.sample);
    caller.hangUp();
    await stage.pass(60_000);
    mend();
    stage.addWaitingTask(1);
    await stage.pass(10 * 60_000);
    const mendAgain = again ? stage.fault(SYNC) : () => undefined;
    await stage.redeliver(stage.recordedWebhooks()[0]!);
    mendAgain();
    await stage.redeliver(stage.recordedWebhooks()[0]!);
    await everyFiveMinutes(stage, 3);
    expect(taskTypes(stage)).toEqual(['voicemail']);
    expect(await stage.mails()).toHaveLength(1);
  },
);
