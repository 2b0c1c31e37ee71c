import type { Caller } from './caller';
import type { Stage } from './stage';

/** A caller in line who has heard the menu. */
export async function opensMenu(stage: Stage, who: { from?: string; to?: string } = {}): Promise<Caller> {
  const caller = await stage.dial({ to: stage.numbers.support, ...who });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/press 2/);
  return caller;
}

/** A caller who has asked for a callback and heard which number it would go to. */
export async function isOfferedOwnNumber(stage: Stage, who: { from?: string; to?: string } = {}): Promise<Caller> {
  const caller = await opensMenu(stage, who);
  caller.press('1');
  await caller.hears(/We can call you back at/);
  return caller;
}

/** A caller who has heard the number they typed read back. */
export async function hasTyped(stage: Stage, keys: string, who: { from?: string; to?: string } = {}): Promise<Caller> {
  const caller = await isOfferedOwnNumber(stage, who);
  caller.press('2');
  await caller.hears(/Please enter the number/);
  types(caller, keys);
  await caller.hears(/You entered/);
  return caller;
}

/** A caller who was promised a callback at their own number, and hung up on. */
export async function booksCallback(stage: Stage, who: { from?: string; to?: string } = {}): Promise<Caller> {
  const caller = await isOfferedOwnNumber(stage, who);
  caller.press('1');
  await caller.hears(/We will call you back/);
  await stage.pass(30_000);
  return caller;
}

/** Presses one key after the other. */
export function types(caller: Caller, keys: string): void {
  for (const key of keys) caller.press(key);
}
