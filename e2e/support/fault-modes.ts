import type { Fault, RequestRecord } from '../../sandbox/src/world/types';
import type { Harness } from './harness';

/** How a call fails, without which. */
export type FaultMode = Omit<Fault, 'host' | 'path' | 'method'>;
/** A call the product makes, and what strikes it. */
export interface FaultTarget {
  name: string;
  match: Pick<Fault, 'host' | 'method' | 'path' | 'after'>;
}

/** Every way in which a request can fail, by what the product sees of it. */
export const FAULT_MODES_BY_KIND: [string, [string, FaultMode][]][] = [
  [
    'answered with a failure',
    [
      ['400', { kind: 'status', status: 400 }],
      ['404', { kind: 'status', status: 404 }],
      ['429', { kind: 'status', status: 429 }],
      ['500', { kind: 'status', status: 500 }],
    ],
  ],
  [
    'not answered',
    [
      ['garbage', { kind: 'garbage' }],
      ['reset', { kind: 'reset' }],
      ['no answer', { kind: 'no-answer' }],
    ],
  ],
  [
    'done, and not answered',
    [
      ['done, answer lost', { kind: 'done-then-reset' }],
      ['done, no answer', { kind: 'done-then-no-answer' }],
    ],
  ],
];
export const FAULT_MODES: [string, FaultMode][] = FAULT_MODES_BY_KIND.flatMap(([, modes]) => modes);

/** The request is carried out, long after its client has given up on it. */
export const LATE: FaultMode = { kind: 'late' };

/** Parts of a URL that differ in every run: sids, index map numbers, days, hashes in document names, index keys. */
const VOLATILE_PARTS =
  /[A-Z]{2}[0-9a-f]{32}|(?<=mails-of-caller-)[\w-]{22}|(?<=open-)\d|(?<=history-)\d{4}-\d\d-\d\d|[0-9a-f]{32}|(?<=email-rules-)[0-9a-f-]{36}|(?<=Items\/).*/g;

/**
 * The requests of a run without faults, each as often as it was made: the second write of a document differs from the
 * first.
 */
export function faultTargets(requests: readonly RequestRecord[]): FaultTarget[] {
  const seen = new Map<string, number>();
  return requests.map(({ host, method, path }) => {
    const parts = path.split(VOLATILE_PARTS).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = `^${parts.join('[^/]+')}$`;
    const call = `${method} ${host} ${pattern}`;
    const after = seen.get(call) ?? 0;
    seen.set(call, after + 1);
    const shown = path.replace(/^\/v\d+\/\w+\/[A-Z]{2}[0-9a-f]{32}|^\/2010-04-01\/Accounts\/[A-Z]{2}[0-9a-f]{32}/, '');
    return {
      name: `${method} ${host.split('.')[0]}${shown.replace(VOLATILE_PARTS, '…')}${after === 0 ? '' : ` (${after + 1})`}`,
      match: { host, method, path: new RegExp(pattern), after },
    };
  });
}

/** How often a request fails; reads are tried twice, so that one failure would stay unseen. */
export const FAULT_DURATIONS: [string, ({ match }: FaultTarget) => Pick<Fault, 'times'>][] = [
  ['once', ({ match }) => ({ times: match.method === 'GET' ? 2 : 1 })],
  ['for 40 s', () => ({})],
];

/** How a write of an agent's click can fail, beside that its process dies. */
export const WRITE_FAULTS: [string, FaultMode][] = [
  ['carried out late', LATE],
  ['reset before the body', { kind: 'reset' }],
  ['reset after the body', { kind: 'done-then-reset' }],
  ['500', { kind: 'status', status: 500 }],
  ['503 with Retry-After', { kind: 'status', status: 503, headers: { 'Retry-After': '1' } }],
  ['429', { kind: 'status', status: 429 }],
];
/** Answers to a write that names something new, or the version that it changes; any other is never answered so. */
export function conflictFaults({ name }: FaultTarget): [string, FaultMode][] {
  if (name === 'POST sync/Documents') return [['409', { kind: 'status', status: 409 }]];
  if (/^POST (sync\/Documents|taskrouter\/Tasks)\/./.test(name)) return [['412', { kind: 'status', status: 412 }]];
  return [];
}

/**
 * The process dies while it awaits a request: with what was sent before it is over, and nothing is sent after it.
 * @param isDone whether that request is still carried out
 * @returns lets requests through again: another process has started
 */
export function dieAtRequest(harness: Harness, { match }: FaultTarget, isDone: boolean): () => void {
  const { world } = harness;
  const removals = [harness.injectFault({ ...match, kind: isDone ? 'done-then-reset' : 'reset', times: 1 })];
  const push = world.requests.push;
  let left = (match.after ?? 0) + 1;
  const isMatch = ({ host, method, path }: RequestRecord) =>
    host === match.host && method === match.method && match.path?.test(path) === true;
  world.requests.push = (...records) => {
    left -= records.filter(isMatch).length;
    if (left === 0) {
      left = -1;
      // Added later than the fault of the request itself, it strikes those that follow.
      removals.push(harness.injectFault({ kind: 'reset' }));
    }
    return push.apply(world.requests, records);
  };
  return () => {
    world.requests.push = push;
    for (const remove of removals) remove();
  };
}
