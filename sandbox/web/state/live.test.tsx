import { act, render } from '@testing-library/react';
import * as React from 'react';
import type { SandboxEvent } from '../api/types';
import { createMail, FakeSandbox, SID } from '../testing/fake-sandbox';
import { LiveProvider, useLive } from './live';
import type { LiveState } from './live-state';

const EVENTS = 3000;

/** A page below `LiveProvider` that counts its renders and the call events it hears. */
function renderProbe() {
  const sandbox = new FakeSandbox();
  const seen = { renders: 0, heard: 0, state: undefined as LiveState | undefined };
  const Probe: React.FC = () => {
    const { state, onCallEvent } = useLive();
    seen.renders += 1;
    seen.state = state;
    React.useEffect(
      () =>
        onCallEvent(() => {
          seen.heard += 1;
        }),
      [onCallEvent],
    );
    return null;
  };
  render(
    <LiveProvider client={sandbox}>
      <Probe />
    </LiveProvider>,
  );
  act(() => sandbox.connection('open'));
  return { sandbox, seen };
}

const logLine = (id: number): SandboxEvent => ({
  type: 'log',
  line: { id, at: id, source: 'twilio', text: `line ${id}`, level: 'info' },
});
const sayEvent = (at: number): SandboxEvent => ({
  type: 'call',
  event: { callSid: SID, at, type: 'say', text: `sentence ${at}` },
});
/** Two log lines, then a sentence of a call, and so on. */
const history = () => Array.from({ length: EVENTS }, (_, n) => (n % 3 === 2 ? sayEvent(n) : logLine(n)));

describe('the replayed history', () => {
  it('with 3,000 events in the replay, renders the page once', () => {
    const { sandbox, seen } = renderProbe();
    const before = seen.renders;
    sandbox.send({ type: 'reset' });
    // One `act` for each event, since the browser delivers each in a separate task.
    for (const event of history()) sandbox.send(event);
    expect(seen.renders).toBe(before);
    sandbox.send({ type: 'ready' });
    expect(seen.renders).toBe(before + 1);
    expect(seen.state?.live).toBe(true);
    expect(seen.state?.log.map(({ id }) => id).slice(-2)).toEqual([EVENTS - 3, EVENTS - 2]);
    expect(seen.state?.log).toHaveLength(2000);
    expect(seen.state?.calls[SID]?.captions.at(-1)?.text).toBe(`sentence ${EVENTS - 1}`);
    expect(seen.heard).toBe(0);
  });

  it('after the replay, applies and plays each live event at once', () => {
    const { sandbox, seen } = renderProbe();
    sandbox.send({ type: 'reset' }, ...history(), { type: 'ready' });
    sandbox.send(sayEvent(EVENTS));
    expect(seen.heard).toBe(1);
    sandbox.send(logLine(EVENTS));
    expect(seen.state?.log.at(-1)?.id).toBe(EVENTS);
    sandbox.send({ type: 'mail', mail: createMail(1) });
    expect(seen.state?.unseenMails).toBe(1);
  });

  it('after a lost connection, adds the missed events without playing them', () => {
    const { sandbox, seen } = renderProbe();
    sandbox.send({ type: 'reset' }, logLine(1), { type: 'ready' });
    sandbox.connection('lost');
    sandbox.connection('open');
    sandbox.send(logLine(2), sayEvent(3));
    expect(seen.state?.log.map(({ id }) => id)).toEqual([1]);
    sandbox.send({ type: 'ready' });
    expect(seen.state?.log.map(({ id }) => id)).toEqual([1, 2]);
    expect(seen.heard).toBe(0);
  });

  it('after a restart of the sandbox, replaces the old history', () => {
    const { sandbox, seen } = renderProbe();
    sandbox.send({ type: 'reset' }, logLine(1), sayEvent(2), { type: 'ready' });
    sandbox.connection('lost');
    sandbox.connection('open');
    sandbox.send({ type: 'reset' }, logLine(7), { type: 'ready' });
    expect(seen.state?.log.map(({ id }) => id)).toEqual([7]);
    expect(seen.state?.calls).toEqual({});
  });
});
