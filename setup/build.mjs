// One CommonJS file, of which the prompts and the SDK stay outside: they are installed beside it.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Builds `dist/main.js`. */
export const buildSetup = () =>
  build({
    entryPoints: [path.join(here, 'src/main.ts')],
    outfile: path.join(here, 'dist/main.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@inquirer/prompts', 'twilio'],
    mainFields: ['main', 'module'],
    logLevel: 'warning',
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSetup();
