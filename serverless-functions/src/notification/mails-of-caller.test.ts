import fc from 'fast-check';
import {
  type CallerMails,
  closeSummary,
  countMail,
  dropSummary,
  isFull,
  isWithoutMails,
  leaveMails,
  MAX_OTHERS,
  type MailDecision,
  NO_MAILS,
  othersOf,
} from './mails-of-caller';

fc.configureGlobal({ seed: jest.getSeed() });

const NOW = Date.UTC(2026, 10, 30, 10);
const HOUR = 60 * 60_000;
const LIMIT = 2;
const idOf = (n: number) => `voicemail-CA${String(n).padStart(32, '0')}-1`;

/** Counts voicemails one after the other. */
function count(
  numbers: readonly number[],
  { from = NO_MAILS, at = NOW, readers = 'support' }: { from?: CallerMails; at?: number; readers?: string } = {},
) {
  let mails = from;
  const decisions: MailDecision[] = [];
  for (const n of numbers) {
    const { decision, next = mails } = countMail(mails, { id: idOf(n), readers, isFirst: true }, LIMIT, at);
    decisions.push(decision);
    mails = next;
  }
  return { mails, decisions, kinds: decisions.map(({ mail }) => mail) };
}

test('up to the limit each is mailed singly; the next carries, and those after it are summarized', () => {
  const { kinds, decisions, mails } = count([1, 2, 3, 4, 5]);
  expect(kinds).toEqual(['single', 'single', 'carries', 'summarized', 'summarized']);
  expect(decisions[2]).toEqual({ mail: 'carries', until: NOW + HOUR });
  expect(decisions[4]).toEqual({ mail: 'summarized', carrier: idOf(3), until: NOW + HOUR });
  expect(othersOf(mails, idOf(3))?.more).toEqual([idOf(4), idOf(5)]);
});

test('an hour later there is room again', () => {
  const { mails } = count([1, 2, 3]);
  expect(count([4], { from: mails, at: NOW + HOUR }).kinds).toEqual(['single']);
  expect(count([4], { from: mails, at: NOW + HOUR - 1 }).kinds).toEqual(['summarized']);
});

test('what others read is summed up apart', () => {
  const { mails } = count([1, 2, 3]);
  const { decisions, mails: both } = count([4, 5], { from: mails, readers: 'sales' });
  expect(decisions).toEqual([
    { mail: 'carries', until: NOW + HOUR },
    { mail: 'summarized', carrier: idOf(4), until: NOW + HOUR },
  ]);
  expect(othersOf(both, idOf(3))?.more).toEqual([]);
});

test('counted again, every voicemail is decided on as before, and nothing is written', () => {
  const all = [1, 2, 3, 4, 5];
  const { mails, decisions } = count(all);
  for (const [index, n] of all.entries())
    for (const isFirst of [true, false]) {
      const again = countMail(mails, { id: idOf(n), readers: 'support', isFirst }, LIMIT, NOW + 1_000);
      expect(again).toEqual({ decision: decisions[index] });
    }
});

test('a later attempt that nobody counted goes singly: the first may have sent it', () => {
  const { mails } = count([1, 2, 3]);
  expect(countMail(mails, { id: idOf(4), readers: 'support', isFirst: false }, LIMIT, NOW)).toEqual({
    decision: { mail: 'single' },
  });
});

test('a closed list takes no more: the next one carries', () => {
  const { mails } = count([1, 2, 3, 4]);
  const closed = closeSummary(mails, idOf(3))!;
  expect(closeSummary(closed, idOf(3))).toBeUndefined();
  expect(closeSummary(closed, idOf(4))).toBeUndefined();
  const { kinds, mails: after } = count([5], { from: closed });
  expect(kinds).toEqual(['carries']);
  expect(othersOf(after, idOf(3))?.more).toEqual([idOf(4)]);
  // It was listed before.
  expect(count([4], { from: after }).decisions).toEqual([{ mail: 'summarized', carrier: idOf(3), until: NOW + HOUR }]);
});

test('a full list takes no more', () => {
  const numbers = Array.from({ length: LIMIT + 1 + MAX_OTHERS }, (_, n) => n);
  const { mails, kinds } = count(numbers);
  expect(kinds.filter((kind) => kind === 'carries')).toHaveLength(1);
  expect(isFull(mails, idOf(LIMIT))).toBe(true);
  expect(count([1_000], { from: mails }).kinds).toEqual(['carries']);
});

