import path from 'node:path';
import { makeExample, ROOT, runNode } from './repository';

const KNIP = path.join(ROOT, 'node_modules/knip/bin/knip.js');

function findUnused(folder: string) {
  const { status, stdout, stderr } = runNode([KNIP, '--no-progress', '--treat-config-hints-as-errors'], folder);
  return { status, output: stdout + stderr };
}

test('the repository has no unused file, export or dependency', () => {
  expect(findUnused(ROOT)).toEqual({ status: 0, output: '' });
}, 120_000);

test('the check of unused code finds an unused file, export, type and dependency', () => {
  const { status, output } = findUnused(
    makeExample({
      'package.json': JSON.stringify({ name: 'example', dependencies: { 'some-package': '1.0.0' } }),
      'knip.json': JSON.stringify({ ignoreExportsUsedInFile: false, entry: ['index.ts'], project: ['*.ts'] }),
      'index.ts': "import { used } from './library';\nconsole.log(used);\n",
      'library.ts': 'export const used = 1;\nexport const idle = 2;\nexport type Idle = string;\n',
      'orphan.ts': 'export const alone = 1;\n',
    }),
  );
  expect(status).toBe(1);
  for (const name of ['orphan.ts', 'some-package', 'idle', 'Idle']) expect(output).toContain(name);
}, 120_000);
