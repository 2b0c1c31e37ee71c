import { configure } from '@testing-library/dom';
import { act, configure as configureReact, type RenderResult, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import * as React from 'react';
import type {
  Connection,
  LogEntry,
  Mail,
  MailSummary,
  OpenTask,
  SandboxClient,
  SandboxEvent,
  SwitchState,
} from '../api/types';
import { App } from '../app';

export const SID = 'CA00000000000000000000000000000001';

/** A fake client for the pages' tests. It records actions and lets a test send events as the server would. */
export class FakeSandbox implements SandboxClient {
  actions: string[] = [];
  storedMails: Mail[] = [];
  openTasks: OpenTask[] = [];
  failure: Error | null = null;
  private onEvent: ((event: SandboxEvent) => void) | undefined;
  private onConnection: ((connection: Connection) => void) | undefined;
  private lines = 0;

  private async record<T>(what: string, value: T): Promise<T> {
    if (this.failure) throw this.failure;
    this.actions.push(what);
    return value;
  }
  async setup() {
    if (this.failure) throw this.failure;
    const links = [{ title: 'Desk', href: 'http://127.0.0.1:1/', description: 'Where agents work.' }];
    return {
      lines: [
        { number: '+15550100000', title: 'Support' },
        { number: '+15550100001', title: '' },
      ],
      links,
    };
  }
  async tasks() {
    return this.openTasks;
  }
  placeCall = (call: { from: string; to: string; callerName?: string }) =>
    this.record(`call ${call.from} ${call.to} ${call.callerName ?? '-'}`, SID);
  leaveSampleVoicemail = (call: { from: string; to: string }) =>
    this.record(`leave a voicemail ${call.from} ${call.to}`, undefined);
  pickUp = () => this.record('pick up', undefined);
  press = (_sid: string, key: string) => this.record(`press ${key}`, undefined);
  speak = (_sid: string, wav: Blob, transcript?: string) =>
    this.record(`speak ${wav.size} bytes ${transcript ?? '-'}`, undefined);
  speakSample = () => this.record('speak the sample', undefined);
  hangUp = () => this.record('hang up', undefined);
  async mails() {
    if (this.failure) throw this.failure;
    return this.storedMails;
  }
  async mail(id: string) {
    const mail = this.storedMails.find((one) => one.id === id);
    if (!mail) throw new Error('There is no such mail.');
    return mail;
  }
  storedSwitches: SwitchState[] = [
    {
      id: 'mail',
      title: 'Mailgun',
      options: [
        { value: 'works', label: 'delivers every mail' },
        { value: 'down', label: 'is down' },
      ],
      value: 'works',
    },
  ];
  async switches() {
    return this.storedSwitches;
  }
  setSwitch = (id: string, value: string) => this.record(`switch ${id} ${value}`, undefined);
  async clearMails() {
    this.storedMails = [];
    await this.record('clear', undefined);
    this.send({ type: 'mails-cleared' });
  }
  subscribe(onEvent: (event: SandboxEvent) => void, onConnection: (connection: Connection) => void) {
    this.onEvent = onEvent;
    this.onConnection = onConnection;
    return () => {
      this.onEvent = undefined;
    };
  }

  send(...events: SandboxEvent[]): void {
    act(() => {
      for (const event of events) this.onEvent?.(event);
    });
  }
  connection(connection: Connection): void {
    act(() => this.onConnection?.(connection));
  }
  /** Log lines that arrive together. */
  log(...lines: Partial<LogEntry>[]): void {
    const events = lines.map((line): SandboxEvent => {
      this.lines += 1;
      const id = this.lines;
      return { type: 'log', line: { id, at: 1_700_000_000_000, source: 'twilio', text: '', level: 'info', ...line } };
    });
    this.send(...events);
  }
  /** Sends the events of an answered call. */
  answerCall(): void {
    this.send(...answeredCall());
  }
  deliverMail(mail: Mail): void {
    this.storedMails = [mail, ...this.storedMails];
    this.send({ type: 'mail', mail: mail as MailSummary });
  }
}

export const answeredCall = (): SandboxEvent[] =>
  (['ringing', 'in-progress'] as const).map((status) => ({
    type: 'call',
    event: { callSid: SID, at: Date.now(), type: 'status', status },
  }));

export function createMail(n: number, more: Partial<Mail> = {}): Mail {
  return {
    id: `170000000000${n}-000${n}`,
    at: 1_700_000_000_000 + n,
    to: ['ana@example.com'],
    recipients: ['ana@example.com'],
    from: 'Voicemail <voicemail@example.org>',
    subject: `Voicemail ${n}`,
    size: 1234,
    text: 'Words of the mail',
    html: '<p>Words of the mail</p>',
    headers: [{ name: 'X-Call', value: 'CA1' }],
    attachments: [{ name: 'message.wav', type: 'audio/wav', size: 128_000, contentId: null }],
    ...more,
  };
}

// Only stops what hangs: the library's own second is too short on a loaded machine.
configureReact({ asyncUtilTimeout: 150_000 });
// Testing Library 12 configures only its own copy of `dom`; user-event uses the other one.
configure({
  eventWrapper: (fire) => {
    let result: unknown;
    act(() => {
      result = fire();
    });
    return result;
  },
  asyncWrapper: async (work) => {
    let result: Awaited<ReturnType<typeof work>> | undefined;
    await act(async () => {
      result = await work();
    });
    return result as never;
  },
});
// jsdom cannot scroll, play media or paint.
window.scrollTo = () => undefined;
HTMLMediaElement.prototype.play = async () => undefined;
HTMLMediaElement.prototype.pause = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;

/** Renders the pages at a path, connected and with the replay done. */
export async function renderPages(
  path: string,
  sandbox = new FakeSandbox(),
  /** Events from before the page was opened. */
  earlier: SandboxEvent[] = [],
): Promise<{ sandbox: FakeSandbox; user: ReturnType<typeof userEvent.setup>; container: RenderResult['container'] }> {
  window.history.replaceState(null, '', path);
  const user = userEvent.setup({ delay: null });
  const { container } = render(<App client={sandbox} />);
  await act(async () => undefined);
  sandbox.connection('open');
  sandbox.send({ type: 'reset' }, ...earlier, { type: 'ready' });
  await act(async () => undefined);
  return { sandbox, user, container };
}

/** Axe's violations as text. Contrast is left out, since jsdom does not paint. */
export async function axeViolations(container: Element): Promise<string[]> {
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
