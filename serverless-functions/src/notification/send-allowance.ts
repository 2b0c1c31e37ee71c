import type { HourlyLimitStatus } from '@callback-and-voicemail/contract';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import { parseIfValid } from '@callback-and-voicemail/contract/schema';
import { EmailSendError } from '../email-providers/provider';
import { AccountCache } from '../runtime/account-cache';
import { type Environment, hourlyLimits } from '../runtime/environment';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { HourlyLimits } from '../runtime/hourly-limits';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import {
  type HourlyUsage,
  hourlyUsageSchema,
  limitReachedAt,
  NO_USAGE,
  nextPlaceAt,
  pauseUntilPlace,
  takePlaces,
  takesAgainAt,
  usedPlaces,
} from './hourly-usage';

/** Places for mails that a provider may be given. */
interface Places {
  granted: number;
  /** They must be begun with until then. */
  until: number;
  /** Why the other mails have none. */
  refusal?: EmailSendError;
}

/** Whether a provider may be given mails now, by the limits of EMAIL_HOURLY_LIMITS. */
export interface SendAllowance {
  /** Never throws. */
  take(provider: EmailProviderName, mails: number): Promise<Places>;
  /** For mails that had a place and were certainly not taken by the provider. */
  giveBack(provider: EmailProviderName, mails: number, places: Places): void;
}

/** The code of a refusal: nothing was asked of the provider. */
export const NO_PLACE = 'hourly-limit';

const TTL_SECONDS = 3 * 60 * 60;
const WRITE_ATTEMPTS = 4;
/** How long kept places may be begun with: the sending takes the rest of the minute that is counted for it. */
const KEPT_MS = 30_000;
/** Of the limit: one write takes so many places at once. */
const PLACES_PER_WRITE = 1 / 50;
const MAX_PLACES_PER_WRITE = 20;
/** When others write at the same moment, or Sync does not answer. */
const RETRY_MS = 30_000;

/** The name of the Sync document with the mails that were given to a provider. */
const usageDocument = (provider: EmailProviderName) => `email-usage-${provider}`;

/** What was counted for a provider. @throws TwilioError when Sync is out of reach */
async function readUsage(sync: SyncClient, provider: EmailProviderName) {
  const document = await sync.fetchDocument(usageDocument(provider));
  return {
    usage: (document && parseIfValid(hourlyUsageSchema, document.data)) ?? NO_USAGE,
    revision: document?.revision,
  };
}

/**
 * How far each provider with a limit is from it, and what takes over.
 * @param order in which providers are tried
 * @returns undefined where none of them has a limit
 * @throws TwilioError when Sync is out of reach
 */
export async function readLimitStatus(
  environment: Environment,
  sync: SyncClient,
  order: readonly EmailProviderName[],
): Promise<HourlyLimitStatus[] | undefined> {
  const limits = hourlyLimits(environment);
  const limited = order.filter((provider) => limits?.has(provider));
  if (limits === undefined || limited.length === 0) return undefined;
  const usages = await Promise.all(limited.map((provider) => readUsage(sync, provider)));
  const now = Date.now();
  const isFull = (provider: EmailProviderName) => {
    const read = usages[limited.indexOf(provider)];
    return read !== undefined && nextPlaceAt(read.usage, limits.get(provider)!, now) > now;
  };
  return limited.map((provider, n) => {
    const limit = limits.get(provider)!;
    const { usage } = usages[n]!;
    const reachedAt = limitReachedAt(usage, limit, now);
    const next = order.find((one) => one !== provider && !isFull(one));
    return {
      provider,
      limit,
      used: usedPlaces(usage, now),
      ...(reachedAt === undefined
        ? {}
        : {
            reachedAt: new Date(reachedAt).toISOString(),
            freeAt: new Date(takesAgainAt(usage, limit, reachedAt, now)).toISOString(),
          }),
      ...(next === undefined ? {} : { next }),
    };
  });
}

/** What this process knows of a provider. Any process may start without it. */
interface Known {
  kept: { places: number; until: number };
  /** What was read when there was no place. */
  full?: HourlyUsage;
}

const knownOf = new AccountCache<Map<EmailProviderName, Known>>();

export const UNLIMITED: SendAllowance = {
  take: async (_provider, mails) => ({ granted: mails, until: Number.POSITIVE_INFINITY }),
  giveBack: () => undefined,
};

/**
 * Counts mails in a Sync document of each provider, so that all processes together keep its limit. While Sync does not
 * answer, a provider with a limit gets no mail.
 */
