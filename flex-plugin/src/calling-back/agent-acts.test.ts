import type { ITask } from '@twilio/flex-ui';
import { combineReducers, createStore } from 'redux';
import { aCard, aTask, failing, RESERVATION_SID, TASK_SID } from '../../test/things';
import type { FunctionsClient } from '../functions-client/functions-client';
import { type RootState, reducer, SLICE, selectActs, selectCard } from '../state/state';
import { callPayload, createAgentActs } from './agent-acts';
import { type CallConditions, callBlockReason } from './call-block';
import { returnToTask } from './return-to-task';

function stage(client: Partial<FunctionsClient> = {}, { hasTask = false } = {}) {
  const store = createStore(combineReducers({ [SLICE]: reducer }));
  const invokeAction = jest.fn().mockResolvedValue(undefined);
  const waits: (() => void)[] = [];
  const acts = createAgentActs({
    client: client as FunctionsClient,
    store,
    invokeAction,
    hasTask: () => hasTask,
    wait: () => new Promise((resolve) => waits.push(resolve)),
  });
  const state = () => store.getState() as RootState;
  return { acts, invokeAction, waits, state, act: () => selectActs(state(), TASK_SID) };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the call', () => {
  test('shows the number that was dialled, in the same queue, linked to the task and its conversation', () => {
    expect(callPayload(aTask(), aCard())).toEqual({
      destination: '+15551234567',
      callerId: '+15550000001',
      queueSid: `WQ${'c'.repeat(32)}`,
      taskAttributes: { parentTask: RESERVATION_SID, conversations: { conversation_id: 'conversation-1' } },
    });
  });

  test.each(['sip:front@example.com', '', '5550001', 'client:x'])('%p is never a caller id', (numberToCallFrom) => {
    expect(callPayload(aTask(), aCard({ numberToCallFrom }))).not.toHaveProperty('callerId');
  });

  test('a task without a conversation begins one', () => {
    expect(callPayload(aTask({}, { conversations: undefined }), aCard()).taskAttributes).toMatchObject({
      conversations: { conversation_id: TASK_SID },
    });
  });

  test('ten clicks, one call', async () => {
    const { acts, invokeAction, act } = stage();
    for (let n = 0; n < 10; n += 1) void acts.callBack(aTask(), aCard());
    await settle();
    expect(invokeAction).toHaveBeenCalledTimes(1);
    expect(invokeAction).toHaveBeenCalledWith('StartOutboundCall', expect.anything());
    expect(act().call).toEqual({ step: 'running' });
  });

  test('a call that never came up can be placed again; one that ended, too', async () => {
    const { acts, invokeAction, waits, act } = stage();
    void acts.callBack(aTask(), aCard());
    await settle();
    waits[0]!();
    await settle();
    expect(act().call).toBeUndefined();
    void acts.callBack(aTask(), aCard());
    await settle();
    acts.callEnded(TASK_SID);
    expect(act().call).toBeUndefined();
    expect(invokeAction).toHaveBeenCalledTimes(2);
  });

  test('the patience of one call does not end the next', async () => {
    const { acts, waits, act } = stage();
    void acts.callBack(aTask(), aCard());
    await settle();
    acts.callEnded(TASK_SID);
    void acts.callBack(aTask(), aCard());
    await settle();
    waits[0]!();
    await settle();
    expect(act().call).toEqual({ step: 'running' });
  });

  test('refused by Flex: said, and can be tried again', async () => {
    const { acts, invokeAction, act } = stage();
    invokeAction.mockRejectedValueOnce(new Error('no microphone'));
    await acts.callBack(aTask(), aCard());
    expect(act().call).toMatchObject({ step: 'failed' });
    void acts.callBack(aTask(), aCard());
    expect(act().call).toEqual({ step: 'running' });
  });

  const fine: CallConditions = {
    number: '+15551234567',
    callBlock: undefined,
    isOutboundEnabled: true,
    isOffline: false,
    isOnCall: false,
    hasNoCapacity: false,
  };
  test.each([
    [{}, undefined],
    [{ isOnCall: true }, 'on-a-call'],
    [{ hasNoCapacity: true }, 'no-capacity'],
    [{ isOnCall: true, hasNoCapacity: true }, 'on-a-call'],
    [{ isOnCall: true, isOffline: true }, 'offline'],
    [{ isOffline: true, isOutboundEnabled: false }, 'outbound-not-enabled'],
    [{ number: '' }, 'no-number'],
    [{ callBlock: 'number-withheld', number: '', isOnCall: true }, 'number-withheld'],
  ] as [Partial<CallConditions>, string | undefined][])('%j is blocked by %p', (change, reason) => {
    expect(callBlockReason({ ...fine, ...change })).toBe(reason);
  });
});

