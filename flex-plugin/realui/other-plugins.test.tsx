import { combineReducers, createStore } from '@reduxjs/toolkit';
import type { ITask } from '@twilio/flex-ui';
import { createAgentActions } from '../src/calling-back/agent-actions';
import { createQueryClient } from '../src/queries/query-client';
import { type AgentRootState, agentReducer, selectActionStatuses } from '../src/state/agent-state';
import { STATE_KEY } from '../src/state/plugin-state';

/**
 * What other plugins may do with Flex's actions: `addListener` before them, with `abortOriginal`, and `replaceAction`
 * (https://www.twilio.com/docs/flex/developer/ui/actions). Flex's own `Actions`, with bodies of ours.
 */
interface FlexActions {
  invokeAction(name: string, payload: object): Promise<unknown>;
  replaceAction(name: string, body: () => Promise<void>): void;
  registerAction(name: string, body: () => Promise<void>): void;
  addListener(event: string, listener: Listener): void;
}
const Flex: { Actions: FlexActions } = require('@twilio/flex-ui');
const ACTIONS = { accept: 'AcceptTask', callBack: 'StartOutboundCall', complete: 'CompleteTask' } as const;
const STATUS = { accept: 'accept', callBack: 'call', complete: 'complete' } as const;
const task = {
  sid: `WR${'b'.repeat(32)}`,
  taskSid: `WT${'a'.repeat(32)}`,
  queueSid: `WQ${'c'.repeat(32)}`,
  attributes: {},
} as unknown as ITask;
const card = { numberToCall: '+15551234567', numberToCallFrom: '+15550000001' };

type Listener = (payload: object, abort: () => void) => unknown;
let desktops = 0;

/** @returns the agent's actions over Flex's own, which end the task or place the call unless a plugin stops them */
function openDesktop() {
  // What is added to an action of Flex's stays: each desktop has actions of its own names.
  desktops += 1;
  const nameHere = (name: string) => `${name}-${desktops}`;
  const actions = {
    invokeAction: (name: string, payload: object): Promise<unknown> =>
      Flex.Actions.invokeAction(nameHere(name), payload),
    replaceAction: (name: string, body: () => Promise<void>) => Flex.Actions.replaceAction(nameHere(name), body),
    before: (name: string, listener: Listener) => Flex.Actions.addListener(`before${nameHere(name)}`, listener),
  };
  const done: string[] = [];
  for (const name of Object.values(ACTIONS))
    Flex.Actions.registerAction(nameHere(name), async () => {
      done.push(name);
    });
  const store = createStore(combineReducers({ [STATE_KEY]: combineReducers({ agent: agentReducer }) }));
  const agentActions = createAgentActions({
    client: { requeue: jest.fn(), confirmCaller: jest.fn(), deleteRecording: jest.fn() },
    store,
    queryClient: createQueryClient(),
    invokeAction: actions.invokeAction,
    hasTask: () => !done.includes('CompleteTask'),
    isOffered: () => !done.includes('AcceptTask'),
    hasCallFor: () => done.includes('StartOutboundCall'),
  });
  // As `registerAgentDesktop` does it.
  const listen = () =>
    actions.before('AcceptTask', (payload) => {
      void agentActions.acceptRequested((payload as { task: ITask }).task);
    });
  const statuses = () => selectActionStatuses(store.getState() as AgentRootState, task.taskSid);
  const start = (what: keyof typeof ACTIONS): Promise<unknown> => {
    if (what === 'accept') return actions.invokeAction('AcceptTask', { task }).catch(() => undefined);
    return what === 'callBack' ? agentActions.callBack(task, card) : agentActions.complete(task);
  };
  return { actions, done, statuses, start, listen };
}

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe.each(['callBack', 'complete'] as const)('%s beside another plugin', (what) => {
  const name = ACTIONS[what];

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('conference is undefined');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('conference is undefined'))],
  ])(`${what} goes on when another plugin's listener before it %s`, async (_how, listener) => {
    const { actions, done, statuses, start } = openDesktop();
    actions.before(name, listener);
    void start(what);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(done).toEqual([name]);
    expect(statuses()[STATUS[what]]?.step).not.toBe('failed');
  });

  test.each([
    ['aborts it', ({ actions }: Desktop) => actions.before(name, abortOriginal)],
    ['replaces it by nothing', ({ actions }: Desktop) => actions.replaceAction(name, async () => undefined)],
    ['never answers', ({ actions }: Desktop) => actions.before(name, () => new Promise(() => {}))],
  ])(`${what} says that it was stopped when another plugin %s`, async (_how, interfere) => {
    const desktop = openDesktop();
    interfere(desktop);
    void desktop.start(what);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(desktop.done).toEqual([]);
    expect(desktop.statuses()[STATUS[what]]).toEqual({ step: 'failed', failure: 'stopped-in-flex' });
  });
});

describe.each(['before', 'after'])('a plugin that was loaded %s this one', (order) => {
  test.each([
    ['aborts it', ({ actions }: Desktop) => actions.before('AcceptTask', abortOriginal)],
    ['replaces it by nothing', ({ actions }: Desktop) => actions.replaceAction('AcceptTask', async () => undefined)],
    ['leaves it alone', () => undefined],
  ])('accepting is said to be stopped only when the other plugin stops it: %s', async (how, interfere) => {
    const desktop = openDesktop();
    if (order === 'after') desktop.listen();
    interfere(desktop);
    if (order === 'before') desktop.listen();
    void desktop.start('accept');
    await jest.advanceTimersByTimeAsync(60_000);
    const isStopped = how !== 'leaves it alone';
    expect(desktop.done).toEqual(isStopped ? [] : ['AcceptTask']);
    expect(desktop.statuses().accept).toEqual(isStopped ? { step: 'failed', failure: 'stopped-in-flex' } : undefined);
  });
});

type Desktop = ReturnType<typeof openDesktop>;
const abortOriginal = (_payload: object, abort: () => void) => abort();
