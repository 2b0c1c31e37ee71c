import type { ReconciliationRecord } from '@callback-and-voicemail/contract';
import fc from 'fast-check';
import { type ChainHead, hashOf, nextRecord, recordKey, type StoredRecord, verifyChain } from './chain';
import { noTotals } from './reconcile-day';

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 24 * 60 * 60_000;

function chainOf(length: number, at = NOW): { records: StoredRecord[]; head: ChainHead | undefined } {
  const records: StoredRecord[] = [];
  let last: ReconciliationRecord | undefined;
  for (let n = 0; n < length; n += 1) {
    last = nextRecord(last, {
      at: new Date(at).toISOString(),
      by: 'sweep',
      from: '2026-11-21T00:00:00.000Z',
      to: '2026-11-22T00:00:00.000Z',
      queues: 'all',
      totals: { ...noTotals(), voicemails: n, complete: n },
      digest: String(n),
    });
    // As Sync gives it back.
    records.push({ key: recordKey(last.n), data: JSON.parse(JSON.stringify(last)) });
  }
  return { records, head: last && { n: last.n, hash: last.hash } };
}

test('a chain as it was appended is verified, and the empty one is empty', () => {
  const { records, head } = chainOf(3);
  expect(verifyChain(records, head, NOW)).toMatchObject({ state: 'verified', records: 3, last: { n: 3 } });
  expect(verifyChain([], undefined, NOW)).toEqual({ state: 'empty', records: 0 });
});

test('a record whose head was not written any more is no change', () => {
  const { records } = chainOf(3);
  const { head } = chainOf(2);
  expect(verifyChain(records, head, NOW)).toMatchObject({ state: 'verified' });
});

test('the order of the fields as they are stored does not matter', () => {
  const { records, head } = chainOf(2);
  const turned = records.map(({ key, data }) => ({ key, data: Object.fromEntries(Object.entries(data).reverse()) }));
  expect(verifyChain(turned, head, NOW).state).toBe('verified');
});

test('after a year the chain begins with a later record, and before that it does not', () => {
  const { records, head } = chainOf(3);
  const rest = records.slice(1);
  expect(verifyChain(rest, head, NOW)).toEqual({ state: 'changed', records: 2, changedAt: 1 });
  expect(verifyChain(rest, head, NOW + 350 * DAY)).toMatchObject({ state: 'verified', records: 2 });
});

test('whatever is changed, removed or added is noticed', () => {
  const change = fc.record({
    length: fc.integer({ min: 1, max: 6 }),
    at: fc.nat({ max: 5 }),
    how: fc.constantFrom('total', 'field', 'rehashed', 'removed', 'added', 'number'),
  });
  fc.assert(
    fc.property(change, ({ length, at, how }) => {
      const { records, head } = chainOf(length);
      const place = at % length;
      const { key, data } = records[place]!;
      const changed = { ...data, totals: { ...(data.totals as object), unexplained: 1 } };
      const replacements: Record<typeof how, StoredRecord[]> = {
        total: [{ key, data: changed }],
        field: [{ key, data: { ...data, note: 'x' } }],
        // Somebody who computes its own hash anew cannot do so for the record after it, or for the head.
        rehashed: [{ key, data: { ...changed, hash: hashOf(changed) } }],
        removed: [],
        added: [
          { key, data },
          { key: `${key}a`, data },
        ],
        number: [{ key, data: { ...data, n: 77 } }],
      };
      const stored = [...records.slice(0, place), ...replacements[how], ...records.slice(place + 1)];
      expect(verifyChain(stored, head, NOW).state).toBe('changed');
    }),
  );
});
