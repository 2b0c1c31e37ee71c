import type { CallEvent, Connection, LogEntry, MailSummary, SandboxEvent } from '../api/types';

export interface Caption {
  id: number;
  /** `heard`: spoken words; `sound`: a description of other audio or of a state. */
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
  /** Set when the account calls this telephone; null for a call placed here. */
  incoming: { from: string; to: string } | null;
  captions: Caption[];
}

export interface LiveState {
  connection: Connection;
  /** False until the replay has ended. Only later events are new. */
  live: boolean;
  log: LogEntry[];
  calls: Record<string, CallState>;
  /** The latest mail that arrived while this page was open. The list itself is loaded over the API. */
  newestMail: MailSummary | null;
  /** Arrivals since the mailbox was last looked at. */
  unseenMails: number;
  /** Increases when the mailbox or the tasks must be loaded again. */
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

/** Applies one event to the pages' state. */
export function reduceLive(state: LiveState, action: LiveAction): LiveState {
  switch (action.type) {
    case 'replay':
      return reduceReplay(state, action.events);
    case 'connection':
      return { ...state, connection: action.connection };
    case 'reset':
      return { ...initialState, connection: state.connection };
    case 'ready':
      // Load once whatever changed while the page was not connected.
      return {
        ...state,
        live: true,
        mailboxVersion: state.mailboxVersion + 1,
        tasksVersion: state.tasksVersion + 1,
      };
    case 'log':
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

/** Appends all log lines in one copy: line by line, each would copy the whole log. */
function reduceReplay(state: LiveState, events: readonly SandboxEvent[]): LiveState {
  const resetAt = events.findLastIndex(({ type }) => type === 'reset');
  const lines = events.slice(resetAt + 1).flatMap((event) => (event.type === 'log' ? [event.line] : []));
  const rest = events.filter(({ type }) => type !== 'log').reduce<LiveState>(reduceLive, state);
  return lines.length === 0 ? rest : { ...rest, log: [...rest.log, ...lines].slice(-MAX_LOG_LINES) };
}

const bumpVersion = (state: LiveState, key: 'mailboxVersion' | 'tasksVersion') =>
  // During the replay each event would cause a request; `ready` loads both once.
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
    case 'dial':
      return addCaption(call, 'sound', `${event.connected ? 'Connected with' : 'Calling'} ${event.number}.`);
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
