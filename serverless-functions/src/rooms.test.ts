import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The rooms from the bottom up: a file may import from its own room and from those below, never from above. */
const FLOORS = [
  ['runtime'],
  ['numbers', 'prompts'],
  ['twilio'],
  ['ledger', 'email-providers'],
  ['notification'],
  ['invocation.ts'],
  ['fulfilment'],
  ['voicemail', 'callback', 'agent'],
  ['sweep'],
  ['email-admin'],
  ['wait-experience'],
  ['http'],
  ['functions'],
];
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));
const sources = readdirSync(__dirname, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const importsOf = (file: string) =>
  [...readFileSync(path.join(__dirname, file), 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name!);
const roomOf = (file: string) => file.split(path.sep)[0]!;

test('every room has its floor', () => {
  expect([...new Set(sources.map(roomOf))].filter((room) => floorOf(room) < 0)).toEqual([]);
});

test.each(sources)('%s imports only from its own room and from below', (file) => {
  for (const name of importsOf(file)) {
    if (!name.startsWith('.')) {
      expect(name).not.toMatch(/sandbox/);
      continue;
    }
    const target = path.relative(__dirname, path.resolve(__dirname, path.dirname(file), name));
    expect(target.startsWith('..')).toBe(false);
    const room = floorOf(roomOf(target)) >= 0 ? roomOf(target) : `${roomOf(target)}.ts`;
    if (room === roomOf(file)) continue;
    expect({ from: file, to: target, floor: floorOf(room) }).toMatchObject({ floor: expect.any(Number) });
    expect(floorOf(room)).toBeLessThan(floorOf(roomOf(file)));
  }
});