export function createAllowance(environment: Environment, sync: () => SyncClient, log: Log): SendAllowance {
  const limits = hourlyLimits(environment);
  return limits === undefined ? UNLIMITED : new HourlyAllowance(environment, limits, sync, log);
}

class HourlyAllowance implements SendAllowance {
  private readonly known: Map<EmailProviderName, Known>;

  constructor(
    environment: Environment,
    private readonly limits: HourlyLimits,
    private readonly sync: () => SyncClient,
    private readonly log: Log,
  ) {
    this.known = knownOf.get(environment) ?? new Map();
    knownOf.set(environment, this.known);
  }

  async take(provider: EmailProviderName, mails: number): Promise<Places> {
    const limit = this.limits.get(provider);
    if (limit === undefined) return UNLIMITED.take(provider, mails);
    const known = this.knownOf(provider);
    const kept = takeKept(known, mails);
    if (kept.granted === mails) return kept;
    const now = Date.now();
    const { full } = known;
    const more =
      full !== undefined && nextPlaceAt(full, limit, now) > now
        ? { granted: 0, until: kept.until, refusal: noPlace(pauseUntilPlace(full, limit, now)) }
        : await this.count(provider, limit, mails - kept.granted);
    return { ...more, granted: kept.granted + more.granted, until: Math.min(kept.until, more.until) };
  }

  giveBack(provider: EmailProviderName, mails: number, { until }: Places): void {
    const now = Date.now();
    if (mails === 0 || !this.limits.has(provider) || until <= now) return;
    this.keep(this.knownOf(provider), mails, until);
  }

  private knownOf(provider: EmailProviderName): Known {
    const known = this.known.get(provider) ?? { kept: { places: 0, until: 0 } };
    this.known.set(provider, known);
    return known;
  }

  private async count(provider: EmailProviderName, limit: number, wanted: number): Promise<Places> {
    const perWrite = Math.min(MAX_PLACES_PER_WRITE, Math.max(1, Math.floor(limit * PLACES_PER_WRITE)));
    try {
      for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
        const { usage, revision } = await readUsage(this.sync(), provider);
        const now = Date.now();
        const until = now + KEPT_MS;
        const { taken, next } = takePlaces(usage, limit, Math.max(wanted, perWrite), now);
        if (taken > 0 && !(await this.write(provider, next, revision))) continue;
        const known = this.knownOf(provider);
        if (taken > wanted) this.keep(known, taken - wanted, until);
        if (taken >= wanted) return { granted: wanted, until };
        known.full = next;
        if (taken > 0) this.log.warn('hourly limit reached', { state: provider });
        return { granted: taken, until, refusal: noPlace(pauseUntilPlace(next, limit, now)) };
      }
    } catch (error) {
      this.log.warn('hourly limit unknown', { state: provider, code: errorCode(error) });
    }
    return { granted: 0, until: 0, refusal: noPlace(RETRY_MS) };
  }

  /** Places of several writes go together: all are to be used before the oldest ends. */
  private keep(known: Known, places: number, until: number): void {
    const { kept } = known;
    const isOver = kept.until <= Date.now() || kept.places === 0;
    known.kept = isOver ? { places, until } : { places: kept.places + places, until: Math.min(kept.until, until) };
  }

  /** @returns false when another process wrote meanwhile */
  private async write(provider: EmailProviderName, usage: HourlyUsage, revision: string | undefined): Promise<boolean> {
    const name = usageDocument(provider);
    try {
      if (revision === undefined) await this.sync().createDocument(name, usage, TTL_SECONDS);
      else await this.sync().updateDocument(name, usage, revision, TTL_SECONDS);
      return true;
    } catch (error) {
      if (isTwilioError(error, 'precondition-failed', 'conflict')) return false;
      throw error;
    }
  }
}

function takeKept({ kept }: Known, mails: number): Places {
  const granted = kept.until > Date.now() ? Math.min(kept.places, mails) : 0;
  kept.places -= granted;
  return { granted, until: granted === 0 ? Number.POSITIVE_INFINITY : kept.until };
}

const noPlace = (retryAfterMs: number) =>
  new EmailSendError(NO_PLACE, {
    kind: 'retryable',
    deliveryUncertain: false,
    problem: 'limit-reached',
    retryAfterMs,
    advice: 'EMAIL_HOURLY_LIMITS allows no more at present. It is sent later.',
  });
