import { setTimeout as pause } from 'node:timers/promises';
import { terminalAsker } from './asker';
import { deployCommand, rollbackCommand } from './commands/deploy';
import { doctorCommand } from './commands/doctor';
import type { Io } from './commands/io';
import { setupCommand } from './commands/setup';
import { SetupError } from './setup-error';

const COMMANDS: Readonly<Record<string, (args: readonly string[], io: Io) => Promise<number>>> = {
  setup: setupCommand,
  deploy: deployCommand,
  rollback: rollbackCommand,
  doctor: doctorCommand,
};

/** The terminal and the process. @param root the repository */
export const processIo = (root: string): Io => ({
  root,
  environment: process.env,
  say: (line) => console.log(line),
  sayError: (line) => console.error(line),
  ...(process.stdin.isTTY ? { openAsker: terminalAsker } : {}),
  pause: (ms) => pause(ms),
});

/** Runs a command, and explains what goes wrong. @returns its exit code */
export async function main(name: string, args: readonly string[], io: Io): Promise<number> {
  try {
    return await COMMANDS[name]!(args, io);
  } catch (error) {
    return explain(error, io);
  }
}

/** @returns the exit code: 2 for wrong use, 130 for Ctrl-C, 1 for what failed */
function explain(error: unknown, { sayError }: Io): number {
  const { name, code } = error as { name?: string; code?: string };
  // The prompts library's name for Ctrl-C.
  if (name === 'ExitPromptError') {
    sayError('Stopped. What is done stays done; run it again to go on.');
    return 130;
  }
  if (error instanceof SetupError) {
    sayError(error.message);
    sayError(error.advice);
    return error.code === 'usage' ? 2 : 1;
  }
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    sayError((error as Error).message);
    sayError('See --help.');
    return 2;
  }
  throw error;
}
