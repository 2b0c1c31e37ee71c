import { readFileSync } from 'node:fs';
import path from 'node:path';

test('what the panel takes needs no schema library, however deep', () => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(file, 'utf8');
    for (const [, isType, name] of source.matchAll(/^(?:import|export)( type)? [^;]*?from '([^']+)';/gms)) {
      if (isType !== undefined) continue;
      expect({ file: path.basename(file), name }).toMatchObject({ name: expect.stringMatching(/^\.\.?\//) });
      visit(path.resolve(path.dirname(file), `${name}.ts`));
    }
  };
  visit(path.join(__dirname, 'schema-free.ts'));
  expect([...seen].map((file) => path.basename(file)).sort()).toEqual([
    'addresses.ts',
    'limits.ts',
    'recipients-for.ts',
    'schema-free.ts',
    'subject-template.ts',
    'validate-settings.ts',
    'zoned-time.ts',
  ]);
});
