import { type Message, placeholder, type Recipient } from './provider';

/** The names of all values that any recipient of a message has. */
export function valueNames({ recipients }: Pick<Message, 'recipients'>): string[] {
  return [...new Set(recipients.flatMap(({ values = {} }) => Object.keys(values)))];
}

/** A recipient's value of each name; empty where only others have one. */
export function valuesOf({ values = {} }: Recipient, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
}

/** A text with each placeholder replaced. @param replacement what stands for the value of a name */
export function replacePlaceholders(
  text: string,
  names: readonly string[],
  replacement: (name: string) => string,
): string {
  return names.reduce((result, name) => result.replaceAll(placeholder(name), () => replacement(name)), text);
}