describe('try again later', () => {
  test('ten clicks, one request; the server completes the task', async () => {
    const requeue = jest.fn().mockResolvedValue({ ok: true, attempts: 1 });
    const { acts, invokeAction, waits, act } = stage({ requeue });
    for (let n = 0; n < 10; n += 1) void acts.requeue(aTask());
    await settle();
    void acts.requeue(aTask());
    expect(requeue).toHaveBeenCalledTimes(1);
    expect(act().requeue).toEqual({ step: 'done' });
    waits[0]!();
    await settle();
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test('Flex still has the task: it is completed from here, and a refusal is no error', async () => {
    const { acts, invokeAction, waits, act } = stage(
      { requeue: jest.fn().mockResolvedValue('already-requeued') },
      { hasTask: true },
    );
    invokeAction.mockRejectedValue(new Error('completed already'));
    void acts.requeue(aTask());
    await settle();
    waits[0]!();
    await settle();
    expect(invokeAction).toHaveBeenCalledWith('CompleteTask', { sid: RESERVATION_SID });
    expect(act().requeue).toEqual({ step: 'done' });
  });

  test('refused: why is known, and it can be tried again', async () => {
    const requeue = jest.fn(failing('no-attempts-left'));
    const { acts, act, invokeAction } = stage({ requeue });
    await acts.requeue(aTask());
    expect(act().requeue).toEqual({ step: 'failed', failure: 'no-attempts-left' });
    await acts.requeue(aTask());
    expect(requeue).toHaveBeenCalledTimes(2);
    expect(invokeAction).not.toHaveBeenCalled();
  });
});

test.each(['requeue', 'complete'] as const)('nothing is kept of a task that is gone (%s)', async (what) => {
  const requeue = jest.fn().mockResolvedValue({ ok: true, attempts: 1 });
  const { acts, waits, state } = stage({ requeue });
  void acts[what](aTask());
  await settle();
  waits[0]!();
  await settle();
  const { cards, acts: kept } = state()[SLICE]!;
  expect([cards, kept]).toEqual([{}, {}]);
});

test('a task that Flex did not complete after all can be marked again', async () => {
  const { acts, waits, act, invokeAction } = stage({}, { hasTask: true });
  void acts.complete(aTask());
  await settle();
  waits[0]!();
  await settle();
  expect(act().complete).toBeUndefined();
  void acts.complete(aTask());
  expect(invokeAction).toHaveBeenCalledTimes(2);
});

test('marked as handled is completed, once', async () => {
  const { acts, invokeAction, act } = stage();
  void acts.complete(aTask());
  void acts.complete(aTask());
  await settle();
  expect(invokeAction.mock.calls).toEqual([['CompleteTask', { sid: RESERVATION_SID }]]);
  expect(act().complete).toEqual({ step: 'done' });
});

test('deleted: the card knows at once, sound and words', async () => {
  const { acts, state } = stage({
    card: jest.fn().mockResolvedValue(aCard()),
    deleteRecording: jest.fn().mockResolvedValue(undefined),
  });
  await acts.loadCard(TASK_SID);
  await acts.deleteRecording(TASK_SID);
  expect(selectCard(state(), TASK_SID).card).toMatchObject({
    recording: { state: 'deleted' },
    transcript: { state: 'none' },
  });
});

describe('the card in the store', () => {
  test('a failure keeps what was loaded', async () => {
    const card = jest.fn().mockResolvedValueOnce(aCard()).mockImplementation(failing('offline'));
    const { acts, state } = stage({ card });
    await acts.loadCard(TASK_SID);
    await acts.loadCard(TASK_SID);
    expect(selectCard(state(), TASK_SID)).toEqual({ card: aCard(), loading: false, failure: 'offline' });
  });

  test('a transcript that arrives is news; one that was there is not', async () => {
    const pending = aCard({ transcript: { state: 'pending' } });
    const card = jest.fn().mockResolvedValueOnce(pending).mockResolvedValue(aCard());
    const { acts, state } = stage({ card });
    await acts.loadCard(TASK_SID);
    expect(selectCard(state(), TASK_SID).news).toBeUndefined();
    await acts.loadCard(TASK_SID);
    expect(selectCard(state(), TASK_SID).news).toBe('transcript-arrived');
  });
});

describe('after the call', () => {
  function calls(autoSelectTask: boolean, parent: ITask | undefined = aTask()) {
    const listeners = new Map<string, (task: ITask) => void>();
    const selectTask = jest.fn().mockResolvedValue(undefined);
    const callEnded = jest.fn();
    returnToTask({
      on: (event, listener) => listeners.set(event, listener),
      taskOf: (sid) => (sid === RESERVATION_SID ? parent : undefined),
      selectTask,
      callEnded,
      autoSelectTask,
    });
    return { emit: (event: string, task: ITask) => listeners.get(event)!(task), selectTask, callEnded };
  }
  const call = (parentTask: unknown) =>
    aTask({ sid: 'WRcall', taskSid: 'WTcall' }, { taskType: undefined, parentTask });

  test.each(['taskCompleted', 'taskCanceled'])('%s: back to the callback', (event) => {
    const { emit, selectTask, callEnded } = calls(true);
    emit(event, call(RESERVATION_SID));
    expect(selectTask).toHaveBeenCalledWith(RESERVATION_SID);
    expect(callEnded).toHaveBeenCalledWith(TASK_SID);
  });

  test('switched off: only the call has ended', () => {
    const { emit, selectTask, callEnded } = calls(false);
    emit('taskCompleted', call(RESERVATION_SID));
    expect(selectTask).not.toHaveBeenCalled();
    expect(callEnded).toHaveBeenCalled();
  });

  test.each(['WRgone', undefined, 7])('a call with parentTask %p is nobody of ours', (parentTask) => {
    const { emit, selectTask, callEnded } = calls(true);
    emit('taskCompleted', call(parentTask));
    expect(selectTask).not.toHaveBeenCalled();
    expect(callEnded).not.toHaveBeenCalled();
  });
});
