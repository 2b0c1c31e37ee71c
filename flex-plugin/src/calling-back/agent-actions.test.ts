import { combineReducers, createStore } from '@reduxjs/toolkit';
import type { ITask } from '@twilio/flex-ui';
import { createCard, createTask, RESERVATION_SID, rejectWith, TASK_SID } from '../../test/card-harness';
import type { FunctionsClient } from '../functions-client/functions-client';
import { cardQueryKey } from '../queries/card-query';
import { createQueryClient } from '../queries/query-client';
import { type AgentRootState, agentReducer, selectActionStatuses } from '../state/agent-state';
import { connectionRestored } from '../state/connection';
import { STATE_KEY } from '../state/plugin-state';
import { readVoicemailId } from '../task-channels/task-type';
import { createAgentActions, outboundCallPayload } from './agent-actions';
import { type CallConditions, callBlockReason } from './call-block';
import { returnToTask } from './return-to-task';

function setUp(
  client: Partial<FunctionsClient> = {},
  { hasTask = false, isOffered = false, hasCall = false, isOnline = (): boolean => true } = {},
) {
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
    isOffered: () => isOffered,
    hasCallFor: () => hasCall,
    wait: () => new Promise((resolve) => waits.push(resolve)),
    isOnline,
  });
  const state = () => store.getState() as AgentRootState;
  return {
    agentActions,
    store,
    queryClient,
    invokeAction,
    waits,
    state,
    statuses: () => selectActionStatuses(state(), TASK_SID),
  };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('accepting', () => {
  test.each([
    ['was accepted in time', false, true, undefined],
    ['is still offered', true, true, { step: 'failed', failure: 'stopped-in-flex' }],
    ['is still offered without a connection', true, false, { step: 'failed', failure: 'offline' }],
  ] as const)('a task that %s', async (_what, isOffered, isOnline, expected) => {
    const { agentActions, waits, statuses } = setUp({}, { isOffered, isOnline: () => isOnline });
    void agentActions.acceptRequested(createTask());
    expect(statuses().accept).toEqual({ step: 'running' });
    waits[0]!();
    await settle();
    expect(statuses().accept).toEqual(expected);
  });

  test('a second click counts from its own time', async () => {
    const { agentActions, waits, statuses } = setUp({}, { isOffered: true });
    void agentActions.acceptRequested(createTask());
    void agentActions.acceptRequested(createTask());
    waits[0]!();
    await settle();
    expect(statuses().accept).toEqual({ step: 'running' });
  });
});

