import type { MailSummary, ParsedMail } from '../../src/mail/mailbox';
import type { OpenTask } from '../../src/pages/open-tasks';
import type { PageLink } from '../../src/pages/pages';
import type { CallEvent } from '../../src/pages/voice-port';
import type { StoryLine } from '../../src/world/types';

export type { CallEvent, MailSummary, OpenTask, StoryLine };

/** A mail opened: its line in the list and what is in it. */
export type Mail = MailSummary & ParsedMail;

interface Setup {
  /** Numbers that can be called; `title` says what is behind one, and may be empty. */
  lines: PhoneLine[];
  links: PageLink[];
}

/** What the pages' event stream sends. `reset`: forget everything, a replay follows; `ready`: from here on it is live. */
export type SandboxEvent =
  | { type: 'reset' }
  | { type: 'ready' }
  | { type: 'story'; line: StoryLine }
  | { type: 'call'; event: CallEvent & { audio?: string | null } }
  | { type: 'mail'; mail: MailSummary }
  | { type: 'mails-cleared' }
  | { type: 'task' };

export type Connection = 'connecting' | 'open' | 'lost';

/** The sandbox as the pages see it; tests give another. Every promise rejects with an Error a person can read. */
export interface SandboxClient {
  setup(): Promise<Setup>;
  tasks(): Promise<OpenTask[]>;
  /** @returns the call's sid. */
  placeCall(call: { from: string; to: string; callerName?: string }): Promise<string>;
  /** Takes a call that rings. */
  pickUp(sid: string): Promise<void>;
  press(sid: string, key: string): Promise<void>;
  speak(sid: string, wav: Blob, transcript?: string): Promise<void>;
  speakSample(sid: string): Promise<void>;
  hangUp(sid: string): Promise<void>;
  mails(): Promise<MailSummary[]>;
  mail(id: string): Promise<Mail>;
  clearMails(): Promise<void>;
  /** Listens until the returned function is called, connecting again whenever the connection is lost. */
  subscribe(onEvent: (event: SandboxEvent) => void, onConnection: (connection: Connection) => void): () => void;
}

export interface PhoneLine {
  number: string;
  title: string;
}
