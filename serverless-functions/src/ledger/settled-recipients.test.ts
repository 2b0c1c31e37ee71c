import type { RecipientOutcome } from './entry';
import { abbreviate, accepted, isSettled } from './settled-recipients';

const ana: RecipientOutcome = { address: 'Ana@Example.com', state: 'accepted', provider: 'mailgun' };
const bo: RecipientOutcome = { address: 'bo@example.com', state: 'refused', problem: 'recipient-refused' };

test('whoever has an email, or was refused, gets it no more, however the address is written', () => {
  expect(isSettled([ana, bo], 'Ana@example.COM')).toBe(true);
  expect(isSettled([ana, bo], 'bo@EXAMPLE.com')).toBe(true);
  expect(isSettled([ana, bo], 'cy@example.com')).toBe(false);
});

test('abbreviated, those who have the email are still known, and take less room', () => {
  const many = Array.from(
    { length: 100 },
    (_, n): RecipientOutcome => ({
      address: `a.long.name.of.somebody.${n}@department.example.com`,
      state: 'accepted',
    }),
  );
  const short = abbreviate([...many, bo]);
  expect(many.every(({ address }) => isSettled(short, address))).toBe(true);
  expect(isSettled(short, 'a.long.name.of.somebody.100@department.example.com')).toBe(false);
  expect(JSON.stringify(short).length).toBeLessThan(5_000);
  expect(short.at(-1)).toEqual(bo);
  expect(abbreviate(short)).toEqual(short);
});

test('a repetition leaves out only those who have the email', () => {
  expect(accepted([ana, bo])).toEqual([ana]);
});
