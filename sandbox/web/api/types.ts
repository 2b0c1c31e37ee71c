import type { MailSummary, ParsedMail } from '../../src/mail/mailbox';
import type { OpenTask } from '../../src/pages/open-tasks';
import type { PageLink } from '../../src/pages/pages';
import type { CallEvent } from '../../src/pages/voice-port';
import type { SwitchState } from '../../src/switches';
import type { LogEntry } from '../../src/world/types';

export type { CallEvent, LogEntry, MailSummary, OpenTask, SwitchState };

/** A mail with its content. */
export type Mail = MailSummary & ParsedMail;

interface Setup {
  /** Numbers that can be called. `title` describes the line and may be empty. */
  lines: PhoneLine[];
  links: PageLink[];
}

/** Events of the pages' stream. `reset`: discard everything, a replay follows. `ready`: later events are live. */
export type SandboxEvent =
  | { type: 'reset' }
  | { type: 'ready' }
  | { type: 'log'; line: LogEntry }
  | { type: 'call'; event: CallEvent & { audio?: string | null } }
  | { type: 'mail'; mail: MailSummary }
  | { type: 'mails-cleared' }
  | { type: 'task' };

export type Connection = 'connecting' | 'open' | 'lost';

/** The pages' API; tests pass a fake. Every promise rejects with an Error whose message is fit for the page. */
export interface SandboxClient {
  setup(): Promise<Setup>;
  tasks(): Promise<OpenTask[]>;
  /** @returns the call's sid. */
  placeCall(call: { from: string; to: string; callerName?: string }): Promise<string>;
  /** A caller leaves the sample message, all in a moment. */
  leaveSampleVoicemail(call: { from: string; to: string; callerName?: string }): Promise<void>;
  /** Answers a ringing call. */
  pickUp(sid: string): Promise<void>;
  press(sid: string, key: string): Promise<void>;
  speak(sid: string, wav: Blob, transcript?: string): Promise<void>;
  speakSample(sid: string): Promise<void>;
  hangUp(sid: string): Promise<void>;
  mails(): Promise<MailSummary[]>;
  mail(id: string): Promise<Mail>;
  clearMails(): Promise<void>;
  switches(): Promise<SwitchState[]>;
  setSwitch(id: string, value: string): Promise<void>;
  /** Subscribes until the returned function is called. Reconnects when the connection is lost. */
  subscribe(onEvent: (event: SandboxEvent) => void, onConnection: (connection: Connection) => void): () => void;
}

export interface PhoneLine {
  number: string;
  title: string;
}
