import { readEnvironment } from './environment';
import { isInScope, queueScopeOf } from './queue-scope';

const [SUE, ADA, EVE] = ['a', 'b', 'c'].map((digit) => `WK${digit.repeat(32)}`) as [string, string, string];
const scope = (worker: string, ...values: (object | string)[]) =>
  queueScopeOf(
    readEnvironment(
      Object.fromEntries(
        values.map((value, n) => [
          n === 0 ? 'SUPERVISOR_QUEUES' : `SUPERVISOR_QUEUES_${n + 1}`,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
    ),
    worker,
  );

test('without the variable, everybody sees all queues', () => {
  expect(scope(SUE)).toBe('all');
});

test.each([
  ['who is named sees these queues', SUE, [{ [SUE]: ['Sales', 'Billing'] }], ['Sales', 'Billing']],
  ['a named worker may see all', SUE, [{ [SUE]: 'all' }], 'all'],
  ['who is not named sees nothing', EVE, [{ [SUE]: ['Sales'] }], []],
  ['who is not named sees all where that is said', EVE, [{ [SUE]: ['Sales'], '*': 'all' }], 'all'],
  ['who is not named sees nothing where two variables differ', EVE, [{ '*': 'all' }, { '*': 'none' }], []],
  ['"*" is no name for who is named', SUE, [{ [SUE]: [], '*': 'all' }], []],
  ['variables add up', SUE, [{ [SUE]: ['Sales'] }, { [SUE]: ['Billing'], [ADA]: 'all' }], ['Sales', 'Billing']],
  ['nobody is named at all', SUE, [{}], []],
])('%s', (_title, worker, values, expected) => {
  expect(scope(worker, ...values)).toEqual(expected);
});

test.each([
  'all',
  '[]',
  'null',
  '{"WK1":["Sales"]}',
  `{"${SUE}":"Sales"}`,
  `{"${SUE}":[1]}`,
  '{"*":["Sales"]}',
  '{"__proto__":["Sales"]}',
  `{"${SUE}":["Sales"]`,
])('while a variable is malformed, nobody sees anything: %s', (value) => {
  expect(scope(SUE, value)).toEqual([]);
  expect(scope(SUE, { [SUE]: 'all' }, value)).toEqual([]);
});

test('a queue is in the scope by its exact name', () => {
  expect(isInScope(['Sales'], 'Sales')).toBe(true);
  for (const other of ['sales', 'Sales ', '', 'Sale']) expect(isInScope(['Sales'], other)).toBe(false);
  expect(isInScope('all', '')).toBe(true);
});
