import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { type AnyAction, combineReducers, createStore } from '@reduxjs/toolkit';
import { QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import type { ITask } from '@twilio/flex-ui';
import { CustomizationProvider } from '@twilio-paste/core/customization';
import * as axe from 'axe-core';
import * as React from 'react';
import { Provider } from 'react-redux';
import { createAgentActions } from '../src/calling-back/agent-actions';
import type { PluginConfig } from '../src/config';
import type { FunctionsClient } from '../src/functions-client/functions-client';
import { type FailureCode, FunctionsError } from '../src/functions-client/functions-error';
import type { CreateAudio } from '../src/playback/use-voicemail-audio';
import { PluginContext, type PluginServices } from '../src/plugin-context';
import { createQueryClient } from '../src/queries/query-client';
import { agentReducer } from '../src/state/agent-state';
import { STATE_KEY } from '../src/state/plugin-state';
import { createTranslator } from '../src/strings/translator';
import { TaskCard } from '../src/task-card/TaskCard';

/** Shared by the plugin's tests: a task, the server's response for it, and Flex around it. */
export const TASK_SID = `WT${'a'.repeat(32)}`;
export const RESERVATION_SID = `WR${'b'.repeat(32)}`;
export const OFFLINE_SID = `WA${'0'.repeat(32)}`;
export const NOW = Date.parse('2026-11-22T14:55:00Z');

export function createTask(change: Partial<ITask> = {}, attributes: Record<string, unknown> = {}): ITask {
  return {
    sid: RESERVATION_SID,
    taskSid: TASK_SID,
    status: 'accepted',
    taskStatus: 'assigned',
    taskChannelUniqueName: 'voice',
    queueName: 'Support',
    queueSid: `WQ${'c'.repeat(32)}`,
    workerSid: `WK${'d'.repeat(32)}`,
    dateCreated: new Date('2026-11-22T14:41:00Z'),
    attributes: {
      taskType: 'voicemail',
      name: 'Ana Ruiz',
      from: '+15551234567',
      to: '+15550000001',
      direction: 'inbound',
      conversations: { conversation_id: 'conversation-1' },
      callback_and_voicemail: { voicemail_id: `voicemail-CA${'e'.repeat(32)}-1` },
      callBackData: {
        numberToCall: '+15551234567',
        numberToCallFrom: '+15550000001',
        utcDateTimeReceived: '2026-11-22T14:41:00.000Z',
        attempts: 0,
        transcriptText: 'From the attributes.',
        mainTimeZone: 'UTC',
        isDeleted: false,
      },
      ...attributes,
    },
    ...change,
  } as unknown as ITask;
}

export function createCard(change: Partial<VoicemailCard> = {}): VoicemailCard {
  return {
    voicemail_id: `voicemail-CA${'e'.repeat(32)}-1`,
    taskType: 'voicemail',
    numberToCall: '+15551234567',
    numberToCallFrom: '+15550000001',
    numberToCallText: '+1 555 123 4567',
    numberToCallFromText: '+1 555 000 0001',
    queue: 'Support',
    receivedAt: '2026-11-22T14:41:00.000Z',
    waitingSince: '2026-11-22T14:35:00.000Z',
    timeZone: 'UTC',
    attempts: 0,
    maxAttempts: 3,
    mayRequeue: true,
    recording: { state: 'ready', seconds: 64 },
    transcript: { state: 'ready', text: "Hi, this is Ana, I'm calling about my order." },
    email: { state: 'sent', recipients: 3, sentAt: '2026-11-22T14:41:30.000Z' },
    listenedBy: [],
    otherTasks: [],
    ...change,
  };
}

const createConfig = (change: Partial<PluginConfig> = {}): PluginConfig => ({
  enabled: true,
  allowRequeue: true,
  maxAttempts: 3,
  autoSelectTask: true,
  enableEmailNotifications: true,
  functionsUrl: 'https://functions.example.com',
  hasMailgunKey: false,
  misplacedSettings: [],
  isPlainFeatureOn: false,
  ...change,
});

export const rejectWith = (code: FailureCode) => (): Promise<never> =>
  Promise.reject(new FunctionsError(code, undefined, code));

export interface RenderOptions {
  task?: ITask;
  card?: VoicemailCard | FailureCode;
  client?: Partial<FunctionsClient>;
  config?: Partial<PluginConfig>;
  roles?: 'agent' | 'supervisor';
  language?: string;
  flex?: Record<string, unknown>;
  isOutboundEnabled?: boolean;
  isMonitoring?: boolean;
  createAudio?: CreateAudio;
  invokeAction?: jest.Mock;
}

export interface RenderedCard {
  container: Element;
  unmount: () => void;
  client: jest.Mocked<FunctionsClient>;
  invokeAction: jest.Mock;
  /** The agent selects another task. */
  showTask: (other: ITask) => void;
  dispatch: (action: AnyAction) => void;
  /** Something changes in Flex's own state. */
  setFlex: (change: object) => void;
}

/** Renders a card as Flex would, with a server that answers as configured. */
export function renderCard({
  task = createTask(),
  card = createCard(),
  client: clientOverrides = {},
  config = {},
  roles = 'agent',
  language = 'en-US',
  flex = {},
  isOutboundEnabled = true,
  isMonitoring = false,
  createAudio,
  invokeAction = jest.fn().mockResolvedValue(undefined),
}: RenderOptions = {}): RenderedCard {
  const client: jest.Mocked<FunctionsClient> = {
    card: jest.fn((_taskSid: string) => (typeof card === 'string' ? rejectWith(card)() : Promise.resolve(card))),
    audio: jest.fn((_taskSid: string, _start: number, _length: number) => new Promise<never>(() => undefined)),
    requeue: jest.fn().mockResolvedValue({ ok: true, attempts: 1 }),
    confirmCaller: jest.fn().mockResolvedValue({}),
    deleteRecording: jest.fn().mockResolvedValue(undefined),
    sweep: jest.fn().mockResolvedValue(undefined),
    ...(clientOverrides as Partial<jest.Mocked<FunctionsClient>>),
  };
  const store = createStore(
    combineReducers({
      [STATE_KEY]: combineReducers({ agent: agentReducer }),
      flex: (
        state: object = {
          worker: { activity: { sid: `WA${'1'.repeat(32)}` }, tasks: new Map([[task.sid, task]]) },
          phone: {},
          ...flex,
        },
        action: { type: string; flex?: object },
      ): object => (action.type === 'flex' ? { ...state, ...action.flex } : state),
    }),
  );
  const queryClient = createQueryClient();
  const agentActions = createAgentActions({
    client,
    store,
    queryClient,
    invokeAction,
    hasTask: () => false,
    isOffered: () => true,
    hasCallFor: () => true,
    wait: () => new Promise(() => undefined),
  });
  const services: PluginServices = {
    agentActions,
    fetchCard: client.card,
    fetchAudio: client.audio,
    config: createConfig(config),
    translator: createTranslator(language),
    isSupervisor: roles === 'supervisor',
    isOutboundEnabled,
    offlineActivitySid: OFFLINE_SID,
  };
  const view = (shown: ITask) => (
    <Provider store={store}>
      <CustomizationProvider baseTheme="default" disableAnimations>
        <QueryClientProvider client={queryClient}>
          <PluginContext.Provider value={services}>
            <TaskCard task={shown} isMonitoring={isMonitoring} createAudio={createAudio} />
          </PluginContext.Provider>
        </QueryClientProvider>
      </CustomizationProvider>
    </Provider>
  );
  const rendered = render(view(task));
  return {
    container: rendered.container,
    unmount: () => void rendered.unmount(),
    client,
    invokeAction,
    showTask: (other: ITask) => rendered.rerender(view(other)),
    dispatch: (action: AnyAction) => void act(() => void store.dispatch(action)),
    setFlex: (change: object) => void act(() => void store.dispatch({ type: 'flex', flex: change })),
  };
}

/** What axe finds wrong; colours cannot be judged without a layout. */
export async function findAxeViolations(container: Element): Promise<string[]> {
  const { violations: found } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
