import { conflictFaults, dieAtRequest, type FaultMode, type FaultTarget, WRITE_FAULTS } from '../fault-modes';
import type { Harness } from '../harness';
import type { Clicked } from './click';

/** What people and sweeps do between the failure and the end. */
export const NEXT: [string, (clicked: Clicked, harness: Harness, again: () => Promise<void>) => Promise<void>][] = [
  ['nobody clicks again', async () => undefined],
  ['clicked again at once', (_clicked, _harness, again) => again()],
  [
    'a sweep, then clicked again',
    async (_clicked, harness, again) => {
      await harness.advance(16_000);
      await harness.runOutboxSweep();
      await again();
    },
  ],
  [
    'somebody else, then clicked again',
    async ({ interfere }, _harness, again) => {
      await interfere?.();
      await again();
    },
  ],
];

export type Strike = (harness: Harness, target: FaultTarget) => () => void;
const DEATHS: [string, Strike][] = [
  ['dies before it', (harness, target) => dieAtRequest(harness, target, false)],
  ['dies after it', (harness, target) => dieAtRequest(harness, target, true)],
];
const strikes =
  (how: FaultMode, times: number | undefined): Strike =>
  (harness, { match }) =>
    harness.injectFault({ ...match, ...how, times });
const isRepeated = ({ kind, status }: FaultMode) => kind === 'status' && (status === 429 || status === 503);

/** Once, and where the client tries again, as often as it does. */
export function strikesOn(target: FaultTarget): [string, Strike][] {
  const faults = [...WRITE_FAULTS, ...conflictFaults(target)];
  return [
    ...faults.flatMap(([name, how]): [string, Strike][] => [
      [name, strikes(how, 1)],
      ...(isRepeated(how) ? [[`${name} twice`, strikes(how, 2)] as [string, Strike]] : []),
      ...(how.kind === 'status' ? [[`${name} until it is over`, strikes(how, undefined)] as [string, Strike]] : []),
    ]),
    ...DEATHS,
  ];
}
