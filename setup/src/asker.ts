/** Questions to the person at the terminal. */
export interface Asker {
  select(message: string, choices: readonly { value: string; name: string }[], preset?: string): Promise<string>;
  /** @param problem says what is wrong with an answer; undefined: it is right */
  input(message: string, problem: (value: string) => string | undefined, preset?: string): Promise<string>;
  secret(message: string, problem: (value: string) => string | undefined): Promise<string>;
  confirm(message: string, preset: boolean): Promise<boolean>;
}

/** With the prompts library, which is loaded only where there is somebody to ask. */
export async function terminalAsker(): Promise<Asker> {
  const { confirm, input, password, select } = await import('@inquirer/prompts');
  const validate = (problem: (value: string) => string | undefined) => (value: string) => problem(value) ?? true;
  return {
    select: (message, choices, preset) => select({ message, choices: [...choices], default: preset, loop: false }),
    input: (message, problem, preset) =>
      input({ message, validate: validate(problem), ...(preset === undefined ? {} : { default: preset }) }),
    secret: (message, problem) => password({ message, mask: '*', validate: validate(problem) }),
    confirm: (message, preset) => confirm({ message, default: preset }),
  };
}
