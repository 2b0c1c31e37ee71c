import {
  apply,
  newCallback,
  OTHER_TASK_SID,
  recordedVoicemail,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from '../ledger/entry';
import type { AssignmentStatus, Task } from '../twilio/taskrouter';
import { findSurplusTasks } from './surplus-tasks';
import { taskProof } from './task-proof';

const THIRD_TASK_SID = `WT${'3'.repeat(32)}`;
const callback: LedgerEntry = apply(newCallback(), [{ type: 'task-claimed', owner: 'me' }, taskCreated]);
const task = (sid: string, status: AssignmentStatus, entry = callback): Task => ({
  sid,
  status,
  workflowSid: entry.workflowSid,
  taskQueueSid: '',
  queueName: '',
  reason: '',
  priority: 0,
  attributes: { callback_and_voicemail: { voicemail_id: entry.id, proof: taskProof(entry) } },
  createdAt: 0,
  updatedAt: 0,
  virtualStartTime: 0,
});
const nothing = { taskSid: TASK_SID, toCancel: [], toComplete: [] };

test('one open task is left alone, whatever its state', () => {
  for (const status of ['pending', 'reserved', 'assigned', 'wrapping'] as const)
    expect(findSurplusTasks(callback, [task(TASK_SID, status)])).toEqual(nothing);
});

test("of two that nobody has accepted, the entry's own stays", () => {
  const open = [task(OTHER_TASK_SID, 'pending'), task(TASK_SID, 'reserved'), task(THIRD_TASK_SID, 'reserved')];
  expect(findSurplusTasks(callback, open)).toEqual({ ...nothing, toCancel: [OTHER_TASK_SID, THIRD_TASK_SID] });
});

test('a task that an agent has accepted takes the place of one that waits', () => {
  const open = [task(TASK_SID, 'pending'), task(OTHER_TASK_SID, 'assigned')];
  expect(findSurplusTasks(callback, open)).toEqual({ ...nothing, taskSid: OTHER_TASK_SID, toCancel: [TASK_SID] });
});

test('two that agents have accepted are both left to them', () => {
  expect(findSurplusTasks(callback, [task(TASK_SID, 'assigned'), task(OTHER_TASK_SID, 'wrapping')])).toEqual(nothing);
});

test('a task that was put back ends, also while its agent holds it', () => {
  const requeued = apply(callback, [
    { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' },
    { type: 'task-created', taskSid: OTHER_TASK_SID },
  ]);
  const open = [task(TASK_SID, 'assigned'), task(OTHER_TASK_SID, 'pending')];
  expect(findSurplusTasks(requeued, open)).toEqual({ taskSid: OTHER_TASK_SID, toCancel: [], toComplete: [TASK_SID] });
});

test('a task that appears after the entry was handled is canceled, unless an agent has it', () => {
  const handled = apply(callback, { type: 'task-handled', taskSid: TASK_SID, at: 0 });
  expect(findSurplusTasks(handled, [task(OTHER_TASK_SID, 'pending')])).toEqual({
    ...nothing,
    toCancel: [OTHER_TASK_SID],
  });
  expect(findSurplusTasks(handled, [task(OTHER_TASK_SID, 'assigned')])).toEqual(nothing);
});

test('a callback that was refused leaves no task', () => {
  const refused = apply(newCallback(), { type: 'creation-revoked' });
  const open = [task(TASK_SID, 'pending'), task(OTHER_TASK_SID, 'assigned')];
  expect(findSurplusTasks(refused, open)).toMatchObject({ toCancel: [TASK_SID], toComplete: [] });
});

test('nothing is said while a task is to be made', () => {
  expect(findSurplusTasks(newCallback(), [task(TASK_SID, 'pending'), task(OTHER_TASK_SID, 'pending')])).toBeUndefined();
});

test('a task of another workflow, entry or recording is none of the entry', () => {
  const voicemail = apply(recordedVoicemail(), [{ type: 'task-claimed', owner: 'me' }, taskCreated]);
  const own = task(TASK_SID, 'pending', voicemail);
  const other = task(OTHER_TASK_SID, 'pending', voicemail);
  const strangers: Task[] = [
    { ...other, workflowSid: 'WW0' },
    { ...other, attributes: { callback_and_voicemail: { voicemail_id: 'voicemail-x' } } },
    { ...other, attributes: { ...other.attributes, callBackData: { recordingSid: `RE${'9'.repeat(32)}` } } },
  ];
  for (const stranger of strangers) expect(findSurplusTasks(voicemail, [own, stranger])).toEqual(nothing);
  expect(findSurplusTasks(voicemail, [own, other])).toEqual({ ...nothing, toCancel: [OTHER_TASK_SID] });
});
