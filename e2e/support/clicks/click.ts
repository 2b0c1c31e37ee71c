import type { Harness } from '../harness';

/** Something that an agent or supervisor clicks, and what must hold whatever fails meanwhile. */
export interface Click {
  name: string;
  /** Brings about what is clicked on, in the n-th case of a harness. */
  prepare(stage: Stage, n: number): Promise<Clicked>;
}
export interface Clicked {
  click(): Promise<Reply>;
  /** What the plugin does about an answer. */
  react?(answer: Reply): void;
  /** Somebody else does something with the same thing. */
  interfere?(): Promise<void>;
  /** What is wrong directly after these answers. */
  problemsAtOnce?(answers: readonly Reply[]): Promise<string[]>;
  /** What is wrong once everything has had time to be put right. */
  problems(answers: readonly Reply[]): Promise<string[]>;
  /** In the end an agent handles what they hold. */
  handle?(): Promise<void>;
  /** What is wrong after that. */
  problemsWhenHandled?(): Promise<string[]>;
}
export interface Reply {
  status: number;
  body: Record<string, unknown>;
  /** The process died, so the user got no answer. */
  isLost?: true;
}
export interface Stage {
  harness: Harness;
  sue: { token: string };
  ada: { token: string };
}

export const isOk = ({ status, isLost }: Reply) => status < 300 && isLost !== true;