describe('calling back', () => {
  test('calls from the dialed number, linked to the queue, task and conversation', () => {
    expect(outboundCallPayload(createTask(), createCard())).toEqual({
      destination: '+15551234567',
      callerId: '+15550000001',
      queueSid: `WQ${'c'.repeat(32)}`,
      taskAttributes: { parentTask: RESERVATION_SID, conversations: { conversation_id: 'conversation-1' } },
    });
  });

  test.each(['sip:front@example.com', '', '5550001', 'client:x'])(
    'does not use %p as caller ID',
    (numberToCallFrom) => {
      expect(outboundCallPayload(createTask(), createCard({ numberToCallFrom }))).not.toHaveProperty('callerId');
    },
  );

  test('starts a conversation for a task that has none', () => {
    expect(
      outboundCallPayload(createTask({}, { conversations: undefined }), createCard()).taskAttributes,
    ).toMatchObject({
      conversations: { conversation_id: TASK_SID },
    });
  });

  test('on ten clicks, places one call', async () => {
    const { agentActions, invokeAction, statuses } = setUp();
    for (let n = 0; n < 10; n += 1) void agentActions.callBack(createTask(), createCard());
    await settle();
    expect(invokeAction).toHaveBeenCalledTimes(1);
    expect(invokeAction).toHaveBeenCalledWith('StartOutboundCall', expect.anything());
    expect(statuses().call).toEqual({ step: 'running' });
  });

  test('a call that was set up leaves no message, and another one may follow', async () => {
    const { agentActions, invokeAction, waits, statuses } = setUp({}, { hasCall: true });
    void agentActions.callBack(createTask(), createCard());
    await settle();
    waits.at(-1)!();
    await settle();
    expect(statuses().call).toBeUndefined();
    void agentActions.callBack(createTask(), createCard());
    await settle();
    agentActions.callEnded(TASK_SID);
    expect(statuses().call).toBeUndefined();
    expect(invokeAction).toHaveBeenCalledTimes(2);
  });

  test('the setup timeout of one call does not end the next call', async () => {
    const { agentActions, waits, statuses } = setUp();
    void agentActions.callBack(createTask(), createCard());
    await settle();
    agentActions.callEnded(TASK_SID);
    void agentActions.callBack(createTask(), createCard());
    await settle();
    waits[1]!();
    await settle();
    expect(statuses().call).toEqual({ step: 'running' });
  });

  test('a call that counted as stopped and was set up late leaves no message behind', async () => {
    const { agentActions, waits, statuses } = setUp();
    void agentActions.callBack(createTask(), createCard());
    await settle();
    waits.at(-1)!();
    await settle();
    expect(statuses().call).toEqual({ step: 'failed', failure: 'stopped-in-flex' });
    agentActions.callEnded(TASK_SID);
    expect(statuses().call).toBeUndefined();
  });

  test('when Flex refuses the call, reports it and allows another try', async () => {
    const { agentActions, invokeAction, statuses } = setUp();
    invokeAction.mockRejectedValueOnce(new Error('no microphone'));
    await agentActions.callBack(createTask(), createCard());
    expect(statuses().call).toMatchObject({ step: 'failed' });
    void agentActions.callBack(createTask(), createCard());
    expect(statuses().call).toEqual({ step: 'running' });
  });

  const fine: CallConditions = {
    number: '+15551234567',
    callBlock: undefined,
    isOutboundEnabled: true,
    isBeingChecked: false,
    isOffline: false,
    isOnCall: false,
  };
  test.each([
    [{}, undefined],
    [{ isOnCall: true }, 'on-a-call'],
    [{ isOnCall: true, isOffline: true }, 'offline'],
    [{ isOffline: true, isOutboundEnabled: false }, 'outbound-not-enabled'],
    [{ number: '' }, 'no-number'],
    [{ callBlock: 'number-withheld', number: '', isOnCall: true }, 'number-withheld'],
  ] as [Partial<CallConditions>, string | undefined][])('%j is blocked by %p', (change, reason) => {
    expect(callBlockReason({ ...fine, ...change })).toBe(reason);
  });
});

