import type { CallRecording } from '../twilio/voice';
import { isOwnRecording, recordingProgress } from './own-recording';

const INVITED = Date.UTC(2026, 10, 22, 12);
const at = (offset: number, seconds: number, status: CallRecording['status'] = 'completed') => ({
  startedAt: INVITED + offset,
  seconds,
  status,
});

test.each([
  ['begins after the invitation', at(4_000, 9), true],
  ['begins just before, by Twilio’s clock, and goes on', at(-3_000, 9), true],
  ['had ended before the invitation', at(-4_000, 2), false],
  ['was made earlier in the call', at(-60_000, 3), false],
  ['was made earlier, however long it says it is', at(-60_000, 90), false],
  ['is still being made', at(2_000, 0, 'in-progress'), true],
] as const)('a recording that %s', (_what, recording, own) => {
  expect(isOwnRecording(recording, INVITED)).toBe(own);
});

test.each([
  ['completed', 'completed'],
  ['in-progress', 'unfinished'],
  ['paused', 'unfinished'],
  ['stopped', 'unfinished'],
  ['processing', 'unfinished'],
  ['absent', 'none'],
  ['deleted', 'none'],
  ['archived' as CallRecording['status'], 'unfinished'],
] as const)('a recording that is %s is %s', (status, progress) => {
  expect(recordingProgress(status)).toBe(progress);
});
