// Production builds of everything: the Functions' bundles, the Flex plugin, the sandbox's pages and its server.
import { ensureInstalled } from './ensure-installed.mjs';

await ensureInstalled();
const { buildFunctions } = await import('../serverless-functions/build.mjs');
const { buildPlugin } = await import('../flex-plugin/build.mjs');
const { buildWorker } = await import('../worker/build.mjs');
const { buildSetup } = await import('../setup/build.mjs');
const { writeSboms } = await import('./sbom.mjs');
const { buildWeb, buildServer, buildFlexPage } = await import('../sandbox/build.mjs');

export async function buildAll() {
  await Promise.all([
    buildFunctions(),
    buildWorker(),
    buildSetup(),
    buildPlugin(),
    buildWeb(),
    buildServer(),
    buildFlexPage(),
  ]);
  await writeSboms();
}

if (process.argv[1]?.endsWith('build.mjs')) {
  const begun = Date.now();
  await buildAll();
  console.log(`Built in ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
}
