import { GAP_REASONS, type ReconciledItem } from '@callback-and-voicemail/contract';
import fc from 'fast-check';
import {
  apply,
  begunVoicemail,
  CALL_SID,
  emailClaimed,
  emailSent,
  NOW,
  RECORDING_SID,
  recordedVoicemail,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import type { LedgerEvent } from '../ledger/events';
import { type HistoryRow, toHistoryRow } from '../ledger/history-row';
import type { AccountRecording } from '../twilio/voice';
import type { DayFacts, RecordingOrigin, TaskFact } from './day-facts';
import { addToTotals, noTotals, reconcileRecordings, reconcileRows } from './reconcile-day';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const SINCE = NOW + 2 * HOUR;

const recordingOf = (change: Partial<AccountRecording> = {}): AccountRecording => ({
  recordingSid: RECORDING_SID,
  callSid: CALL_SID,
  status: 'completed',
  startedAt: NOW + 5_000,
  createdAt: NOW + 5_000,
  seconds: 21,
  isMessage: true,
  ...change,
});

interface Account {
  entries?: LedgerEntry[];
  /** Default: those that the entries have. */
  rows?: HistoryRow[];
  recordings?: AccountRecording[];
  origins?: [string, RecordingOrigin][];
  tasks?: [string, TaskFact][];
  carriers?: DayFacts['carriers'];
  unreadable?: string[];
  retention?: DayFacts['retention'];
  now?: number;
}

const rowsOf = (entries: LedgerEntry[]) => entries.map(toHistoryRow).filter((row) => row !== undefined);

function factsOf(account: Account): DayFacts {
  const { entries = [], recordings = [], rows = rowsOf(entries) } = account;
  return {
    day: '2026-11-22',
    now: account.now ?? SINCE,
    rows: new Map(rows.map((row) => [row.id, row])),
    entries: new Map(entries.map((entry) => [entry.id, entry])),
    unreadable: new Set(account.unreadable),
    recordings: new Map(recordings.map((one) => [one.recordingSid, one])),
    ofDay: new Set(recordings.map(({ recordingSid }) => recordingSid)),
    origins: new Map(account.origins),
    tasks: new Map(account.tasks),
    carriers: account.carriers ?? new Map(),
    retention: account.retention ?? {},
  };
}

/** As a run does it: the rows first, then the recordings. */
function reconcile(account: Account) {
  const facts = factsOf(account);
  const parts = [reconcileRows(facts), reconcileRecordings(facts)];
  const items = parts.flatMap((part) => part.items);
  return { items, totals: parts.reduce(addToTotals, noTotals()) };
}
const only = (account: Account): ReconciledItem => {
  const { items } = reconcile(account);
  expect(items).toHaveLength(1);
  return items[0]!;
};

const done = (more: LedgerEvent[] = []) =>
  apply(recordedVoicemail({ transcribed: false }), [taskCreated, emailClaimed, emailSent, ...more]);
const open: Account = { recordings: [recordingOf()], tasks: [[voicemailEntryId(CALL_SID, 1), 'open']] };
const failedWith = (lastError: 'no-recipients' | 'recipient-refused' | 'key-refused' | 'unknown') =>
  apply(recordedVoicemail({ transcribed: false }), [
    taskCreated,
    emailClaimed,
    { type: 'email-failed', lastError, recipients: [] },
  ]);

test('a voicemail with its recording, entry, task and email is complete', () => {
  expect(only({ ...open, entries: [done()] })).toEqual({
    id: voicemailEntryId(CALL_SID, 1),
    at: new Date(NOW).toISOString(),
    queue: 'Support',
    recording: 'there',
    entry: 'there',
    task: 'there',
    email: 'there',
    class: 'complete',
  });
});

test.each<[string, ReconciledItem['email'], ReconciledItem['class'], LedgerEntry['email'] | undefined]>([
  ['was sent', 'summed-up', 'summed-up', done().email],
  ['is not there any more', 'summed-up', 'summed-up', undefined],
  ['waits', 'under-way', 'under-way', { state: 'pending', attempts: 0, runAt: SINCE, carries: 'mails' }],
  ['has no recipients', 'no-recipients', 'no-recipients', failedWith('no-recipients').email],
  ['was refused', 'email-failed', 'email-failed', failedWith('key-refused').email],
  ['was switched off', 'email-off', 'email-off', { state: 'off' }],
  ['went with its recording', 'missing', 'unexplained', { state: 'off', lastError: 'recording-deleted' }],
])('of a voicemail that another email tells of, which %s: %s', (_what, email, reason, telling) => {
  const summarized = { state: 'summarized', carrier: 'another', until: NOW } as const;
  const entries = [{ ...done(), email: summarized }];
  const carriers = new Map(telling === undefined ? [] : [['another', telling] as const]);
  expect(only({ ...open, entries, carriers })).toMatchObject({ email, class: reason });
});

test.each<[string, Account, Partial<ReconciledItem>]>([
  [
    'a task that is handled',
    { entries: [done([{ type: 'task-handled', taskSid: TASK_SID, at: NOW }])], recordings: [recordingOf()] },
    { class: 'complete' },
  ],
  [
    'a deleted recording',
    {
      ...open,
      entries: [done([{ type: 'deletion-begun' }, { type: 'recording-deleted' }, { type: 'deletion-checked' }])],
    },
    { class: 'deleted' },
  ],
  [
    'a recording that retention deleted',
    {
      ...open,
      entries: [
        done([{ type: 'deletion-begun', byRule: true }, { type: 'recording-deleted' }, { type: 'deletion-checked' }]),
      ],
    },
    { class: 'retention' },
  ],
  [
    'silence',
    {
      entries: [apply(begunVoicemail(), [{ type: 'no-message-left', followUp: 'callback' }, taskCreated])],
      tasks: open.tasks!,
    },
    { class: 'no-message', task: 'there', email: 'no-message' },
  ],
  [
    'a message that Twilio could not record',
    {
      entries: [
        apply(begunVoicemail(), [
          { type: 'no-message-left', followUp: 'callback', recordingFailed: true },
          taskCreated,
          emailClaimed,
          emailSent,
        ]),
      ],
      tasks: open.tasks!,
    },
    { class: 'recording-failed', task: 'there', email: 'there' },
  ],
  [
    'an email that is switched off',
    {
      ...open,
      entries: [apply(recordedVoicemail({ transcribed: false }), [taskCreated, { type: 'email-switched-off' }])],
    },
    { class: 'email-off' },
  ],
  ['an email without recipients', { ...open, entries: [failedWith('no-recipients')] }, { class: 'no-recipients' }],
  [
    'an email whose recipients were refused',
    { ...open, entries: [failedWith('recipient-refused')] },
    { class: 'recipients-refused' },
  ],
  [
    'an email that the provider did not take',
    { ...open, entries: [failedWith('key-refused')] },
    { class: 'email-failed' },
  ],
  [
    'an email that failed for no known reason',
    { ...open, entries: [failedWith('unknown')] },
    { class: 'unexplained', email: 'missing', mayTakeUp: true },
  ],
  [
    'a task that was canceled',
    { entries: [done()], recordings: [recordingOf()], tasks: [[voicemailEntryId(CALL_SID, 1), 'canceled']] },
    { class: 'task-lost' },
  ],
  [
    'a task of which TaskRouter knows nothing',
    { entries: [done()], recordings: [recordingOf()], tasks: [[voicemailEntryId(CALL_SID, 1), 'unknown']] },
    { class: 'unexplained', task: 'missing', mayTakeUp: true },
  ],
  [
    'a step that is still to be done',
    { ...open, entries: [recordedVoicemail()], now: NOW + 60_000 },
    { class: 'under-way', email: 'under-way' },
  ],
  [
    'a step that nobody does',
    { ...open, entries: [recordedVoicemail()], now: NOW + DAY },
    { class: 'unexplained', email: 'missing' },
  ],
  [
    'a recording that somebody deleted at Twilio',
    { ...open, entries: [done()], recordings: [recordingOf({ status: 'deleted' })] },
    { class: 'unexplained', recording: 'missing' },
  ],
  [
    'a recording that Twilio does not know',
    { ...open, entries: [done()], recordings: [] },
    { class: 'unexplained', recording: 'missing' },
  ],
  [
    'an entry that is lost',
    { ...open, rows: rowsOf([done()]) },
    { class: 'unexplained', entry: 'missing', recording: 'there', mayTakeUp: true },
  ],
  [
    'an entry that retention deleted',
    { ...open, rows: rowsOf([done()]).map((row) => ({ ...row, entryDeleted: true })) },
    { class: 'retention', entry: 'retention', recording: 'there' },
  ],
  [
    'an entry of a day that retention has gone through',
    { rows: rowsOf([done()]), retention: { entries: '2026-11-22' } },
    { class: 'retention', recording: 'retention' },
  ],
  [
    'an entry that cannot be read',
    { ...open, rows: rowsOf([done()]), unreadable: [voicemailEntryId(CALL_SID, 1)] },
    { class: 'unreadable' },
  ],
  ['an entry whose row is lost', { ...open, entries: [done()], rows: [] }, { class: 'complete' }],
  [
    'a recording of ours without an entry',
    {
      recordings: [recordingOf()],
      origins: [[RECORDING_SID, { of: 'us', id: voicemailEntryId(CALL_SID, 1), queueName: 'Sales' }]],
    },
    { id: RECORDING_SID, queue: 'Sales', class: 'unexplained', recording: 'there', entry: 'missing', mayTakeUp: true },
  ],
  ['a recording of nobody knows whom', { recordings: [recordingOf()] }, { class: 'unexplained', queue: '' }],
  [
    'a recording without an entry that has only just ended',
    { recordings: [recordingOf()], now: NOW + 60_000 },
    { class: 'under-way' },
  ],
  [
    'a message that was recorded again',
    {
      recordings: [recordingOf()],
      entries: [
        apply(recordedVoicemail({ reviewed: true }), { type: 'message-discarded', recordingSid: RECORDING_SID }),
      ],
    },
    { class: 'superseded' },
  ],
  [
    'a message whose caller had their data deleted',
    {
      recordings: [recordingOf({ status: 'deleted' })],
      entries: [apply(done(), { type: 'entry-erased', by: 'WK1', subject: 'x', documents: [] })],
    },
    { class: 'erased', queue: '' },
  ],
])('%s is told from others', (_what, account, expected) => {
  expect(only(account)).toMatchObject(expected);
  if (expected.mayTakeUp === undefined && expected.class === 'unexplained' && expected.email === undefined)
    expect(only(account).mayTakeUp).toBeUndefined();
});

test.each<[string, 'others' | 'unknown', Account]>([
  ['a recording of a conversation', 'others', { recordings: [recordingOf({ isMessage: false })] }],
  [
    'a message of another program',
    'others',
    { recordings: [recordingOf()], origins: [[RECORDING_SID, { of: 'others' }]] },
  ],
  ['a message so old that nobody knows whose', 'unknown', { recordings: [recordingOf()], now: NOW + 31 * DAY }],
  ['a deleted message of nobody knows whom', 'unknown', { recordings: [recordingOf({ status: 'deleted' })] }],
])('%s is no voicemail', (_what, where, account) => {
  expect(reconcile(account)).toMatchObject({ items: [], totals: { voicemails: 0, [where]: 1 } });
});

test('a recording that began never, or whose message its row stands for, is not counted beside it', () => {
  expect(reconcile({ recordings: [recordingOf({ status: 'absent' })] }).items).toEqual([]);
  expect(reconcile({ ...open, rows: rowsOf([done()]) }).items).toHaveLength(1);
});

describe('whatever there is', () => {
  const sid = (prefix: string, n: number) => `${prefix}${n.toString(16).padStart(32, '0')}`;
  /** A few calls, so that recordings, entries and rows meet. */
  const call = fc.nat({ max: 5 });
  const kinds = ['done', 'begun', 'silent', 'discarded', 'erased', 'failed', 'deleted'] as const;
  const make: Record<(typeof kinds)[number], () => LedgerEntry> = {
    done: () => done(),
    begun: () => begunVoicemail(),
    silent: () => apply(begunVoicemail(), { type: 'no-message-left', followUp: 'callback' }),
    discarded: () =>
      apply(recordedVoicemail({ reviewed: true }), { type: 'message-discarded', recordingSid: RECORDING_SID }),
    erased: () => apply(done(), { type: 'entry-erased', by: 'WK1', subject: 'x', documents: [] }),
    failed: () => failedWith('unknown'),
    deleted: () => apply(done(), [{ type: 'deletion-begun' }, { type: 'recording-deleted' }]),
  };
  const entries = fc.uniqueArray(
    fc.record({
      call,
      attempt: fc.integer({ min: 1, max: 3 }),
      recording: fc.nat({ max: 12 }),
      kind: fc.constantFrom(...kinds),
      hasRow: fc.boolean(),
      hasEntry: fc.boolean(),
    }),
    { selector: ({ call: of, attempt }) => `${of} ${attempt}`, maxLength: 15 },
  );
  const recordings = fc.uniqueArray(
    fc.record({
      n: fc.nat({ max: 12 }),
      call,
      status: fc.constantFrom('completed', 'deleted', 'absent', 'processing'),
      isMessage: fc.boolean(),
      origin: fc.constantFrom<RecordingOrigin | undefined>(
        undefined,
        { of: 'others' },
        { of: 'unknown' },
        { of: 'us', id: 'x', queueName: 'Support' },
      ),
    }),
    { selector: ({ n }) => n, maxLength: 12 },
  );
  const account = fc
    .record({
      entries,
      recordings,
      age: fc.constantFrom(60_000, 2 * HOUR, 40 * DAY),
      retention: fc.constantFrom(undefined, '2026-11-22'),
    })
    .map((one): Account => {
      // One recording is never named by two entries.
      const taken = new Set<number>();
      const made = one.entries.map(({ call: of, attempt, recording, kind, hasRow, hasEntry }) => {
        const base = make[kind]();
        const isFree = !taken.has(recording);
        taken.add(recording);
        const named = isFree ? sid('RE', recording) : sid('RE', 100 + taken.size + of * 10 + attempt);
        const text = JSON.stringify({
          ...base,
          id: voicemailEntryId(sid('CA', of), attempt),
          callSid: sid('CA', of),
          attempt,
        });
        return { entry: JSON.parse(text.replaceAll(RECORDING_SID, named)) as LedgerEntry, hasRow, hasEntry };
      });
      return {
        entries: made.filter(({ hasEntry }) => hasEntry).map(({ entry }) => entry),
        rows: rowsOf(made.filter(({ hasRow }) => hasRow).map(({ entry }) => entry)),
        recordings: one.recordings.map(({ n, call: of, status, isMessage }) =>
          recordingOf({
            recordingSid: sid('RE', n),
            callSid: sid('CA', of),
            status: status as AccountRecording['status'],
            isMessage,
          }),
        ),
        origins: one.recordings.flatMap(({ n, origin }) =>
          origin === undefined ? [] : [[sid('RE', n), origin] as [string, RecordingOrigin]],
        ),
        retention: one.retention === undefined ? {} : { entries: one.retention },
        now: NOW + one.age,
      };
    });

  test('the totals add up, and every voicemail is in exactly one class', () => {
    fc.assert(
      fc.property(account, (given) => {
        const { items, totals } = reconcile(given);
        const explained = GAP_REASONS.reduce((sum, reason) => sum + (totals.explained[reason] ?? 0), 0);
        expect(totals.voicemails).toBe(items.length);
        expect(totals.complete + explained + totals.unexplained).toBe(totals.voicemails);
        for (const { class: of, recording, entry, task, email } of items) {
          const links = [recording, entry, task, email];
          expect(of === 'unexplained').toBe(links.includes('missing'));
          expect(of === 'complete').toBe(links.every((link) => link === 'there'));
        }
      }),
    );
  });

  test('nothing is counted twice, and every row and every message is counted somewhere', () => {
    fc.assert(
      fc.property(account, (given) => {
        const { items, totals } = reconcile(given);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
        for (const { id } of given.rows!) expect(items.some((item) => item.id === id)).toBe(true);
        const ofRecordings = items.length - given.rows!.length + totals.others + totals.unknown;
        expect(ofRecordings).toBeGreaterThanOrEqual(0);
        expect(ofRecordings).toBeLessThanOrEqual(given.recordings!.length);
        expect(totals.others).toBeGreaterThanOrEqual(given.recordings!.filter(({ isMessage }) => !isMessage).length);
      }),
    );
  });

  test('a part at a time comes to the same as all at once', () => {
    fc.assert(
      fc.property(account, (given) => {
        const facts = factsOf(given);
        const whole = reconcileRecordings(facts);
        const parts = [...facts.ofDay].map((one) => reconcileRecordings({ ...facts, ofDay: new Set([one]) }));
        expect(parts.flatMap(({ items }) => items)).toEqual(whole.items);
        expect(parts.reduce((sum, { others }) => sum + others, 0)).toBe(whole.others);
      }),
    );
  });
});