test('the next voicemail takes over from a carrier that is not sent any more', () => {
  const { mails } = count([1, 2, 3, 4]);
  const fallen = { readers: 'support', isFirst: true, fallenCarrier: idOf(3) };
  const { decision, next } = countMail(mails, { id: idOf(5), ...fallen }, LIMIT, NOW + 1_000);
  expect(decision).toEqual({ mail: 'carries', until: NOW + 1_000 + HOUR });
  expect(next?.summaries.map(({ carrier, more }) => [carrier, more])).toEqual([[idOf(5), [idOf(4)]]]);
  // Also one that it listed.
  const own = countMail(mails, { id: idOf(4), ...fallen, isFirst: false }, LIMIT, NOW + 1_000);
  expect(own.decision.mail).toBe('carries');
  expect(own.next?.summaries.map(({ carrier, more }) => [carrier, more])).toEqual([[idOf(4), []]]);
});

test('without room for another one, a mail goes singly', () => {
  let mails = NO_MAILS;
  for (let n = 0; n < 300; n += 1) {
    const { next } = countMail(mails, { id: idOf(n), readers: `queue ${n}`, isFirst: true }, LIMIT, NOW);
    mails = next ?? mails;
  }
  expect(Buffer.byteLength(JSON.stringify(mails))).toBeLessThan(14_001);
  expect(countMail(mails, { id: idOf(999), readers: 'x', isFirst: true }, LIMIT, NOW)).toEqual({
    decision: { mail: 'single' },
  });
});

test('what was sent is dropped, and what failed for good is kept for thirty days', () => {
  const { mails } = count([1, 2, 3, 4]);
  expect(dropSummary(mails, idOf(3))?.summaries).toEqual([]);
  expect(dropSummary(mails, idOf(4))).toBeUndefined();
  const day = 24 * HOUR;
  expect(count([5], { from: mails, at: NOW + 29 * day }).mails.summaries).toHaveLength(1);
  expect(count([5], { from: mails, at: NOW + 32 * day }).mails.summaries).toHaveLength(0);
});

describe('a voicemail whose content is deleted', () => {
  test('is told of nowhere', () => {
    const { mails } = count([1, 2, 3, 4]);
    const left = leaveMails(leaveMails(mails, idOf(1), undefined)!, idOf(4), undefined)!;
    expect(JSON.stringify(left)).not.toMatch(`${idOf(1)}|${idOf(4)}`);
    expect(leaveMails(left, idOf(4), undefined)).toBeUndefined();
  });

  test('hands over what it carried, also a closed list', () => {
    const { mails } = count([1, 2, 3, 4, 5]);
    const left = leaveMails(closeSummary(mails, idOf(3))!, idOf(3), idOf(4))!;
    expect(othersOf(left, idOf(4))).toMatchObject({ more: [idOf(5)], until: NOW + HOUR });
    expect(othersOf(left, idOf(4))?.closed).toBeUndefined();
    expect(othersOf(left, idOf(3))).toBeUndefined();
  });

  test('leaves nothing when it was the only one', () => {
    const { mails } = count([1]);
    expect(isWithoutMails(leaveMails(mails, idOf(1), undefined)!)).toBe(true);
  });
});

test('in any order of counting, closing and leaving, every voicemail is in exactly one place', () => {
  const step = fc.oneof(
    fc.record({
      act: fc.constant('count' as const),
      n: fc.integer({ min: 0, max: 30 }),
      readers: fc.constantFrom('a', 'b'),
    }),
    fc.record({ act: fc.constant('close' as const), n: fc.integer({ min: 0, max: 30 }), readers: fc.constant('a') }),
    fc.record({ act: fc.constant('leave' as const), n: fc.integer({ min: 0, max: 30 }), readers: fc.constant('a') }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let mails = NO_MAILS;
      const present = new Set<string>();
      for (const { act, n, readers } of steps) {
        const id = idOf(n);
        if (act === 'count') {
          mails = countMail(mails, { id, readers, isFirst: true }, LIMIT, NOW).next ?? mails;
          present.add(id);
        } else if (act === 'close') mails = closeSummary(mails, id) ?? mails;
        else {
          mails = leaveMails(mails, id, othersOf(mails, id)?.more[0]) ?? mails;
          present.delete(id);
        }
      }
      const places = [
        ...mails.mailed.map(({ id }) => id),
        ...mails.summaries.flatMap(({ carrier, more }) => [carrier, ...more]),
      ];
      expect([...places].sort()).toEqual([...present].sort());
    }),
  );
});
