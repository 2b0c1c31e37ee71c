import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the bundles leave to Twilio's runtime; `serverless-functions/build.mjs` keeps it out of them. */
const EXTERNAL_PACKAGES = ['@twilio/runtime-handler', 'twilio'];

/**
 * The package.json of a deployment: Twilio installs its `dependencies` beside the Functions
 * (twilio.com/docs/serverless/functions-assets/functions/dependencies).
 * @param root the repository
 * @returns JSON
 */
export function deployedManifest(root: string): string {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'serverless-functions/package.json'), 'utf8'));
  return JSON.stringify({ dependencies: Object.fromEntries(EXTERNAL_PACKAGES.map((one) => [one, dependencies[one]])) });
}
