import type { InboxRefusal } from '../../inbox/inbox-refusal';
import type { ListenFailure } from '../listen-refusal';

/** All words of the page on which a recipient listens, in one language, besides those that it shares with the mail. */
export interface ListenStrings {
  /** Heads the player. */
  recording: string;
  /** Heads the caller's words. */
  transcript: string;
  /** Heads what is known of the call. */
  details: string;
  back: string;
  forward: string;
  speed: string;
  download: string;
  /** Said while a file is fetched: `{percent}` stands for a number. */
  downloading: string;
  downloaded: string;
  loading: string;
  failed: string;
  withoutScript: string;
  /** When the link ends. */
  until(end: string): string;
  /** Why nothing can be heard, and what to do. `sample`: the link is from a test mail. */
  problems: Record<Exclude<ListenFailure, InboxRefusal> | 'sample', { title: string; advice: string }>;
}
