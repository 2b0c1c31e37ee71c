import { isDeepStrictEqual } from 'node:util';

/** What becomes of one thing in the account. */
export type Action = 'create' | 'change' | 'keep' | 'delete' | 'skip';

/** One value of a thing, as it should be. */
export interface PlannedValue {
  name: string;
  to: unknown;
  /** What it is now, where it differs; absent for a thing that is created. */
  from?: unknown;
  /** Shown as "(secret)". */
  isSecret?: true;
}

/** What is to be done about one thing, with the exact values. */
export interface PlannedStep {
  action: Action;
  /** Of what is there already. */
  sid?: string;
  /** All values of a thing that is created, and those that differ of one that is changed. */
  values: readonly PlannedValue[];
  /** A sentence for people: why it is skipped, what else follows. */
  note?: string;
}

/**
 * Compares a thing with what is wanted.
 * @param actual undefined: there is none
 * @returns the step, with the values that differ
 */
export function compare(
  wanted: Readonly<Record<string, unknown>>,
  actual: { sid: string; values: Readonly<Record<string, unknown>> } | undefined,
): PlannedStep {
  const entries = Object.entries(wanted);
  if (actual === undefined) return { action: 'create', values: entries.map(([name, to]) => ({ name, to })) };
  const values = entries
    .filter(([name, to]) => !isDeepStrictEqual(to, actual.values[name]))
    .map(([name, to]) => ({ name, to, from: actual.values[name] }));
  return { action: values.length === 0 ? 'keep' : 'change', sid: actual.sid, values };
}
