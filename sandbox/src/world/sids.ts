import { createHash } from 'node:crypto';
import type { Sid } from './types';

/**
 * A source of sids for one world: a counter behind a hash, so that the same world gives the same sids on every run
 * (tests can be repeated) and the sids still look like Twilio's.
 */
export function createSidGenerator(seed: string): (prefix: string) => Sid {
  let count = 0;
  return (prefix) => {
    if (!/^[A-Z]{2}$/.test(prefix)) throw new RangeError(`a sid begins with two capital letters, not "${prefix}"`);
    count += 1;
    return prefix + createHash('md5').update(`${seed}:${count}`).digest('hex');
  };
}

/** A sid that depends on nothing but its prefix and name, for what an account has before anything happens. */
export function fixedSid(prefix: string, name: string): Sid {
  return prefix + createHash('md5').update(`fixed:${prefix}:${name}`).digest('hex');
}
