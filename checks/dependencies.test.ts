import path from 'node:path';
import { makeExample, ROOT, runNode } from './repository';

const CRUISER = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const WORKSPACES = ['contract', 'serverless-functions', 'worker', 'setup', 'flex-plugin', 'sandbox', 'e2e', 'bench'];
const FUNCTIONS = 'serverless-functions/src';
const PLUGIN = 'flex-plugin/src';

/** @returns the violations of .dependency-cruiser.cjs below a folder, as `rule: from -> to` */
function violations(folder: string, workspaces = WORKSPACES): string[] {
  const config = path.join(ROOT, '.dependency-cruiser.cjs');
  const { stdout, stderr } = runNode([CRUISER, '--config', config, '--output-type', 'json', ...workspaces], folder);
  if (stdout === '') throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
  };
  if (summary.totalCruised === 0) throw new Error('Nothing was checked.');
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`);
}

test('no workspace and no module imports from one above it', () => {
  expect(violations(ROOT)).toEqual([]);
});

test('each rule finds an import that breaks it', () => {
  const forbidden = [
    ['contract-imports-no-workspace', 'contract/src/a.ts', 'sandbox/src/b.ts'],
    ['contract-imports-no-workspace', 'contract/src/c.ts', 'flex-plugin/src/b.ts'],
    ['product-imports-no-tools', 'serverless-functions/src/http/a.ts', 'sandbox/src/b.ts'],
    ['product-imports-no-tools', 'flex-plugin/src/strings/a.ts', 'e2e/b.ts'],
    ['product-imports-no-tools', 'flex-plugin/src/strings/c.ts', 'bench/b.ts'],
    ['plugin-imports-no-functions', 'flex-plugin/src/strings/d.ts', 'serverless-functions/src/ledger/b.ts'],
    ['functions-import-no-plugin', 'serverless-functions/src/http/c.ts', 'flex-plugin/src/b.ts'],
    ['sandbox-imports-no-product', 'sandbox/src/a.ts', 'serverless-functions/src/ledger/b.ts'],
    ['sandbox-imports-no-product', 'sandbox/src/c.ts', 'contract/src/b.ts'],
    ['functions-ledger-imports-downwards', `${FUNCTIONS}/ledger/a.ts`, `${FUNCTIONS}/notification/b.ts`],
    ['functions-ledger-imports-downwards', `${FUNCTIONS}/email-providers/a.ts`, `${FUNCTIONS}/ledger/b.ts`],
    ['functions-voicemail-imports-downwards', `${FUNCTIONS}/callback/a.ts`, `${FUNCTIONS}/voicemail/b.ts`],
    ['functions-invocation-imports-downwards', `${FUNCTIONS}/invocation.ts`, `${FUNCTIONS}/fulfilment/b.ts`],
    ['plugin-functions-client-imports-downwards', `${PLUGIN}/functions-client/a.ts`, `${PLUGIN}/task-card/b.ts`],
    ['plugin-task-card-imports-downwards', `${PLUGIN}/task-card/a.ts`, `${PLUGIN}/email-admin/b.ts`],
    ['plugin-module-has-a-layer', `${PLUGIN}/attic/a.ts`, `${PLUGIN}/strings/b.ts`],
    ['tests-import-no-tests-of-others', 'bench/d.ts', 'e2e/c.test.ts'],
    ['e2e-imports-no-bench', 'e2e/d.ts', 'bench/b.ts'],
    ['functions-and-plugin-import-no-worker', 'serverless-functions/src/http/w.ts', 'worker/src/b.ts'],
    ['product-imports-no-tools', 'worker/src/c.ts', 'sandbox/src/b.ts'],
    ['product-imports-no-tools', 'setup/src/c.ts', 'sandbox/src/b.ts'],
    ['setup-imports-no-code-but-pure-rules', 'setup/src/d.ts', `${FUNCTIONS}/ledger/b.ts`],
    ['nothing-imports-setup', 'bench/s.ts', 'setup/src/b.ts'],
    ['functions-module-has-a-layer', `${FUNCTIONS}/attic/a.ts`, `${FUNCTIONS}/runtime/b.ts`],
  ] as const;
  const allowed = [
    ['serverless-functions/src/http/d.ts', 'contract/src/b.ts'],
    ['e2e/a.ts', 'sandbox/src/b.ts'],
    [`${FUNCTIONS}/notification/a.ts`, `${FUNCTIONS}/ledger/b.ts`],
    [`${FUNCTIONS}/ledger/b.ts`, `${FUNCTIONS}/ledger/c.ts`],
  ] as const;
  const sources: Record<string, string> = {};
  for (const [from, to] of [...forbidden.map(([, from, to]) => [from, to] as const), ...allowed]) {
    const name = path.posix.relative(path.posix.dirname(from), to).replace(/\.ts$/, '');
    sources[from] = `import { b } from '${name.startsWith('.') ? name : `./${name}`}';\nexport const used = b;\n`;
    sources[to] ??= '';
    sources[to] += 'export const b = 1;\n';
  }
  const expected = forbidden.map(([rule, from, to]) => `${rule}: ${from} -> ${to}`);
  expect(violations(makeExample(sources)).sort()).toEqual([...expected].sort());
});

test('two files that need each other to load are a cycle; with types alone they are not', () => {
  const uses = (other: string) => `import { ${other} } from './${other}';\nexport const used = ${other};\n`;
  const types = (other: string) => `import type { ${other} } from './${other}';\nexport type Used = ${other};\n`;
  expect(
    violations(
      makeExample({
        'contract/a.ts': `${uses('b')}export const a = 1;\n`,
        'contract/b.ts': `${uses('a')}export const b = 1;\n`,
        'contract/C.ts': `${types('D')}export type C = 1;\n`,
        'contract/D.ts': `${types('C')}export type D = 1;\n`,
      }),
      ['contract'],
    ),
  ).toEqual(['no-cycles: contract/a.ts -> contract/b.ts']);
});
