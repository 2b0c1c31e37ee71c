import type { InboxRefusal } from '../inbox-refusal';

/** What the page says of who has a voicemail, and of what a recipient can do, in one language. Times are short texts. */
export interface InboxStrings {
  /** Heads the section. */
  title: string;
  mine(time: string): string;
  taken(by: string, time: string): string;
  held(by: string, time: string): string;
  handled(facts: { by?: string; time?: string }): string;
  closed: string;
  /** Of this recipient's call; `ending` are the last digits of their telephone. */
  call: {
    calling(ending: string): string;
    connecting: string;
    spoke(length: string): string;
    'not-reached': string;
    'not-answered': string;
    unknown: string;
  };
  reminded(time: string): string;
  /** What a button does, before it does it. */
  hints: {
    take: string;
    finish: string;
    call(facts: { ending: string; shown: string }): string;
    remind: string;
  };
  lacksPhone: string;
  finish: string;
  giveBack: string;
  remindWhen: Record<'hour' | 'four-hours' | 'tomorrow', string>;
  /** Leads from a refusal to the page. */
  back: string;
  /** After an act that Twilio did not answer, or that was one too many. */
  failures: Record<'too-often' | 'unavailable', { title: string; advice: string }>;
  problems: Record<InboxRefusal, { title: string; advice: string }>;
}
