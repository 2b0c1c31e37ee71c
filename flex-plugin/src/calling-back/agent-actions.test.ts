import { combineReducers, createStore } from '@reduxjs/toolkit';
import type { ITask } from '@twilio/flex-ui';
import { createCard, createTask, RESERVATION_SID, rejectWith, TASK_SID } from '../../test/card-harness';
import type { FunctionsClient } from '../functions-client/functions-client';
import { cardQueryKey } from '../queries/card-query';
import { createQueryClient } from '../queries/query-client';
import { type AgentRootState, agentReducer, selectActionStatuses } from '../state/agent-state';
import { STATE_KEY } from '../state/plugin-state';
import { createAgentActions, outboundCallPayload } from './agent-actions';
import { type CallConditions, callBlockReason } from './call-block';
import { returnToTask } from './return-to-task';

function stage(client: Partial<FunctionsClient> = {}, { hasTask = false } = {}) {
  const store = createStore(combineReducers({ [STATE_KEY]: combineReducers({ agent: agentReducer }) }));
  const queryClient = createQueryClient();
  const invokeAction = jest.fn().mockResolvedValue(undefined);
  const waits: (() => void)[] = [];
  const agentActions = createAgentActions({
    client: client as FunctionsClient,
    store,
    queryClient,
    invokeAction,
    hasTask: () => hasTask,
    wait: () => new Promise((resolve) => waits.push(resolve)),
  });
  const state = () => store.getState() as AgentRootState;
  return {
    acts: agentActions,
    queryClient,
    invokeAction,
    waits,
    state,
    act: () => selectActionStatuses(state(), TASK_SID),
  };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the call', () => {
  test('shows the number that was dialled, in the same queue, linked to the task and its conversation', () => {
    expect(outboundCallPayload(createTask(), createCard())).toEqual({
      destination: '+15551234567',
      callerId: '+15550000001',
      queueSid: `WQ${'c'.repeat(32)}`,
      taskAttributes: { parentTask: RESERVATION_SID, conversations: { conversation_id: 'conversation-1' } },
    });
  });

  test.each(['sip:front@example.com', '', '5550001', 'client:x'])('%p is never a caller id', (numberToCallFrom) => {
    expect(outboundCallPayload(createTask(), createCard({ numberToCallFrom }))).not.toHaveProperty('callerId');
  });

  test('a task without a conversation begins one', () => {
    expect(
      outboundCallPayload(createTask({}, { conversations: undefined }), createCard()).taskAttributes,
    ).toMatchObject({
      conversations: { conversation_id: TASK_SID },
    });
  });

  test('ten clicks, one call', async () => {
    const { acts: agentActions, invokeAction, act } = stage();
    for (let n = 0; n < 10; n += 1) void agentActions.callBack(createTask(), createCard());
    await settle();
    expect(invokeAction).toHaveBeenCalledTimes(1);
    expect(invokeAction).toHaveBeenCalledWith('StartOutboundCall', expect.anything());
    expect(act().call).toEqual({ step: 'running' });
  });

  test('a call that never came up can be placed again; one that ended, too', async () => {
    const { acts: agentActions, invokeAction, waits, act } = stage();
    void agentActions.callBack(createTask(), createCard());
    await settle();
    waits[0]!();
    await settle();
    expect(act().call).toBeUndefined();
    void agentActions.callBack(createTask(), createCard());
    await settle();
    agentActions.callEnded(TASK_SID);
    expect(act().call).toBeUndefined();
    expect(invokeAction).toHaveBeenCalledTimes(2);
  });

  test('the patience of one call does not end the next', async () => {
    const { acts: agentActions, waits, act } = stage();
    void agentActions.callBack(createTask(), createCard());
    await settle();
    agentActions.callEnded(TASK_SID);
    void agentActions.callBack(createTask(), createCard());
    await settle();
    waits[0]!();
    await settle();
    expect(act().call).toEqual({ step: 'running' });
  });

  test('refused by Flex: said, and can be tried again', async () => {
    const { acts: agentActions, invokeAction, act } = stage();
    invokeAction.mockRejectedValueOnce(new Error('no microphone'));
    await agentActions.callBack(createTask(), createCard());
    expect(act().call).toMatchObject({ step: 'failed' });
    void agentActions.callBack(createTask(), createCard());
    expect(act().call).toEqual({ step: 'running' });
  });

  const fine: CallConditions = {
    number: '+15551234567',
    callBlock: undefined,
    isOutboundEnabled: true,
    isOffline: false,
    isOnCall: false,
    isAtCapacity: false,
  };
  test.each([
    [{}, undefined],
    [{ isOnCall: true }, 'on-a-call'],
    [{ isAtCapacity: true }, 'no-capacity'],
    [{ isOnCall: true, isAtCapacity: true }, 'on-a-call'],
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
    const { acts: agentActions, invokeAction, waits, act } = stage({ requeue });
    for (let n = 0; n < 10; n += 1) void agentActions.requeue(createTask());
    await settle();
    void agentActions.requeue(createTask());
    expect(requeue).toHaveBeenCalledTimes(1);
    expect(act().requeue).toEqual({ step: 'done' });
    waits[0]!();
    await settle();
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test('Flex still has the task: it is completed from here, and a refusal is no error', async () => {
    const {
      acts: agentActions,
      invokeAction,
      waits,
      act,
    } = stage({ requeue: jest.fn().mockResolvedValue('already-requeued') }, { hasTask: true });
    invokeAction.mockRejectedValue(new Error('completed already'));
    void agentActions.requeue(createTask());
    await settle();
    waits[0]!();
    await settle();
    expect(invokeAction).toHaveBeenCalledWith('CompleteTask', { sid: RESERVATION_SID });
    expect(act().requeue).toEqual({ step: 'done' });
  });

  test('refused: why is known, and it can be tried again', async () => {
    const requeue = jest.fn(rejectWith('no-attempts-left'));
    const { acts: agentActions, act, invokeAction } = stage({ requeue });
    await agentActions.requeue(createTask());
    expect(act().requeue).toEqual({ step: 'failed', failure: 'no-attempts-left' });
    await agentActions.requeue(createTask());
    expect(requeue).toHaveBeenCalledTimes(2);
    expect(invokeAction).not.toHaveBeenCalled();
  });
});

test.each(['requeue', 'complete'] as const)('nothing is kept of a task that is gone (%s)', async (what) => {
  const requeue = jest.fn().mockResolvedValue({ ok: true, attempts: 1 });
  const { acts: agentActions, queryClient, waits, state } = stage({ requeue });
  queryClient.setQueryData(cardQueryKey(TASK_SID), createCard());
  void agentActions[what](createTask());
  await settle();
  waits[0]!();
  await settle();
  expect(state()[STATE_KEY]!.agent!.actionStatuses).toEqual({});
  expect(queryClient.getQueryData(cardQueryKey(TASK_SID))).toBeUndefined();
});

test('a task that Flex did not complete after all can be marked again', async () => {
  const { acts: agentActions, waits, act, invokeAction } = stage({}, { hasTask: true });
  void agentActions.complete(createTask());
  await settle();
  waits[0]!();
  await settle();
  expect(act().complete).toBeUndefined();
  void agentActions.complete(createTask());
  expect(invokeAction).toHaveBeenCalledTimes(2);
});

test('marked as handled is completed, once', async () => {
  const { acts: agentActions, invokeAction, act } = stage();
  void agentActions.complete(createTask());
  void agentActions.complete(createTask());
  await settle();
  expect(invokeAction.mock.calls).toEqual([['CompleteTask', { sid: RESERVATION_SID }]]);
  expect(act().complete).toEqual({ step: 'done' });
});

test('deleted: the card knows at once, sound and words', async () => {
  const { acts: agentActions, queryClient } = stage({ deleteRecording: jest.fn().mockResolvedValue(undefined) });
  queryClient.setQueryData(cardQueryKey(TASK_SID), createCard());
  await agentActions.deleteRecording(TASK_SID);
  expect(queryClient.getQueryData(cardQueryKey(TASK_SID))).toMatchObject({
    recording: { state: 'deleted' },
    transcript: { state: 'none' },
  });
});

describe('after the call', () => {
  function calls(autoSelectTask: boolean, parent: ITask | undefined = createTask()) {
    const listeners = new Map<string, (task: ITask) => void>();
    const selectTask = jest.fn().mockResolvedValue(undefined);
    const callEnded = jest.fn();
    returnToTask({
      on: (event, listener) => listeners.set(event, listener),
      findTask: (sid) => (sid === RESERVATION_SID ? parent : undefined),
      selectTask,
      callEnded,
      autoSelectTask,
    });
    return { emit: (event: string, task: ITask) => listeners.get(event)!(task), selectTask, callEnded };
  }
  const call = (parentTask: unknown) =>
    createTask({ sid: 'WRcall', taskSid: 'WTcall' }, { taskType: undefined, parentTask });

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

  test.each(['WRgone', undefined, 7])('a call with parentTask %p does not belong to a callback', (parentTask) => {
    const { emit, selectTask, callEnded } = calls(true);
    emit('taskCompleted', call(parentTask));
    expect(selectTask).not.toHaveBeenCalled();
    expect(callEnded).not.toHaveBeenCalled();
  });
});
