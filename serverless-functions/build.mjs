// One self-contained CommonJS file per Function: Twilio uploads files one by one, so nothing relative survives a
// deploy. `twilio` stays external: the runtime brings it, it would add megabytes to each file, and the runtime only
// takes TwiML of its own copy. Entry points are the files of these folders and nothing else.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileMailTemplates } from './compile-mail-templates.mjs';
import { EXTERNAL_PACKAGES } from './deployed-manifest.mjs';
import { loadAtFirstUse } from './load-at-first-use.mjs';

/** BullMQ's msgpackr is faster with this one, which is compiled when it is installed. It goes without it. */
const OPTIONAL_PACKAGES = ['msgpackr-extract'];
const here = path.dirname(fileURLToPath(import.meta.url));
const feature = path.join(here, 'src/functions/features/callback-and-voicemail-with-email');
const ENTRY_FOLDERS = ['studio', 'flex', 'email', 'email/events', 'media'];

/**
 * Builds the Functions into `dist/functions` and their assets into `dist/assets`. `dist/demonstration/assets` holds the
 * same assets with the caller experience of the sandbox, which uses each setting once: what is tested is what ships.
 * @throws Error when a caller experience configuration or a mail template is invalid
 */
export async function buildFunctions() {
  const dist = path.join(here, 'dist');
  const demonstration = path.join(dist, 'demonstration');
  for (const folder of [path.join(dist, 'functions'), path.join(dist, 'assets'), demonstration])
    rmSync(folder, { recursive: true, force: true });
  for (const [from, to] of [
    [path.join(here, 'assets'), path.join(dist, 'assets')],
    [path.join(here, 'assets'), path.join(demonstration, 'assets')],
    [path.join(here, '../sandbox/assets'), path.join(demonstration, 'assets')],
  ])
    cpSync(from, to, { recursive: true });
  await checkConfigurations(dist);
  await compileMailTemplates();
  await checkMailTemplates();

  const entryPoints = ENTRY_FOLDERS.map((folder) => path.join(feature, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return build({
    entryPoints,
    outbase: path.join(here, 'src/functions'),
    outdir: path.join(dist, 'functions'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: [...EXTERNAL_PACKAGES, ...OPTIONAL_PACKAGES],
    plugins: [loadAtFirstUse()],
    mainFields: ['main', 'module'],
    // Names stay, for stack traces; what is left out is a quarter of each file, and of what a cold start reads.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
  });
}

/** What a module of the Functions exports. */
async function importSource(file) {
  const { outputFiles } = await build({
    entryPoints: [path.join(here, 'src', file)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}

/** Fills the templates with samples, so that one that names what mails do not have is not deployed. */
async function checkMailTemplates() {
  const { renderSamples } = await importSource('notification/mail-templates/render-samples.ts');
  renderSamples();
}

/** Checks both configurations with the Functions' own rules, so that an invalid one is not deployed. */
async function checkConfigurations(dist) {
  const { configurationErrors } = await importSource('caller-experience/configuration-errors.ts');
  for (const assets of ['assets', 'demonstration/assets']) {
    const file = path.join(dist, assets, 'features/callback-and-voicemail-with-email/caller-experience.private.json');
    const errors = configurationErrors(JSON.parse(readFileSync(file, 'utf8')));
    if (errors.length > 0) throw new Error(`${file} is invalid:\n${errors.join('\n')}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { metafile } = await buildFunctions();
  for (const [file, { bytes }] of Object.entries(metafile.outputs))
    console.log(`${String(Math.round(bytes / 1024)).padStart(6)} KiB  ${path.relative(here, file)}`);
}
