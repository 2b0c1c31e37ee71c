import {
  apply,
  begunVoicemail,
  emailClaimed,
  emailSent,
  NOW,
  RECORDING_SID,
  recordedVoicemail,
  taskCreated,
} from '../../test/ledger-fixtures';
import { type HistoryRow, toHistoryRow } from '../ledger/history-row';
import { withStateOfRow } from './entry-of-row';

const done = apply(recordedVoicemail({ transcribed: false }), [taskCreated, emailClaimed, emailSent]);
const row = toHistoryRow(done)!;
const recording = { recordingSid: RECORDING_SID, seconds: 21, startedAt: NOW + 5_000 };
const rebuilt = (change: Partial<HistoryRow>) =>
  withStateOfRow(begunVoicemail({ now: NOW + 5_000 }), { ...row, ...change }, recording, NOW + 60_000);

test('the rebuilt entry has the same row as the lost one', () => {
  const entry = apply(rebuilt({}), taskCreated);
  expect(toHistoryRow(entry)).toEqual(row);
});

test.each<[string, Partial<HistoryRow>, object]>([
  ['a mail that was sent is not sent again', {}, { email: { state: 'sent', recipientCount: 1 } }],
  [
    'the provider is asked before a mail is sent that may have been',
    { email: { state: 'pending', recipients: 0 } },
    { email: { state: 'pending', deliveryUncertainSince: NOW } },
  ],
  ['a mail that was off stays off', { email: { state: 'off', recipients: 0 } }, { email: { state: 'off' } }],
  [
    'a mail that failed stays failed',
    { email: { state: 'failed', recipients: 1, lastError: 'key-refused' } },
    { email: { state: 'failed', lastError: 'key-refused' } },
  ],
  [
    'what another mail tells of is not mailed singly',
    { email: { state: 'summarized', recipients: 0, carrier: 'x' } },
    { email: { state: 'summarized', carrier: 'x' } },
  ],
  ['a task that was handled is not made again', { task: { state: 'handled' } }, { task: { state: 'none' } }],
  ['an open task is looked for', { task: { state: 'created' } }, { task: { state: 'pending', type: 'voicemail' } }],
])('%s', (_what, change, expected) => {
  expect(rebuilt(change)).toMatchObject({ recording: { state: 'completed' }, review: undefined, ...expected });
});
