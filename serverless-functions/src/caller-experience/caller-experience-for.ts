import '@twilio-labs/serverless-runtime-types';
import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import { createLog } from '../runtime/log';
import type { CallerExperience, CallerExperienceConfiguration } from './caller-experience';
import { configurationErrors } from './configuration-errors';
import { resolveCallerExperience } from './resolve-caller-experience';

/** The private asset that configures what callers hear: `assets/…/caller-experience.private.json`. */
export const CONFIGURATION_ASSET = `${FEATURE_PATH}/caller-experience.json`;
const BUILT_IN: CallerExperienceConfiguration = { everyone: {}, numbers: {}, queues: {} };

let configuration: CallerExperienceConfiguration | undefined;

/** What a caller hears and may do, by the dialed number (E.164) and the name of the TaskRouter queue. */
export function callerExperienceFor(call: { dialed: string; queueName: string }): CallerExperience {
  configuration ??= loadConfiguration();
  return resolveCallerExperience(configuration, call);
}

/** The business's own numbers, as far as they are known here: the dialed one, and all that the configuration names. */
export function ownNumbers(dialed: string): string[] {
  configuration ??= loadConfiguration();
  return [dialed, ...Object.keys(configuration.numbers)];
}

/**
 * Reads and checks the private asset. Never throws: an invalid configuration must not end a call, so each error is
 * logged and the built-in defaults apply.
 */
export function loadConfiguration(): CallerExperienceConfiguration {
  const asset = Runtime.getAssets()[CONFIGURATION_ASSET];
  if (asset === undefined) return BUILT_IN;
  let data: unknown;
  let errors: string[];
  try {
    data = JSON.parse(asset.open());
    errors = configurationErrors(data);
  } catch {
    errors = ['it is not readable JSON'];
  }
  if (errors.length === 0) return data as CallerExperienceConfiguration;
  const log = createLog('caller-experience');
  for (const error of errors)
    log.error('configuration', { problem: 'malformed', advice: `caller-experience.private.json: ${error}` });
  return BUILT_IN;
}
