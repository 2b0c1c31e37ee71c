import { jobIdFor, toJob } from './email-queue';

const ID = 'voicemail-CA0123456789abcdef0123456789abcdef-1';
const DUE = 1_700_000_000_400;

test('the same mail at the same time is one job, also by the whole seconds of the index', () => {
  expect(jobIdFor(ID, DUE, DUE)).toBe(jobIdFor(ID, DUE - 400, DUE + 50_000));
});

test('another attempt, and a mail that nobody has begun for a minute, are other jobs', () => {
  expect(jobIdFor(ID, DUE + 60_000, DUE)).not.toBe(jobIdFor(ID, DUE, DUE));
  expect(jobIdFor(ID, DUE, DUE + 61_000)).not.toBe(jobIdFor(ID, DUE, DUE));
});

test('its name has no colon, which BullMQ refuses, and it waits until it is due', () => {
  const { options } = toJob(ID, DUE, DUE - 2_000);
  expect(options.jobId).not.toContain(':');
  expect(options.delay).toBe(2_000);
});
