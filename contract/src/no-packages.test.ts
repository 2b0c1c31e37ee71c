import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

test('the contract imports no package: the plugin compiles it in hosts that have none', () => {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => path.join(__dirname, file));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files)
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^;]*?from '([^']+)';/gms))
      expect({ file: path.basename(file), name }).toMatchObject({ name: expect.stringMatching(/^\.\.?(\/|$)/) });
});
