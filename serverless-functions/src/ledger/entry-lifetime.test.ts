import { apply, begunVoicemail, bookingCallback, newCallback, recordedVoicemail } from '../../test/ledger-fixtures';
import { entryTtlSeconds } from './entry-lifetime';

const [WEEK, YEAR] = [7, 365].map((days) => days * 24 * 60 * 60);
const discarded = apply(recordedVoicemail({ reviewed: true }), { type: 'message-discarded', recordingSid: 'RE1' });

test.each([
  ['a voicemail', recordedVoicemail(), YEAR],
  ['a callback', newCallback(), YEAR],
  ['a message that the caller recorded again', discarded, YEAR],
  ['a recording that has not come', begunVoicemail(), WEEK],
  ['a callback that is not promised', bookingCallback(), WEEK],
  [
    'a call without a message',
    apply(begunVoicemail(), { type: 'no-message-left', followUp: 'none', reason: 'x' }),
    WEEK,
  ],
])('Sync keeps %s as long as retention may need it', (_what, entry, seconds) => {
  expect(entryTtlSeconds(entry)).toBe(seconds);
});
