import type { Asker } from '../../src/asker';
import type { Io } from '../../src/commands/io';
import { main } from '../../src/main';

export interface CommandRun {
  exitCode: number;
  /** What it printed, errors among it. */
  output: string;
}

/** Runs a command as a terminal would, with nobody to ask unless `asker` is given. Time passes at once. */
export async function runCommand(
  root: string,
  [name, ...args]: readonly [string, ...string[]],
  environment: Record<string, string>,
  others: Partial<Pick<Io, 'healthProblem' | 'lookUpTxt' | 'pause'>> & { asker?: Asker } = {},
): Promise<CommandRun> {
  const lines: string[] = [];
  const { asker, ...replaced } = others;
  const exitCode = await main(name, args, {
    root,
    environment,
    say: (line) => lines.push(line),
    sayError: (line) => lines.push(line),
    ...(asker === undefined ? {} : { openAsker: async () => asker }),
    pause: async () => undefined,
    healthProblem: async () => undefined,
    lookUpTxt: async () => [],
    ...replaced,
  });
  return { exitCode, output: lines.join('\n') };
}
