import { expiryAfter, parseData, type WrittenData } from '../../sync/sync-value';
import type { RestRequest } from '../route';

/**
 * The `Data` parameter, when there is one.
 * @param nullCode Sync's code for missing data
 * @throws TwilioError 400 if it is not a JSON object, 413 above 16 KiB
 */
export function readData({ fields }: RestRequest, nullCode: number): WrittenData | undefined {
  return fields.has('Data') ? parseData(fields.text('Data'), nullCode) : undefined;
}

/**
 * When something written now expires.
 * @param names the parameter and its aliases; the first that is there counts
 * @returns milliseconds since 1970, null for never (0 seconds), undefined when no parameter says anything
 * @throws TwilioError 400 outside 0..31536000 seconds
 */
export function readExpiry({ fields }: RestRequest, ...names: string[]): number | null | undefined {
  const name = names.find((one) => fields.has(one));
  return name === undefined ? undefined : expiryAfter(fields.integer(name)!, name);
}
