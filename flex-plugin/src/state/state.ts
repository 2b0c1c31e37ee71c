import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { type AnyAction, combineReducers } from 'redux';
import { historyReducer } from '../email-admin/history/history-state';
import { settingsReducer } from '../email-admin/settings/settings-state';
import type { FailureCode } from '../functions-client/functions-error';

/** Where the slice lies in Flex's store. */
export const STATE_KEY = 'callbackAndVoicemail';

/** What the card of one task knows. */
export interface CardState {
  card?: VoicemailCard;
  loading: boolean;
  /** Why the last load failed; what was loaded before stays. */
  failure?: FailureCode;
  /** Something arrived while the card was shown: read out, once. */
  announcement?: 'transcript-arrived';
}

/** What an agent may set going, one of each at a time. */
export const AGENT_ACTIONS = ['call', 'requeue', 'complete', 'delete'] as const;
export type AgentAction = (typeof AGENT_ACTIONS)[number];
export type ActionStatus = { step: 'running' } | { step: 'done' } | { step: 'failed'; failure?: FailureCode };

export interface PluginState {
  /** By task sid. */
  cards: Record<string, CardState>;
  /** By task sid. */
  actionStatuses: Record<string, Partial<Record<AgentAction, ActionStatus>>>;
  /** The supervisors' panel. */
  email: ReturnType<typeof emailReducer>;
}

const emailReducer = combineReducers({ settings: settingsReducer, history: historyReducer });
const INITIAL_STATE: PluginState = { cards: {}, actionStatuses: {}, email: emailReducer(undefined, { type: '' }) };
const PREFIX = 'CALLBACK_AND_VOICEMAIL';

export const actions = {
  cardLoading: (taskSid: string) => ({ type: `${PREFIX}/CARD_LOADING` as const, taskSid }),
  cardLoaded: (taskSid: string, card: VoicemailCard) => ({ type: `${PREFIX}/CARD_LOADED` as const, taskSid, card }),
  cardFailed: (taskSid: string, failure: FailureCode) => ({ type: `${PREFIX}/CARD_FAILED` as const, taskSid, failure }),
  recordingDeleted: (taskSid: string) => ({ type: `${PREFIX}/RECORDING_DELETED` as const, taskSid }),
  actionStatusChanged: (taskSid: string, act: AgentAction, state: ActionStatus | undefined) => ({
    type: `${PREFIX}/ACT` as const,
    taskSid,
    act,
    state,
  }),
  taskRemoved: (taskSid: string) => ({ type: `${PREFIX}/FORGOTTEN` as const, taskSid }),
};
type PluginAction = ReturnType<(typeof actions)[keyof typeof actions]>;

/** The plugin's one slice of Flex's store. */
export function reducer(state: PluginState = INITIAL_STATE, action: AnyAction): PluginState {
  const pluginAction = action as PluginAction;
  const card = (next: (current: CardState) => CardState): PluginState => ({
    ...state,
    cards: { ...state.cards, [pluginAction.taskSid]: next(state.cards[pluginAction.taskSid] ?? { loading: false }) },
  });
  switch (pluginAction.type) {
    case 'CALLBACK_AND_VOICEMAIL/CARD_LOADING':
      return card((current) => ({ ...current, loading: true }));
    case 'CALLBACK_AND_VOICEMAIL/CARD_LOADED':
      return card((current) => ({
        card: pluginAction.card,
        loading: false,
        ...(hasTranscriptArrived(current.card, pluginAction.card) || current.announcement !== undefined
          ? { announcement: 'transcript-arrived' }
          : {}),
      }));
    case 'CALLBACK_AND_VOICEMAIL/CARD_FAILED':
      return card((current) => ({ ...current, loading: false, failure: pluginAction.failure }));
    case 'CALLBACK_AND_VOICEMAIL/RECORDING_DELETED':
      return card((current) => ({ ...current, card: current.card && withoutRecording(current.card) }));
    case 'CALLBACK_AND_VOICEMAIL/ACT':
      return {
        ...state,
        actionStatuses: {
          ...state.actionStatuses,
          [pluginAction.taskSid]: {
            ...state.actionStatuses[pluginAction.taskSid],
            [pluginAction.act]: pluginAction.state,
          },
        },
      };
    case 'CALLBACK_AND_VOICEMAIL/FORGOTTEN': {
      const { [pluginAction.taskSid]: _card, ...cards } = state.cards;
      const { [pluginAction.taskSid]: _acts, ...acts } = state.actionStatuses;
      return { ...state, cards, actionStatuses: acts };
    }
    default: {
      const email = emailReducer(state.email, action);
      return email === state.email ? state : { ...state, email };
    }
  }
}

const hasTranscriptArrived = (before: VoicemailCard | undefined, after: VoicemailCard) =>
  before !== undefined && before.transcript.state === 'pending' && after.transcript.state === 'ready';

/** The same card, once its recording and words are gone. */
export const withoutRecording = (card: VoicemailCard): VoicemailCard => ({
  ...card,
  recording: { state: 'deleted' },
  transcript: { state: 'none' },
});

/** Flex's state, as far as is read here. */
export interface RootState {
  [STATE_KEY]?: PluginState;
}

const NO_CARD: CardState = { loading: false };
const NO_STATUSES: PluginState['actionStatuses'][string] = {};

/** @returns what is known of the task's card */
export const selectCard = (state: RootState, taskSid: string): CardState => state[STATE_KEY]?.cards[taskSid] ?? NO_CARD;
/** True while a call for another task is being set up. */
export const selectIsCallingElsewhere = (state: RootState, taskSid: string): boolean =>
  Object.entries(state[STATE_KEY]?.actionStatuses ?? {}).some(
    ([sid, acts]) => sid !== taskSid && acts.call?.step === 'running',
  );
/** @returns what was set going for the task */
export const selectActionStatuses = (state: RootState, taskSid: string) =>
  state[STATE_KEY]?.actionStatuses[taskSid] ?? NO_STATUSES;
/** True while something of the card is still to come by itself. */
export const isAwaitingUpdates = ({ card }: CardState, now = Date.now()): boolean =>
  card !== undefined &&
  (card.transcript.state === 'pending' || card.email.state === 'pending' || isAwaitingDelivery(card.email, now));

/** The provider hears of it within a minute or two, as a rule. */
const DELIVERY_REPORT_MS = 2 * 60_000;
const isAwaitingDelivery = ({ state, sentAt, delivered, bounced }: VoicemailCard['email'], now: number) =>
  state === 'sent' &&
  delivered === undefined &&
  bounced === undefined &&
  sentAt !== undefined &&
  now - Date.parse(sentAt) < DELIVERY_REPORT_MS;
