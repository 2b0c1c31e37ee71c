import type { CallerExperienceConfiguration } from './caller-experience';

/**
 * The configuration that is deployed: change it here, and deploy. `demonstration.ts` beside it uses every setting
 * once. A test checks it: unknown numbers, addresses that are not https, limits Twilio does not take.
 */
export const CALLER_EXPERIENCE: CallerExperienceConfiguration = {
  everyone: {},
  numbers: {},
  queues: {},
};
