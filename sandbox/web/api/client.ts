import type { Connection, SandboxClient, SandboxEvent } from './types';

const RETRY_MS = 2000;

/** A client for the server that delivered the page. */
export function createClient(): SandboxClient {
  const call = (sid: string, what: string) => `/api/calls/${sid}/${what}`;
  return {
    setup: () => json('GET', '/api/setup'),
    tasks: () => json('GET', '/api/tasks'),
    placeCall: async (order) => (await json<{ sid: string }>('POST', '/api/calls', order)).sid,
    leaveSampleVoicemail: (order) => json<unknown>('POST', '/api/sample-voicemail', order).then(() => undefined),
    pickUp: (sid) => json('POST', call(sid, 'pick-up')),
    press: (sid, key) => json('POST', call(sid, 'keys'), { key }),
    speak: (sid, wav, transcript) =>
      send('POST', `${call(sid, 'speech')}${transcript ? `?transcript=${encodeURIComponent(transcript)}` : ''}`, {
        headers: { 'Content-Type': 'audio/wav' },
        body: wav,
      }).then(() => undefined),
    speakSample: (sid) => json('POST', call(sid, 'speech/sample')),
    hangUp: (sid) => json('POST', call(sid, 'hang-up')),
    mails: () => json('GET', '/api/mails'),
    mail: (id) => json('GET', `/api/mails/${encodeURIComponent(id)}`),
    switches: () => json('GET', '/api/switches'),
    setSwitch: (id, value) => json('PUT', `/api/switches/${encodeURIComponent(id)}`, { value }),
    clearMails: () => json('DELETE', '/api/mails'),
    subscribe: listen,
  };
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(
    method,
    path,
    body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
  );
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function send(method: string, path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, method });
  } catch (cause) {
    throw new Error('The sandbox does not respond. Is it still running?', { cause });
  }
  if (answer.ok) return answer;
  const { error } = (await answer.json().catch(() => ({}))) as { error?: string };
  throw new Error(error ?? `The sandbox responded with status ${answer.status}.`);
}

function listen(onEvent: (event: SandboxEvent) => void, onConnection: (connection: Connection) => void): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource('/api/events');
    const on = (name: string, toEvent: (data: never) => SandboxEvent) =>
      source.addEventListener(name, (message) => onEvent(toEvent(JSON.parse((message as MessageEvent).data) as never)));
    on('reset', () => ({ type: 'reset' }));
    on('ready', () => ({ type: 'ready' }));
    on('log', (line) => ({ type: 'log', line }));
    on('call', (event) => ({ type: 'call', event }));
    on('mail', (mail) => ({ type: 'mail', mail }));
    on('mails-cleared', () => ({ type: 'mails-cleared' }));
    on('task', () => ({ type: 'task' }));
    source.onopen = () => onConnection('open');
    source.onerror = () => {
      onConnection('lost');
      // The browser reconnects, except after a response that was not an event stream.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
