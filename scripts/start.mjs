// `npm start`: the whole product on this machine, with no account. `npm start -- --help` says what can be chosen.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

await ensureInstalled();
const words = process.argv.slice(2);
if (!words.includes('--built')) {
  console.log('Building ...');
  const { buildAll } = await import('./build.mjs');
  await buildAll();
}
const { main } = createRequire(import.meta.url)(path.join(root, 'sandbox/dist/main.cjs'));
try {
  await main({ root, words });
} catch (error) {
  if (error?.code !== 'wrong-option') throw error;
  console.error(error.message);
  process.exitCode = 2;
}
