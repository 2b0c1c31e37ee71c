import { readFileSync } from 'node:fs';

/** What the bundles leave to Twilio's runtime; `build.mjs` keeps it out of them. */
export const EXTERNAL_PACKAGES = ['@twilio/runtime-handler', 'twilio'];

/**
 * The package.json that goes with a deployment: Twilio installs its `dependencies` beside the Functions
 * (twilio.com/docs/serverless/functions-assets/functions/dependencies). All else is inside the bundles.
 * @returns {string} JSON
 */
export function deployedManifest() {
  const { name, version, dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  const external = Object.fromEntries(EXTERNAL_PACKAGES.map((one) => [one, dependencies[one]]));
  return JSON.stringify({ name, version, private: true, dependencies: external });
}
