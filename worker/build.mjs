// One CommonJS file. BullMQ, ioredis and the SDK stay outside: they are installed beside it.
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const CONFIGURATION = 'features/callback-and-voicemail-with-email/caller-experience.private.json';

/** Builds `dist/main.js`, and what callers hear beside it: the worker reads recordings' limits from it. */
export async function buildWorker() {
  const dist = path.join(here, 'dist');
  rmSync(path.join(dist, 'main.js'), { force: true });
  await build({
    entryPoints: [path.join(here, 'src/main.ts')],
    outfile: path.join(dist, 'main.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['bullmq', 'ioredis', 'twilio'],
    mainFields: ['main', 'module'],
    sourcemap: true,
    logLevel: 'warning',
  });
  cpSync(
    path.join(here, '../serverless-functions/assets', CONFIGURATION),
    path.join(dist, 'caller-experience.private.json'),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWorker();
