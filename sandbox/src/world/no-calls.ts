import { notFound } from './twilio-error';
import type { Calls } from './types';

/** An account without calls: what REST sees until the voice engine registers itself. */
export const noCalls: Calls = {
  get: () => undefined,
  list: () => [],
  update(sid) {
    throw notFound(`/Calls/${sid}.json`);
  },
};
