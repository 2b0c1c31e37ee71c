// `npm run bench`: what the product costs, measured here. `--verbose` lists every call.
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

await ensureInstalled();
const { buildAll } = await import('./build.mjs');
const { build } = await import('esbuild');
await buildAll();
const outfile = path.join(root, '.cache/bench.cjs');
await build({
  entryPoints: [path.join(root, 'bench/main.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  // Only its TypeScript exists, which Node does not load.
  alias: { '@callback-and-voicemail/contract': path.join(root, 'contract/src') },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
});
await createRequire(import.meta.url)(outfile).main(root);
