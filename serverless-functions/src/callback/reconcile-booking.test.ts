import { apply, bookingCallback, NOW, newCallback, TASK_SID } from '../../test/ledger-fixtures';
import { taskProof } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { CALLBACK_CANCEL_REASON, type LedgerEntry } from '../ledger/entry';
import type { LedgerEvent } from '../ledger/events';
import { LATE_EXECUTION_MS } from '../ledger/schedule';
import { transitionAll } from '../ledger/transitions';
import { reconcileBooking } from './reconcile-booking';

const LOCK = 'active-callback-x';
const OTHER_ID = `callback-CA${'e'.repeat(32)}`;

/** A booking whose invocation died after it had created the task and left the line. */
async function reconcile(lockHolder: LedgerEntry | undefined) {
  const booked: LedgerEntry = { ...bookingCallback(), activeCallback: LOCK, queueTaskSid: 'WT1' };
  const entries = new Map([booked, lockHolder].flatMap((entry) => (entry ? [[entry.id, entry] as const] : [])));
  const holder = { id: lockHolder?.id };
  const canceled: string[] = [];
  const ownTask = {
    sid: TASK_SID,
    attributes: { callback_and_voicemail: { voicemail_id: booked.id, proof: taskProof(booked) } },
    reason: '',
  };
  const change = (ref: string | { entry: LedgerEntry }, transform: (entry: LedgerEntry) => LedgerEntry) => {
    const id = typeof ref === 'string' ? ref : ref.entry.id;
    const entry = transform(entries.get(id)!);
    entries.set(id, entry);
    return { entry, revision: '1' };
  };
  const invocation = {
    owner: 'me',
    log: { info() {}, warn() {}, error() {} },
    ledger: {
      find: async (id: string) => ({ entry: entries.get(id)!, revision: '1' }),
      claim: async (ref: string, tryClaim: (entry: LedgerEntry) => { entry: LedgerEntry; claim?: boolean }) => {
        const { claim } = tryClaim(entries.get(booked.id)!);
        return { ...change(ref, (entry) => tryClaim(entry).entry), claim };
      },
      apply: async (ref: string, events: LedgerEvent | LedgerEvent[]) =>
        change(ref, (entry) => transitionAll(entry, [events].flat(), Date.now())),
      ensureListed: async () => undefined,
    },
    twilio: {
      sync: {
        fetchDocument: async () => (holder.id ? { data: { entryId: holder.id }, revision: '1' } : undefined),
        createDocument: async (_name: string, { entryId }: { entryId: string }) => {
          holder.id = entryId;
        },
        updateDocument: async (_name: string, { entryId }: { entryId: string }) => {
          holder.id = entryId;
        },
      },
      taskRouter: {
        fetchTask: async (sid: string) =>
          sid === 'WT1'
            ? { sid, status: 'canceled', reason: CALLBACK_CANCEL_REASON, attributes: {}, virtualStartTime: NOW }
            : { ...ownTask, sid, status: 'pending', etag: '"1"' },
        findTask: async () => ownTask,
        cancelTask: async (sid: string) => void canceled.push(sid),
      },
    },
  } as unknown as Invocation;
  jest.useFakeTimers({ now: NOW + LATE_EXECUTION_MS });
  await reconcileBooking(invocation, { entry: booked, revision: '1' });
  jest.useRealTimers();
  return { holder: holder.id, canceled, entry: entries.get(booked.id)! };
}

test('a booking that died before it was the active callback becomes it', async () => {
  const { holder, canceled, entry } = await reconcile(undefined);
  expect(entry).toMatchObject({ dequeued: true, task: { state: 'created', sid: TASK_SID } });
  expect({ holder, canceled }).toEqual({ holder: entry.id, canceled: [] });
});

test('a booking that died is withdrawn when the caller has booked again since', async () => {
  const other = apply({ ...newCallback(), id: OTHER_ID }, { type: 'task-created', taskSid: `WT${'9'.repeat(32)}` });
  const { holder, canceled, entry } = await reconcile(other);
  expect({ holder, canceled }).toEqual({ holder: OTHER_ID, canceled: [TASK_SID] });
  expect(entry.task.state).toBe('none');
});

test('while the caller books again, a booking that died is decided later', async () => {
  const { holder, canceled, entry } = await reconcile({ ...bookingCallback(), id: OTHER_ID });
  expect({ holder, canceled }).toEqual({ holder: OTHER_ID, canceled: [] });
  expect(entry.booking).toBe(true);
});
