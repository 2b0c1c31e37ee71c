import type { Caller } from './caller';
import type { Harness } from './harness';
import type { CallerOptions } from './telephone-calls';

/** A caller in line who has heard the menu. */
export async function openMenu(harness: Harness, callerOptions: CallerOptions & { to?: string } = {}): Promise<Caller> {
  const caller = await harness.dial({ to: harness.numbers.support, ...callerOptions });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/press 2/);
  return caller;
}

/** A caller who chose a callback and heard its number. */
export async function requestCallback(
  harness: Harness,
  callerOptions: CallerOptions & { to?: string } = {},
): Promise<Caller> {
  const caller = await openMenu(harness, callerOptions);
  caller.press('1');
  await caller.waitForPrompt(/We can call you back at/);
  return caller;
}

/** A caller who has heard the number they typed read back. */
export async function enterNumber(
  harness: Harness,
  keys: string,
  callerOptions: CallerOptions & { to?: string } = {},
): Promise<Caller> {
  const caller = await requestCallback(harness, callerOptions);
  caller.press('2');
  await caller.waitForPrompt(/Please enter the number/);
  pressKeys(caller, keys);
  await caller.waitForPrompt(/You entered/);
  return caller;
}

/** A caller who was promised a callback at their own number, and hung up on. */
export async function bookCallback(
  harness: Harness,
  callerOptions: CallerOptions & { to?: string } = {},
): Promise<Caller> {
  const caller = await requestCallback(harness, callerOptions);
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  await harness.advance(30_000);
  return caller;
}

/** Presses one key after the other. */
export function pressKeys(caller: Caller, keys: string): void {
  for (const key of keys) caller.press(key);
}
