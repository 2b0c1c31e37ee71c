// One self-contained CommonJS file per Function: Twilio uploads files one by one, so nothing relative survives a
// deploy. `twilio` stays external: the runtime brings it, it would add megabytes to each file, and the runtime only
// takes TwiML of its own copy. Entry points are the files of these folders and nothing else.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const feature = path.join(here, 'src/functions/features/callback-and-voicemail-with-email');
const ENTRY_FOLDERS = ['studio', 'flex', 'email'];

/**
 * @param {'product' | 'demonstration'} variant what is deployed, or the same with the configuration that shows every
 *   setting once; that one is what the sandbox and the tests run, in `dist/demonstration/`
 */
export async function buildFunctions(variant = 'product') {
  const dist = path.join(here, variant === 'product' ? 'dist' : 'dist/demonstration');

  const entryPoints = ENTRY_FOLDERS.map((folder) => path.join(feature, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  rmSync(path.join(dist, 'functions'), { recursive: true, force: true });
  rmSync(path.join(dist, 'assets'), { recursive: true, force: true });
  cpSync(path.join(here, 'assets'), path.join(dist, 'assets'), { recursive: true });
  return build({
    entryPoints,
    outbase: path.join(here, 'src/functions'),
    outdir: path.join(dist, 'functions'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['twilio', '@twilio/runtime-handler'],
    mainFields: ['main', 'module'],
    alias:
      variant === 'product'
        ? {}
        : { '@callback-and-voicemail/contract/configuration': '@callback-and-voicemail/contract/demonstration' },
    // Names stay, for stack traces; what is left out is a quarter of each file, and of what a cold start reads.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { metafile } = await buildFunctions();
  for (const [file, { bytes }] of Object.entries(metafile.outputs))
    console.log(`${String(Math.round(bytes / 1024)).padStart(6)} KiB  ${path.relative(here, file)}`);
}
