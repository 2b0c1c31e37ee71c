/**
 * Builds the sandbox's pages: `node sandbox/build.mjs`, or `buildWeb()` from another script.
 * sandbox/web/ becomes sandbox/dist/web/: index.html, main.js, the microphone's worklet and the spoken sample.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Paste's theme loads fonts from Twilio's web site. The pages use no network, so this removes the @font-face rules and
 * the system fonts in Paste's list apply.
 */
const withoutRemoteFonts = {
  name: 'without-remote-fonts',
  setup({ onLoad }) {
    onLoad({ filter: /@twilio-paste[\\/]theme[\\/]dist[\\/]index(\.es)?\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'js',
    }));
  },
};

/**
 * Builds the pages that `createPages` serves.
 * @param {{outDir?: string}} [options] output folder, default sandbox/dist/web
 * @returns {Promise<string>} the folder written
 */
export async function buildWeb({ outDir = join(here, 'dist', 'web') } = {}) {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await build({
    entryPoints: {
      main: join(here, 'web/main.tsx'),
      'capture-worklet': join(here, 'web/telephone/capture-worklet.ts'),
    },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    jsx: 'transform',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutRemoteFonts],
    legalComments: 'none',
    logLevel: 'warning',
  });
  copyFileSync(join(here, 'web/index.html'), join(outDir, 'index.html'));
  for (const name of ['voicemail-sample.wav', 'voicemail-sample.txt']) {
    copyFileSync(join(here, 'assets', name), join(outDir, name));
  }
  return outDir;
}

/**
 * Builds the scripts that run before and after the Flex UI in its page: setup.js and boot.js in
 * sandbox/dist/flex-desktop.
 * @param {{outDir?: string}} [options]
 * @returns {Promise<string>} the folder written
 */
export async function buildFlexPage({ outDir = join(here, 'dist', 'flex-desktop') } = {}) {
  await build({
    entryPoints: ['setup', 'boot'].map((name) => join(here, `src/flex-desktop/page/${name}.ts`)),
    outdir: outDir,
    bundle: true,
    // Classic scripts run in order: the first must run before Flex's own.
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    logLevel: 'warning',
  });
  return outDir;
}

/**
 * Builds the server that `npm start` runs: sandbox/dist/main.cjs. Packages stay external, since they are installed.
 */
export async function buildServer() {
  await build({
    entryPoints: [join(here, 'src/main.ts')],
    outfile: join(here, 'dist', 'main.cjs'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await Promise.all([buildWeb(), buildServer(), buildFlexPage()]);
}
