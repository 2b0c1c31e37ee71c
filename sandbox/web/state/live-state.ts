import type { CallEvent, Connection, MailSummary, SandboxEvent, StoryLine } from '../api/types';

export interface Caption {
  id: number;
  /** `heard`: words; `sound`: what is played or done, said in words. */
  kind: 'heard' | 'sound';
  text: string;
  language?: string;
}

export interface CallState {
  sid: string;
  status: string;
  startedAt: number;
  endedAt: number | null;
  recording: boolean;
  listening: boolean;
  /** Who calls this telephone; null when it is this telephone that called. */
  incoming: { from: string; to: string } | null;
  captions: Caption[];
}

export interface LiveState {
  connection: Connection;
  /** False until the replay is over: only what comes after it is new. */
  live: boolean;
  log: StoryLine[];
  calls: Record<string, CallState>;
  /** The mail that arrived last while this page was open; the list itself is fetched. */
  newestMail: MailSummary | null;
  /** Arrivals since the mailbox was last looked at. */
  unseenMails: number;
  /** Grows when the mailbox or the tasks must be fetched again. */
  mailboxVersion: number;
  tasksVersion: number;
}

export const initialState: LiveState = {
  connection: 'connecting',
  live: false,
  log: [],
  calls: {},
  newestMail: null,
  unseenMails: 0,
  mailboxVersion: 0,
  tasksVersion: 0,
};

const MAX_LOG_LINES = 2000;
const MAX_CAPTIONS = 300;
const ENDED_STATUSES = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

/** `replay`: the events before `ready`, applied together so that a page with a long history renders once. */
export type LiveAction =
  | SandboxEvent
  | { type: 'connection'; connection: Connection }
  | { type: 'mails-seen' }
  | { type: 'replay'; events: readonly SandboxEvent[] };

/** The pages' state after one more event of the stream. */
export function reduceLive(state: LiveState, action: LiveAction): LiveState {
  switch (action.type) {
    case 'replay':
      return reduceReplay(state, action.events);
    case 'connection':
      return { ...state, connection: action.connection };
    case 'reset':
      return { ...initialState, connection: state.connection };
    case 'ready':
      // What was missed while the connection was lost is fetched once, here.
      return {
        ...state,
        live: true,
        mailboxVersion: state.mailboxVersion + 1,
        tasksVersion: state.tasksVersion + 1,
      };
    case 'story':
      return { ...state, log: [...state.log, action.line].slice(-MAX_LOG_LINES) };
    case 'call':
      return { ...state, calls: reduceCalls(state.calls, action.event) };
    case 'mail':
      return {
        ...state,
        ...(state.live ? { newestMail: action.mail, unseenMails: state.unseenMails + 1 } : {}),
        ...bumpVersion(state, 'mailboxVersion'),
      };
    case 'mails-cleared':
      return { ...state, newestMail: null, unseenMails: 0, ...bumpVersion(state, 'mailboxVersion') };
    case 'mails-seen':
      return { ...state, unseenMails: 0 };
    case 'task':
      return { ...state, ...bumpVersion(state, 'tasksVersion') };
  }
}

/** Log lines are appended in one copy: one by one, each of thousands would copy the whole log. */
function reduceReplay(state: LiveState, events: readonly SandboxEvent[]): LiveState {
  const resetAt = events.findLastIndex(({ type }) => type === 'reset');
  const lines = events.slice(resetAt + 1).flatMap((event) => (event.type === 'story' ? [event.line] : []));
  const rest = events.filter(({ type }) => type !== 'story').reduce<LiveState>(reduceLive, state);
  return lines.length === 0 ? rest : { ...rest, log: [...rest.log, ...lines].slice(-MAX_LOG_LINES) };
}

const bumpVersion = (state: LiveState, key: 'mailboxVersion' | 'tasksVersion') =>
  // During the replay a hundred events would be a hundred fetches; `ready` makes up for them.
  state.live ? { [key]: state[key] + 1 } : {};

function reduceCalls(calls: LiveState['calls'], event: CallEvent): LiveState['calls'] {
  const call: CallState = calls[event.callSid] ?? {
    sid: event.callSid,
    status: 'queued',
    startedAt: event.at,
    endedAt: null,
    recording: false,
    listening: false,
    incoming: null,
    captions: [],
  };
  return { ...calls, [event.callSid]: reduceCall(call, event) };
}

function reduceCall(call: CallState, event: CallEvent): CallState {
  switch (event.type) {
    case 'status': {
      const ended = ENDED_STATUSES.has(event.status);
      const captioned = ended ? addCaption(call, 'sound', 'The call has ended.') : call;
      return {
        ...captioned,
        status: event.status,
        endedAt: ended ? event.at : null,
        recording: call.recording && !ended,
        listening: call.listening && !ended,
      };
    }
    case 'say':
      return addCaption(call, 'heard', event.text, event.language);
    case 'play':
      return addCaption(call, 'sound', `Music or a recording: ${fileName(event.url)}`);
    case 'beep':
      return addCaption(call, 'sound', 'A beep.');
    case 'recording':
      return addCaption({ ...call, recording: event.on }, 'sound', event.on ? 'Recording.' : 'Recording has stopped.');
    case 'listening':
      return { ...call, listening: event.on };
    case 'rings':
      return { ...call, incoming: { from: event.from, to: event.to } };
    case 'pause':
    case 'stop':
      return call;
  }
}

function addCaption(call: CallState, kind: Caption['kind'], text: string, language?: string): CallState {
  const id = (call.captions.at(-1)?.id ?? 0) + 1;
  return { ...call, captions: [...call.captions, { id, kind, text, language }].slice(-MAX_CAPTIONS) };
}

const fileName = (url: string) => url.split(/[?#]/)[0]?.split('/').pop() || url;
