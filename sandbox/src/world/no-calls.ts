import { notFound, TwilioError } from './twilio-error';
import type { Calls } from './types';

/** An account without calls: what REST sees until the voice engine registers itself. */
export const noCalls: Calls = {
  get: () => undefined,
  list: () => [],
  create() {
    throw new TwilioError(500, 20500, 'There is no voice engine');
  },
  update(sid) {
    throw notFound(`/Calls/${sid}.json`);
  },
};
