import { PHASES } from './phases';
import type { PlayedCase } from './play-case';

const COLUMNS = ['calls', 'cases', 'mails', 'repeated', 'failures', 'tasks'] as const;

/** What became of the cases of one provider, by attempt, as a table. */
export function matrixTable(title: string, played: readonly PlayedCase[]): string {
  const rows = PHASES.flatMap(({ name }) =>
    [false, true].map((isDeath) => ({
      title: `${name}, ${isDeath ? 'killed' : 'faults'}`,
      cases: played.filter(({ phase, fault }) => phase.name === name && (fault.isDeath === true) === isDeath),
    })),
  );
  const line = (first: string, cells: readonly (string | number)[]) =>
    `  ${first.padEnd(16)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  return [
    title,
    line('', COLUMNS),
    ...rows.map((row) => line(row.title, cellsOf(row.cases))),
    line('all', cellsOf(played)),
    '',
  ].join('\n');
}

function cellsOf(cases: readonly PlayedCase[]): number[] {
  const sum = (of: (one: PlayedCase) => number) => cases.reduce((total, one) => total + of(one), 0);
  const calls = new Set(cases.map(({ phase, target }) => `${phase.name} ${target.name}`));
  return [
    calls.size,
    cases.length,
    sum(({ mails }) => mails),
    sum(({ repetitions }) => repetitions),
    sum(({ failures }) => failures),
    sum(({ tasks }) => tasks),
  ];
}
