import path from 'node:path';
import { makeExample, ROOT, runNode } from './repository';

const check = (message: string) =>
  runNode(
    [path.join(ROOT, 'scripts/check-commits.mjs'), '--message', path.join(makeExample({ message }), 'message')],
    ROOT,
  );

test.each([
  'feat: add a provider',
  'refactor(ledger): name the field dequeued\n\nThe old name was private.',
  'fix(flex-plugin)!: remove a setting',
  "Merge branch 'docs'",
])('accepts %j', (message) => {
  expect(check(message).status).toBe(0);
});

test.each([
  ['The panel in Thai', 'does not have the form'],
  ['feature: add a provider', 'does not have the form'],
  ['feat add a provider', 'does not have the form'],
  ['feat: ends with a period.', 'ends with a period'],
  [`feat: ${'x'.repeat(67)}`, 'has 73 characters; the limit is 72'],
  ['', 'does not have the form'],
])('refuses %j', (message, reason) => {
  const { status, stderr } = check(message);
  expect(status).toBe(1);
  expect(stderr).toContain(reason);
});
