import type { Action, PlannedValue } from './plan';
import type { PlanLine } from './run-setup';

const SIGNS: Record<Action, string> = { create: '+', change: '~', keep: '=', delete: '-', skip: ' ' };
const WORDS: Record<Action, string> = {
  create: 'create',
  change: 'change',
  keep: 'keep',
  delete: 'delete',
  skip: 'nothing',
};
/** Longer values are shown by their beginning; `--json` shows them whole. */
const MAX_LENGTH = 100;

/** @returns the plan as people read it, a line for each thing and each value */
export function printPlan(lines: readonly PlanLine[]): string[] {
  return lines.flatMap(({ title, step: { action, sid, values, note } }) => [
    `${SIGNS[action]} ${title}: ${WORDS[action]}${sid === undefined ? '' : ` ${sid}`}${note === undefined ? '' : ` (${note})`}`,
    ...values.map((value) => `    ${printValue(value)}`),
  ]);
}

function printValue({ name, from, to, isSecret }: PlannedValue): string {
  if (isSecret) return `${name}: (secret${from === undefined ? '' : ', changed'})`;
  return from === undefined ? `${name}: ${print(to)}` : `${name}: ${print(from)} -> ${print(to)}`;
}

function print(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH)}…`;
}

/** @returns the plan for programs: every value whole, but no secret */
export const planAsJson = (lines: readonly PlanLine[]) =>
  lines.map(({ part, step: { action, sid, values, note } }) => ({
    part,
    action,
    sid,
    note,
    values: values.map(({ name, from, to, isSecret }) => (isSecret ? { name, secret: true } : { name, from, to })),
  }));
