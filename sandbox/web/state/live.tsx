import * as React from 'react';
import type { CallEvent, SandboxClient, SandboxEvent } from '../api/types';
import { initialState, type LiveState, reduceLive } from './live-state';

/** A live call event. Replayed events are not played again. */
export type AudibleCallEvent = CallEvent & { audio?: string | null };

interface LiveContextValue {
  client: SandboxClient;
  state: LiveState;
  /** Calls back for every later live call event; returns a function that stops it. */
  onCallEvent(listener: (event: AudibleCallEvent) => void): () => void;
  /** Resets the count of new mails. */
  markMailsSeen(): void;
}

const LiveContext = React.createContext<LiveContextValue | null>(null);

/** Subscribes to the sandbox's events and provides the state they add up to. */
export const LiveProvider: React.FC<{ client: SandboxClient }> = ({ client, children }) => {
  const [state, dispatch] = React.useReducer(reduceLive, initialState);
  const listeners = React.useRef(new Set<(event: AudibleCallEvent) => void>());

  React.useEffect(() => {
    let live = false;
    let replay: SandboxEvent[] = [];
    return client.subscribe(
      (event) => {
        if (event.type === 'reset') live = false;
        if (!live) {
          // React 17 does not batch outside its handlers: dispatching each event would render each time.
          replay.push(event);
          if (event.type !== 'ready') return;
          dispatch({ type: 'replay', events: replay });
          replay = [];
          live = true;
          return;
        }
        dispatch(event);
        if (event.type === 'call') for (const listener of listeners.current) listener(event.event);
      },
      (connection) => {
        if (connection !== 'open') live = false;
        dispatch({ type: 'connection', connection });
      },
    );
  }, [client]);

  const onCallEvent = React.useCallback((listener: (event: AudibleCallEvent) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);

  const markMailsSeen = React.useCallback(() => dispatch({ type: 'mails-seen' }), []);
  const value = React.useMemo(
    () => ({ client, state, onCallEvent, markMailsSeen }),
    [client, state, onCallEvent, markMailsSeen],
  );
  return <LiveContext.Provider value={value}>{children}</LiveContext.Provider>;
};

/** The sandbox's client and live state. @throws Error outside LiveProvider */
export function useLive(): LiveContextValue {
  const live = React.useContext(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it');
  return live;
}

export type AsyncData<T> = { state: 'loading' } | { state: 'failed'; message: string } | { state: 'loaded'; value: T };

/** Loads data, and loads it again when `deps` change. The previous value stays until the next one arrives. */
export function useAsyncData<T>(load: () => Promise<T>, deps: React.DependencyList): AsyncData<T> {
  const [loaded, setLoaded] = React.useState<AsyncData<T>>({ state: 'loading' });
  // `load` is a new function in every render; `deps` decide when to load again.
  React.useEffect(() => {
    let current = true;
    load().then(
      (value) => current && setLoaded({ state: 'loaded', value }),
      (error: Error) => current && setLoaded({ state: 'failed', message: error.message }),
    );
    return () => {
      current = false;
    };
  }, deps);
  return loaded;
}
