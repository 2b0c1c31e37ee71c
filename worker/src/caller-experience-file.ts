import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CONFIGURATION_ASSET } from '../../serverless-functions/src/caller-experience/caller-experience-for';

/** Where `build.mjs` puts it. */
const BESIDE_THE_WORKER = path.join(__dirname, 'caller-experience.private.json');

/** Serves the private asset that Twilio's runtime serves to Functions. @throws Error when the named file is missing */
export function serveCallerExperience(file = BESIDE_THE_WORKER): void {
  if (!existsSync(file) && file !== BESIDE_THE_WORKER) throw new Error(`WORKER_CALLER_EXPERIENCE: there is no ${file}`);
  const assets = existsSync(file)
    ? { [CONFIGURATION_ASSET]: { path: file, open: () => readFileSync(file, 'utf8') } }
    : {};
  Object.assign(globalThis, { Runtime: { getAssets: () => assets } });
}
