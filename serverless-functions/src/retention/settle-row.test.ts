import { apply, NOW, newCallback, recordedVoicemail, TASK_SID, taskCreated } from '../../test/ledger-fixtures';
import { isAtRest } from './settle-row';

const callback = apply(newCallback(), taskCreated);

test('an entry is deleted only when its task has ended and nothing is left to do for it', () => {
  expect(isAtRest(recordedVoicemail(), NOW)).toBe(false);
  expect(isAtRest(callback, NOW)).toBe(false);
  const handled = apply(callback, { type: 'task-handled', taskSid: TASK_SID, at: NOW });
  expect(isAtRest(handled, NOW)).toBe(true);
  const lost = apply(callback, { type: 'task-lost', taskSid: TASK_SID, loss: 'canceled', at: NOW });
  expect(isAtRest(lost, NOW)).toBe(true);
});
