import type { Asker } from '../asker';
import type { LookUpTxt } from '../doctor/dns-records';

/** What a command has of the world around it. */
export interface Io {
  /** The repository. */
  root: string;
  environment: Readonly<Record<string, string | undefined>>;
  say(line: string): void;
  sayError(line: string): void;
  /** Undefined: there is nobody to ask. */
  openAsker?: () => Promise<Asker>;
  pause(ms: number): Promise<void>;
  /** For tests: in the place of requests to a deployment, and of DNS. */
  healthProblem?(url: string): Promise<string | undefined>;
  lookUpTxt?: LookUpTxt;
}
