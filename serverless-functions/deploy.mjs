// `npm run deploy`: builds, then twilio-run's own deploy. Credentials come from the environment or from .env.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { buildFunctions } from './build.mjs';
import { deployedManifest } from './deployed-manifest.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const envFile = path.join(here, '.env');
const fromFile = existsSync(envFile) ? parseEnv(readFileSync(envFile, 'utf8')) : {};
const credential = (name, form) => {
  const value = process.env[name] || fromFile[name] || '';
  if (form.test(value)) return value;
  console.error(
    `Cannot deploy: ${name} is ${value === '' ? 'missing' : 'malformed'}. ` +
      'Set ACCOUNT_SID (AC and 32 hexadecimal digits) and AUTH_TOKEN (32 characters), ' +
      'in the environment or in serverless-functions/.env, and run this again.',
  );
  process.exit(1);
};
const accountSid = credential('ACCOUNT_SID', /^AC[0-9a-f]{32}$/);
const authToken = credential('AUTH_TOKEN', /^[0-9a-zA-Z]{32}$/);
if (process.env.TWILIO_STUB_URL || fromFile.TWILIO_STUB_URL) {
  console.error('Cannot deploy: TWILIO_STUB_URL is set, which is for the sandbox only. Remove it and run this again.');
  process.exit(1);
}

await buildFunctions();
// twilio-run takes credentials from a file or the command line, which every user of the machine could read. Values of
// `.env` are what the Functions get; twilio-run itself leaves the credentials out of those.
const merged = { ...fromFile, ACCOUNT_SID: accountSid, AUTH_TOKEN: authToken };
const dist = path.join(here, 'dist');
writeFileSync(path.join(dist, 'package.json'), deployedManifest());
const deployEnv = path.join(dist, '.env.deploy');
writeFileSync(
  deployEnv,
  Object.entries(merged)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join(''),
  { mode: 0o600 },
);
try {
  const { status } = spawnSync(
    process.execPath,
    [
      createRequire(import.meta.url).resolve('twilio-run/bin/twilio-run.js'),
      'deploy',
      '--service-name=callback-and-voicemail-with-email',
      '--functions-folder=functions',
      '--assets-folder=assets',
      '--runtime=node22',
      '--override-existing-project',
      `--env=${path.basename(deployEnv)}`,
      ...process.argv.slice(2),
    ],
    { cwd: dist, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(deployEnv, { force: true });
}
