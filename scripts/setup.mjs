// `npm run setup`, `deploy`, `rollback`, `doctor`: builds what is deployed, then runs the command of `setup/`.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

await ensureInstalled();
const [name, ...args] = process.argv.slice(2);
if (!args.includes('--help')) {
  const { buildFunctions } = await import('../serverless-functions/build.mjs');
  const { buildPlugin } = await import('../flex-plugin/build.mjs');
  await Promise.all([buildFunctions(), buildPlugin()]);
}
const { buildSetup } = await import('../setup/build.mjs');
await buildSetup();
const { main, processIo } = createRequire(import.meta.url)(path.join(root, 'setup/dist/main.js'));
process.exitCode = await main(name, args, processIo(root));
