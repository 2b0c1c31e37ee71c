import { fakeSync } from '../../test/fake-sync';
import { type Interruption, interruptedSync } from '../../test/interrupted-sync';
import {
  apply,
  begunVoicemail,
  bookingCallback,
  CALL_SID,
  details,
  emailClaimed,
  emailDeferred,
  emailSent,
  NOW,
  newCallback,
  OTHER_TASK_SID,
  RECORDING_SID,
  recordedVoicemail,
  recordingCompleted,
  SAM,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { Invocation } from '../invocation';
import { type ChangeKind, withCurrentIndexKey } from '../ledger/change-plan';
import type { LedgerEntry } from '../ledger/entry';
import { chronologicalKey } from '../ledger/entry-id';
import type { EventType, LedgerEvent } from '../ledger/events';
import { FAILURES_MAP, historyMapName, toFailureRow, toHistoryRow } from '../ledger/history-row';
import { Ledger } from '../ledger/ledger';
import { isLeased } from '../ledger/schedule';
import type { SyncClient } from '../twilio/sync';
import { sweep } from './sweep';

/**
 * No row is lost, and no entry leaves the index, wherever the invocation dies that changes an entry, and whichever of
 * its writes is refused (ADR 0096). Every kind of change is cut off in each of its rounds, with every choice of the
 * writes on their way carried out; then one sweep must put everything right.
 */
const bounced: LedgerEvent = {
  ...{ type: 'delivery-reported', address: 'ana@example.com', provider: 'mailgun' },
  ...{ outcome: 'bounced', reason: 'no-such-address', at: NOW },
};
const failing: LedgerEvent = { type: 'email-failed', lastError: 'recipient-refused', recipients: [] };
const taskClaimed: LedgerEvent = { type: 'task-claimed', owner: 'me' };
const lost = (replaceIn?: string): LedgerEvent => ({
  type: 'task-lost',
  taskSid: TASK_SID,
  loss: 'workflow',
  at: NOW,
  replaceIn,
});
// Due before the sweep below, as the mail is in the end.
const carries: LedgerEvent = { type: 'email-carries', document: 'mails-of-caller-x', until: NOW + 600_000 };
const summarized: LedgerEvent = { type: 'email-summarized', carrier: 'voicemail-x', until: NOW + 3_600_000 };
const handled: LedgerEvent = { type: 'task-handled', taskSid: TASK_SID, at: NOW };
const confirmationBegun: LedgerEvent = { type: 'confirmation-begun', ask: 'a', number: details.from };
const requeued: LedgerEvent = { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' };

const recorded = recordedVoicemail({ transcribed: false });
const sent = apply(recorded, [taskClaimed, taskCreated, emailClaimed, emailSent]);
const callback = newCallback();
const promised = apply(callback, [taskClaimed, taskCreated]);
const STARTS: Record<string, LedgerEntry> = {
  'a voicemail being recorded': begunVoicemail(),
  'a message under review': recordedVoicemail({ reviewed: true }),
  'a discarded message': apply(recordedVoicemail({ reviewed: true }), {
    type: 'message-discarded',
    recordingSid: RECORDING_SID,
  }),
  'a recorded voicemail': recordedVoicemail(),
  'a voicemail whose mail is sent': sent,
  'a voicemail whose mail waits': apply(recorded, [taskClaimed, taskCreated, emailClaimed, emailDeferred]),
  'a voicemail whose mail failed': apply(recorded, [taskClaimed, taskCreated, emailClaimed, failing]),
  'a voicemail that carries others': apply(recorded, [taskClaimed, taskCreated, emailClaimed, carries]),
  'a voicemail in the mail of another': apply(recorded, [taskClaimed, taskCreated, emailClaimed, summarized]),
  'a voicemail whose mail bounced': apply(sent, bounced),
  'a handled voicemail': apply(sent, handled),
  'a handled voicemail with failed mail': apply(recorded, [taskClaimed, taskCreated, emailClaimed, failing, handled]),
  'a voicemail that is being deleted': apply(sent, { type: 'deletion-begun' }),
  'a voicemail that was deleted': apply(sent, { type: 'recording-deleted' }),
  'a voicemail whose task was lost': apply(sent, lost()),
  'a voicemail that was put back': apply(sent, [requeued, { type: 'task-created', taskSid: OTHER_TASK_SID }]),
  'an erased voicemail': apply(sent, { type: 'entry-erased', by: SAM.workerSid, subject: 'a hash', documents: [] }),
  'a new callback': callback,
  'a booking': bookingCallback(),
  'a withdrawn booking': apply(bookingCallback(), { type: 'callback-withdrawn', task: 'uncertain' }),
  'a promised callback': promised,
  'a callback that is being confirmed': apply(promised, confirmationBegun),
  'a callback with another number': apply(promised, { type: 'number-changed', number: '+12025550177' }),
};

/** One event of each type. */
const EVENTS: { [Type in EventType]: Extract<LedgerEvent, { type: Type }>[] } = {
  'recording-completed': [{ type: 'recording-completed', recordingSid: RECORDING_SID, seconds: 21 }],
  'recording-announced': [{ type: 'recording-announced', recordingSid: RECORDING_SID, checkAt: NOW + 60_000 }],
  'recording-check-rescheduled': [{ type: 'recording-check-rescheduled', checkAt: NOW + 300_000 }],
  'recording-deleted': [{ type: 'recording-deleted' }],
  'deletion-begun': [{ type: 'deletion-begun' }],
  'deletion-failed': [{ type: 'deletion-failed' }],
  'deletion-checked': [{ type: 'deletion-checked' }],
  'review-ended': [{ type: 'review-ended' }],
  'message-discarded': [{ type: 'message-discarded', recordingSid: RECORDING_SID }],
  'message-restored': [{ type: 'message-restored' }],
  'no-message-left': [
    { type: 'no-message-left', followUp: 'callback' },
    { type: 'no-message-left', followUp: 'none', reason: 'x' },
  ],
  'attempt-closed': [{ type: 'attempt-closed', as: 'withdrawn', reason: 'x' }],
  'transcript-received': [{ type: 'transcript-received', text: 'Hello' }],
  'transcript-timed-out': [{ type: 'transcript-timed-out' }],
  'caller-dequeued': [{ type: 'caller-dequeued' }],
  'queue-position-read': [
    {
      type: 'queue-position-read',
      position: { ...callback, queueName: 'Sales' },
    },
  ],
  'booking-claimed': [{ type: 'booking-claimed', owner: 'me' }],
  'booking-confirmed': [{ type: 'booking-confirmed', taskSid: TASK_SID }],
  'callback-withdrawn': [{ type: 'callback-withdrawn', task: { sid: TASK_SID } }],
  'withdrawal-claimed': [{ type: 'withdrawal-claimed', owner: 'me' }],
  'withdrawal-completed': [{ type: 'withdrawal-completed' }],
  'withdrawal-failed': [{ type: 'withdrawal-failed' }],
  'number-changed': [{ type: 'number-changed', number: '+12025550188' }],
  'number-synced': [{ type: 'number-synced', number: '+12025550177' }],
  'task-claimed': [{ type: 'task-claimed', owner: 'me' }],
  'task-created': [{ type: 'task-created', taskSid: TASK_SID }],
  'task-creation-failed': [{ type: 'task-creation-failed', error: 'x', uncertain: true }],
  'task-lost': [
    { type: 'task-lost', taskSid: TASK_SID, loss: 'workflow', at: NOW },
    { type: 'task-lost', taskSid: TASK_SID, loss: 'workflow', at: NOW, replaceIn: 'WW' },
  ],
  'task-handled': [{ type: 'task-handled', taskSid: TASK_SID, at: NOW }],
  'task-still-open': [{ type: 'task-still-open' }],
  'task-requeued': [{ type: 'task-requeued', taskSid: TASK_SID, owner: 'me' }],
  'task-restored': [{ type: 'task-restored', taskSid: TASK_SID, owner: 'me' }],
  'requeue-reverted': [{ type: 'requeue-reverted', taskSid: TASK_SID }],
  'creation-revoked': [{ type: 'creation-revoked' }],
  'surplus-tasks-found': [{ type: 'surplus-tasks-found', taskSid: TASK_SID, surplus: [OTHER_TASK_SID] }],
  'late-write-voided': [{ type: 'late-write-voided' }],
  'closing-claimed': [{ type: 'closing-claimed', owner: 'me' }],
  'closing-finished': [{ type: 'closing-finished', result: 'sent' }],
  'closing-deferred': [{ type: 'closing-deferred' }],
  'closing-skipped': [{ type: 'closing-skipped' }],
  'email-awaits-transcript': [{ type: 'email-awaits-transcript' }],
  'email-claimed': [{ type: 'email-claimed', owner: 'me', sendWhen: 'recorded' }],
  'email-sent': [{ type: 'email-sent', recipients: [], possibleDuplicate: false }],
  'email-carries': [carries],
  'email-summarized': [summarized],
  'email-inherits': [{ type: 'email-inherits', document: 'mails-of-caller-x', until: NOW + 3_600_000 }],
  'summary-full': [{ type: 'summary-full' }],
  'email-uncounted': [{ type: 'email-uncounted', until: NOW + 60_000 }],
  'summary-passed-on': [{ type: 'summary-passed-on', heir: 'voicemail-x' }],
  'email-switched-off': [{ type: 'email-switched-off' }],
  'email-failed': [{ type: 'email-failed', lastError: 'recipient-refused', recipients: [] }],
  'email-deferred': [{ type: 'email-deferred', lastError: 'unreachable', deliveryUncertain: false }],
  'resend-requested': [{ type: 'resend-requested' }],
  'delivery-reported': [
    { type: 'delivery-reported', address: 'ana@example.com', provider: 'mailgun', outcome: 'delivered', at: NOW },
    { type: 'delivery-reported', address: 'ana@example.com', provider: 'mailgun', outcome: 'bounced', at: NOW },
  ],
  'fallback-requested': [{ type: 'fallback-requested', address: 'boss@example.com' }],
  'entry-erased': [{ type: 'entry-erased', by: SAM.workerSid, subject: 'a hash', documents: [] }],
  'erasure-advanced': [{ type: 'erasure-advanced', recordings: [], tasks: [], documents: [], checkAt: undefined }],
  'confirmation-begun': [confirmationBegun],
  'confirmation-placed': [{ type: 'confirmation-placed', ask: 'a', callSid: CALL_SID }],
  'confirmation-not-placed': [{ type: 'confirmation-not-placed', ask: 'a' }],
  'confirmation-answered': [
    { type: 'confirmation-answered', ask: 'a', callSid: CALL_SID, answer: 'confirmed' },
    { type: 'confirmation-answered', ask: 'a', callSid: CALL_SID, answer: 'declined' },
  ],
  'confirmation-ended': [{ type: 'confirmation-ended', ask: 'a' }],
  'inbox-taken': [{ type: 'inbox-taken', address: 'ana@example.com', name: 'Ana' }],
  'inbox-given-back': [{ type: 'inbox-given-back', address: 'ana@example.com' }],
  'taken-synced': [{ type: 'taken-synced', takenAt: undefined }],
  'reminder-requested': [{ type: 'reminder-requested', address: 'ana@example.com', at: NOW + 60 * 60_000 }],
  'reminders-claimed': [{ type: 'reminders-claimed', owner: 'me' }],
  'reminders-finished': [{ type: 'reminders-finished', owner: 'me' }],
  'reminders-deferred': [{ type: 'reminders-deferred', owner: 'me' }],
  'inbox-call-begun': [{ type: 'inbox-call-begun', attempt: 'a', address: 'ana@example.com' }],
  'inbox-call-placed': [{ type: 'inbox-call-placed', attempt: 'a', callSid: CALL_SID }],
  'inbox-call-not-placed': [{ type: 'inbox-call-not-placed', attempt: 'a' }],
  'inbox-call-connecting': [{ type: 'inbox-call-connecting', attempt: 'a', callSid: CALL_SID }],
  'inbox-call-ended': [{ type: 'inbox-call-ended', attempt: 'a', callSid: CALL_SID, outcome: 'spoke', seconds: 9 }],
  'message-heard': [{ type: 'message-heard', ...SAM }],
  'task-opened': [{ type: 'task-opened', taskSid: TASK_SID, ...SAM }],
};

type Step = [ChangeKind, LedgerEvent[]];
/** What one invocation writes in several steps: the rows of a claim come with its outcome. */
const SEQUENCES: [string, LedgerEntry, Step[]][] = [
  [
    'a voicemail cut off between its recording and mail',
    begunVoicemail({ transcribed: false }),
    [
      ['claim', [recordingCompleted, taskClaimed, emailClaimed]],
      ['outcome', [taskCreated, emailSent]],
    ],
  ],
  [
    'a voicemail cut off while task and mail failed',
    begunVoicemail({ transcribed: false }),
    [
      ['claim', [recordingCompleted, taskClaimed, emailClaimed]],
      ['outcome', [{ type: 'task-creation-failed', error: 'x' }, emailDeferred]],
    ],
  ],
  [
    'a voicemail cut off while an agent put it back',
    sent,
    [
      ['awaited', [requeued]],
      ['awaited', [{ type: 'task-created', taskSid: OTHER_TASK_SID }]],
    ],
  ],
  [
    'a voicemail cut off while a supervisor put it back',
    sent,
    [
      ['outcome', [{ type: 'task-restored', taskSid: TASK_SID, owner: 'me' }]],
      ['outcome', [{ type: 'task-created', taskSid: OTHER_TASK_SID }]],
    ],
  ],
  [
    'a voicemail cut off while its mail was sent again',
    STARTS['a handled voicemail with failed mail']!,
    [
      ['claim', [{ type: 'resend-requested' }, emailClaimed]],
      ['outcome', [emailSent]],
    ],
  ],
];
/** What a caller or an agent waits for; an agent puts back a task that they have. */
const AWAITED: EventType[] = [
  'task-requeued',
  'requeue-reverted',
  'task-created',
  'booking-confirmed',
  'deletion-begun',
  'deletion-failed',
  'recording-deleted',
  'number-changed',
];
/** People delete by a task, and put back one that is open. */
function canHappen({ task }: LedgerEntry, { type }: LedgerEvent): boolean {
  if (type === 'recording-deleted' || type === 'deletion-begun') return task.state === 'created';
  return type !== 'task-requeued' || (task.state === 'created' && !task.closed);
}
function kindsOf(start: LedgerEntry, event: LedgerEvent): ChangeKind[] {
  const kinds: ChangeKind[] = ['outcome'];
  if (isLeased(apply(start, event), NOW)) kinds.push('claim');
  if (AWAITED.includes(event.type)) kinds.push('awaited');
  return kinds;
}
/** Each event in each state, as each kind of change as which it is written. */
const SINGLE: [string, LedgerEntry, Step[]][] = Object.entries(STARTS).flatMap(([what, start]) =>
  Object.values(EVENTS)
    .flat()
    .filter((event) => canHappen(start, event) && apply(start, event) !== start)
    .flatMap((event) =>
      kindsOf(start, event).map((kind): [string, LedgerEntry, Step[]] => [
        `${what} after ${event.type}, ${kind}`,
        start,
        [[kind, [event]]],
      ]),
    ),
);

const log = { info() {}, warn() {}, error() {} };

/** Sync with an entry, its key and its rows, as the last change left them. */
function storedEntry(start: LedgerEntry) {
  const fake = fakeSync();
  const entry = withCurrentIndexKey(start);
  fake.documents.set(entry.id, { data: entry as unknown as Record<string, unknown>, revision: '1' });
  const { indexKey } = entry;
  if (indexKey !== undefined) void fake.client.addMapItem!(fake.indexMap(entry), indexKey, {}, 1);
  for (const [map, row] of rowsOf(entry)) if (row !== undefined) fake.mapNamed(map).set(rowKey(entry), row);
  return { ...fake, entry };
}
const rowKey = ({ id, createdAt }: LedgerEntry) => chronologicalKey(id, createdAt);
const rowsOf = (entry: LedgerEntry): [string, object | undefined][] => [
  [historyMapName(entry.createdAt), toHistoryRow(entry)],
  [FAILURES_MAP, toFailureRow(entry)],
];
type Stored = ReturnType<typeof storedEntry>;

/** Makes the changes with a client that is cut off. @returns its rounds of writes */
async function change({ client, entry }: Stored, steps: Step[], interruption?: Interruption): Promise<string[][]> {
  const { sync, rounds } = interruptedSync(client, interruption);
  const ledger = new Ledger(() => sync);
  try {
    for (const [as, events] of steps) await ledger.apply(entry.id, events, { as });
  } catch {
    // It died, or was refused.
  }
  return rounds;
}

/** A sweep of a Twilio where all goes well. */
async function sweepOnce({ client, documents, entry }: Stored, isTaskOpen: boolean): Promise<void> {
  const { task } = documents.get(entry.id)!.data as unknown as LedgerEntry;
  const open = {
    sid: task.state === 'created' ? task.sid : 'WT',
    status: isTaskOpen ? 'pending' : 'completed',
    updatedAt: Date.now(),
    attributes: { callback_and_voicemail: { voicemail_id: entry.id } },
  };
  const isThere = task.state === 'created' && !task.closed;
  const sync = client as SyncClient;
  const taskRouter = {
    listOpenTasks: async () => ({ tasks: isThere && isTaskOpen ? [open] : [], complete: true }),
    fetchTask: async () => open,
    findTask: async () => undefined,
    findAllTasks: async () => [],
    listReservations: async () => [],
    createTask: async () => OTHER_TASK_SID,
    cancelTask: async () => undefined,
    updateTaskAttributes: async () => undefined,
  };
  const voice = {
    hasCallEnded: async () => true,
    fetchCallEnd: async () => undefined,
    listRecordings: async () => [],
    listMessagesSince: async () => [],
    listTranscriptions: async () => [],
    deleteRecording: async () => undefined,
    deleteTranscription: async () => undefined,
  };
  const invocation = {
    ledger: new Ledger(() => sync),
    twilio: { sync, taskRouter, voice },
    sendEmail: async () => ({ result: 'sent', recipients: [], possibleDuplicate: false }),
    environment: { values: { ADMIN_EMAIL: 'admin@example.com' }, problems: [] },
    deadline: { remaining: () => 8_000 },
    owner: 'sweep',
    timeZone: 'UTC',
    log,
  } as unknown as Invocation;
  await sweep(invocation, { maps: 8, entries: 50, checkTasks: true });
}

/** What is not as the stored entry says: its key, or a row. */
function wrongParts({ documents, mapNamed, keysOf, entry }: Stored): string[] {
  const stored = documents.get(entry.id)!.data as unknown as LedgerEntry;
  const wrong = rowsOf(stored)
    .filter(([map, row]) => JSON.stringify(mapNamed(map).get(rowKey(stored))) !== JSON.stringify(row))
    .map(([map]) => map);
  return stored.indexKey === undefined || keysOf(stored).includes(stored.indexKey) ? wrong : [...wrong, 'index'];
}

const MINUTE = 60_000;
const choices = (size: number) =>
  Array.from({ length: 2 ** size }, (_, bits) => (place: number) => Boolean((bits >> place) & 1));

/** All that may befall an invocation with these rounds of writes. */
function interruptionsOf(rounds: string[][]): [string, Interruption][] {
  const deaths = rounds.flatMap((round, diesInRound) =>
    choices(round.length).map((carriedOut): [string, Interruption] => [
      `dies when ${round.filter((_, place) => carriedOut(place)).join(' and ') || 'nothing'} of round ${diesInRound} is done`,
      { diesInRound, carriedOut },
    ]),
  );
  const refusals = [...new Set(rounds.flat())].map((refused): [string, Interruption] => [
    `${refused} is refused`,
    { refuses: (write) => write === refused },
  ]);
  return [...deaths, ...refusals];
}

/** @returns what one sweep leaves wrong */
async function leftWrong(start: LedgerEntry, steps: Step[], isTaskOpen: boolean): Promise<string[]> {
  const left: string[] = [];
  const interruptions = interruptionsOf(await change(storedEntry(start), steps));
  expect(interruptions.length).toBeGreaterThan(2);
  for (const [what, interruption] of interruptions) {
    jest.setSystemTime(NOW);
    const stored = storedEntry(start);
    await change(stored, steps, interruption);
    jest.setSystemTime(NOW + 20 * MINUTE);
    await sweepOnce(stored, isTaskOpen);
    const wrong = wrongParts(stored);
    if (wrong.length > 0) left.push(`${what}: ${wrong.join(', ')}`);
  }
  return left;
}

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => jest.useRealTimers());

/** These say that the task has ended. */
const AFTER_THE_END: EventType[] = ['task-handled', 'task-lost'];
/**
 * They do not make the entry due: what is cut off may show only when the task ends. A provider repeats a report that was
 * not answered, and then the rows are written again.
 */
const WHILE_OPEN: EventType[] = ['task-opened', 'delivery-reported'];

/** Whether the sweep that puts things right comes while the task is open. Where somebody waits, it may not. */
function isTaskOpenAtSweep(steps: Step[]): boolean {
  const late = [...AFTER_THE_END, ...WHILE_OPEN];
  return steps.every(([kind, events]) => kind !== 'awaited' && events.every(({ type }) => !late.includes(type)));
}

test.each([...SEQUENCES, ...SINGLE])('one sweep restores %s', async (_what, start, steps) => {
  expect(await leftWrong(start, steps, isTaskOpenAtSweep(steps))).toEqual([]);
});
