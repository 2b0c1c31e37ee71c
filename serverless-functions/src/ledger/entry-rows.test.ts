import {
  apply,
  begunVoicemail,
  emailClaimed,
  emailSent,
  newCallback,
  recordingCompleted,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from './entry';
import { doubtOfChange, doubtOfNewEntry, fullDoubt, mergeDoubts, planRows, type RowDoubt } from './entry-rows';

const begun = begunVoicemail({ transcribed: false });
const recorded = apply(begun, recordingCompleted);
const claimed = apply(recorded, [{ type: 'task-claimed', owner: 'me' }, emailClaimed]);
const created = apply(claimed, taskCreated);
const sent = apply(created, emailSent);
const refused = apply(created, { type: 'email-failed', lastError: 'recipient-refused', recipients: [] });

const rows = (before: LedgerEntry, entry: LedgerEntry, doubt?: RowDoubt) =>
  planRows(before, entry, doubt).map(
    ({ map, row, isThere }) => `${row === undefined ? 'remove' : isThere ? 'change' : 'add'} ${map}`,
  );

test('a voicemail that goes well has one row; a failure has another, and its end removes that', () => {
  expect(rows(begun, recorded)).toEqual(['add history-2026-11-22']);
  expect(rows(created, refused)).toEqual(['change history-2026-11-22', 'add failures']);
  expect(rows(refused, sent)).toEqual(['change history-2026-11-22', 'remove failures']);
  expect(rows(sent, { ...sent, callbackAttempts: 1 })).toEqual([]);
});

test('what a change leaves for later is written with the next one, as a new row', () => {
  expect(rows(claimed, sent, doubtOfChange(begun, claimed))).toEqual(['add history-2026-11-22']);
  expect(rows(claimed, claimed, doubtOfChange(begun, claimed))).toEqual(['add history-2026-11-22']);
  expect(doubtOfChange(sent, { ...sent, callbackAttempts: 1 })).toBeUndefined();
});

test('the row of a new callback is added with its first change; a new voicemail has none yet', () => {
  const callback = newCallback();
  expect(rows(callback, callback, doubtOfNewEntry(callback))).toEqual(['add history-2026-11-22']);
  expect(doubtOfNewEntry(begun)).toBeUndefined();
});

test('where nothing is known, a row that must not be there is removed', () => {
  expect(rows(sent, sent, fullDoubt(sent))).toEqual(['change history-2026-11-22', 'remove failures']);
  expect(rows(begun, begun, fullDoubt(begun))).toEqual(['remove history-2026-11-22', 'remove failures']);
});

test('doubts of several reasons add up', () => {
  const history: RowDoubt = { history: true, failure: false, isNew: true };
  const failure: RowDoubt = { history: false, failure: true, isNew: false };
  expect(mergeDoubts(history, undefined, failure)).toEqual({ history: true, failure: true, isNew: true });
  expect(mergeDoubts(undefined, undefined)).toBeUndefined();
});
