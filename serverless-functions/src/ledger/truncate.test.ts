import { truncateBytes } from './truncate';

test('texts are cut between characters', () => {
  expect(truncateBytes('añb😀c', 100)).toBe('añb😀c');
  const cut = truncateBytes('😀'.repeat(100), 50);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(50);
  expect(cut).toMatch(/^(😀)+…$/u);
});