describe('requeueing', () => {
  test('on ten clicks, sends one request and leaves completion to the server', async () => {
    const requeue = jest.fn().mockResolvedValue({ ok: true, attempts: 1 });
    const { agentActions, invokeAction, waits, statuses } = setUp({ requeue });
    for (let n = 0; n < 10; n += 1) void agentActions.requeue(createTask());
    await settle();
    void agentActions.requeue(createTask());
    expect(requeue).toHaveBeenCalledTimes(1);
    expect(requeue).toHaveBeenCalledWith(TASK_SID, readVoicemailId(createTask()));
    expect(statuses().requeue).toEqual({ step: 'done' });
    waits[0]!();
    await settle();
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test('when Flex still has the task, completes it and ignores a refusal', async () => {
    const { agentActions, invokeAction, waits, statuses } = setUp(
      { requeue: jest.fn().mockResolvedValue('already-requeued') },
      { hasTask: true },
    );
    invokeAction.mockRejectedValue(new Error('completed already'));
    void agentActions.requeue(createTask());
    await settle();
    waits[0]!();
    await settle();
    expect(invokeAction).toHaveBeenCalledWith('CompleteTask', { sid: RESERVATION_SID });
    expect(statuses().requeue).toEqual({ step: 'done' });
  });

  test('when the server refuses, keeps the reason and allows another try', async () => {
    const requeue = jest.fn(rejectWith('no-attempts-left'));
    const { agentActions, statuses, invokeAction } = setUp({ requeue });
    await agentActions.requeue(createTask());
    expect(statuses().requeue).toEqual({ step: 'failed', failure: 'no-attempts-left' });
    await agentActions.requeue(createTask());
    expect(requeue).toHaveBeenCalledTimes(2);
    expect(invokeAction).not.toHaveBeenCalled();
  });
});

test.each(['requeue', 'complete'] as const)('after %s, keeps nothing about a task that Flex dropped', async (what) => {
  const requeue = jest.fn().mockResolvedValue({ ok: true, attempts: 1 });
  const { agentActions, queryClient, waits, state } = setUp({ requeue });
  queryClient.setQueryData(cardQueryKey(TASK_SID), createCard());
  void agentActions[what](createTask());
  await settle();
  waits.at(-1)!();
  await settle();
  expect(state()[STATE_KEY]!.agent!.actionStatuses).toEqual({});
  expect(queryClient.getQueryData(cardQueryKey(TASK_SID))).toBeUndefined();
});

test('when Flex did not complete the task, says so and allows marking it again', async () => {
  const { agentActions, waits, statuses, invokeAction } = setUp({}, { hasTask: true });
  void agentActions.complete(createTask());
  await settle();
  waits.at(-1)!();
  await settle();
  expect(statuses().complete).toEqual({ step: 'failed', failure: 'stopped-in-flex' });
  void agentActions.complete(createTask());
  expect(invokeAction).toHaveBeenCalledTimes(2);
});

test('when Flex never ends completing the task, says that there is no connection, until there is', async () => {
  const { agentActions, waits, statuses, invokeAction, store } = setUp({}, { hasTask: true, isOnline: () => false });
  invokeAction.mockReturnValue(new Promise(() => undefined));
  void agentActions.complete(createTask());
  for (let n = 0; n < 2; n += 1) {
    await settle();
    waits[n]!();
  }
  await settle();
  expect(statuses().complete).toEqual({ step: 'failed', failure: 'offline' });
  store.dispatch(connectionRestored());
  expect(statuses().complete).toBeUndefined();
});

test('on two clicks, completes the task once', async () => {
  const { agentActions, invokeAction, statuses } = setUp();
  void agentActions.complete(createTask());
  void agentActions.complete(createTask());
  await settle();
  expect(invokeAction.mock.calls).toEqual([['CompleteTask', { sid: RESERVATION_SID }]]);
  expect(statuses().complete).toEqual({ step: 'done' });
});

test('after a deletion, the cached card has neither recording nor transcript', async () => {
  const { agentActions, queryClient } = setUp({ deleteRecording: jest.fn().mockResolvedValue(undefined) });
  queryClient.setQueryData(cardQueryKey(TASK_SID), createCard());
  await agentActions.deleteRecording(TASK_SID, 'voicemail-1');
  expect(queryClient.getQueryData(cardQueryKey(TASK_SID))).toMatchObject({
    recording: { state: 'deleted' },
    transcript: { state: 'none' },
  });
});

describe('asking for confirmation', () => {
  test('two clicks ask once, and the cached card shows what came of it', async () => {
    const confirmation = { state: 'calling', asksLeft: 2 } as const;
    const confirmCaller = jest.fn().mockResolvedValue({ confirmation });
    const { agentActions, queryClient, statuses } = setUp({ confirmCaller });
    queryClient.setQueryData(cardQueryKey(TASK_SID), createCard());
    const clicks = [agentActions.confirmCaller(createTask()), agentActions.confirmCaller(createTask())];
    expect(statuses().confirm).toEqual({ step: 'running' });
    await Promise.all(clicks);
    expect(confirmCaller.mock.calls).toEqual([[TASK_SID, readVoicemailId(createTask())]]);
    expect(queryClient.getQueryData(cardQueryKey(TASK_SID))).toMatchObject({ confirmation });
    expect(statuses().confirm).toBeUndefined();
  });

  test('when the answer is lost, the card is fetched again: the call may have been made', async () => {
    const { agentActions, queryClient, statuses } = setUp({ confirmCaller: jest.fn(rejectWith('timed-out')) });
    queryClient.setQueryData(cardQueryKey(TASK_SID), createCard());
    await agentActions.confirmCaller(createTask());
    expect(statuses().confirm).toEqual({ step: 'failed', failure: 'timed-out' });
    expect(queryClient.getQueryState(cardQueryKey(TASK_SID))?.isInvalidated).toBe(true);
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

  test.each(['taskCompleted', 'taskCanceled'])('on %s of the call, selects the callback', (event) => {
    const { emit, selectTask, callEnded } = calls(true);
    emit(event, call(RESERVATION_SID));
    expect(selectTask).toHaveBeenCalledWith(RESERVATION_SID);
    expect(callEnded).toHaveBeenCalledWith(TASK_SID);
  });

  test('with auto_select_task off, only marks the call as ended', () => {
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
