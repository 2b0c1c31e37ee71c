import { createHash } from 'node:crypto';
import {
  addressKey,
  type BounceReason,
  type BouncingAddress,
  choice,
  LASTING_BOUNCE_REASONS,
  object,
  parseIfValid,
  text,
  timestamp,
} from '@callback-and-voicemail/contract';
import type { SyncClient } from '../twilio/sync';

/**
 * Addresses at which mails bounce until somebody corrects them, for the supervisors' settings: one Sync map, an item for
 * each. A later delivery removes the item; without one it expires, since the address may be used no more.
 */
const BOUNCING_MAP = 'email-bouncing';
const TTL_SECONDS = 90 * 24 * 60 * 60;
/** The most that are shown: as many as the settings may have recipients. */
const MAX_SHOWN = 100;

const itemSchema = object({ address: text(), reason: choice(...LASTING_BOUNCE_REASONS), at: timestamp() });

/** No address in a URL, and so in no log of Twilio's. */
const keyOf = (address: string) => createHash('sha256').update(addressKey(address)).digest('base64url').slice(0, 32);

/** True for a reason for which later mails will bounce as well. */
const isLasting = (reason: BounceReason | undefined): boolean =>
  LASTING_BOUNCE_REASONS.some((lasting) => lasting === reason);

/** What became of a mail to an address. */
interface AddressReport {
  address: string;
  outcome: 'delivered' | 'bounced' | 'deferred' | 'complained';
  reason?: BounceReason;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * Marks an address, or takes its mark away; an older report changes nothing. Where there is no mark, nothing tells of an
 * earlier delivery: a bounce that is reported late marks the address until the next delivery.
 * @throws TwilioError when Sync is out of reach
 */
export async function noteBouncing(sync: SyncClient, { address, outcome, reason, at }: AddressReport): Promise<void> {
  const bounces = outcome === 'bounced' && isLasting(reason);
  const isArrival = outcome === 'delivered' || outcome === 'complained';
  if (!bounces && !isArrival) return;
  const key = keyOf(address);
  const known = parseIfValid(itemSchema, (await sync.getMapItem(BOUNCING_MAP, key))?.data);
  if (known !== undefined && known.at >= at) return;
  if (bounces) await sync.upsertMapItem(BOUNCING_MAP, key, { address, reason, at }, TTL_SECONDS, known !== undefined);
  else if (known !== undefined) await sync.removeMapItem(BOUNCING_MAP, key);
}

/** Those that are marked. Items that cannot be read are left out. @throws TwilioError when Sync is out of reach */
export async function listBouncing(sync: SyncClient): Promise<BouncingAddress[]> {
  const items = await sync.listMapItems(BOUNCING_MAP, { order: 'asc', limit: MAX_SHOWN });
  return items.flatMap(({ data }) => {
    const item = parseIfValid(itemSchema, data);
    return item === undefined ? [] : [{ ...item, at: new Date(item.at).toISOString() }];
  });
}
