import { badRequest, TwilioError } from '../world/twilio-error';
import type { Sid } from '../world/types';
import { RateBucket } from './rate-bucket';
import type { SyncValue } from './sync-value';

/** An object that has a sid and a unique name, and may expire. */
export interface SyncObject {
  sid: Sid;
  uniqueName: string | null;
  dateCreated: number;
  dateUpdated: number;
  /** Milliseconds since 1970; null: never. */
  expires: number | null;
  /** Order of creation, for lists. */
  sequence: number;
  reads: RateBucket;
  writes: RateBucket;
}
export interface SyncDocument extends SyncObject, SyncValue {}
export interface SyncMap extends SyncObject {
  revision: number;
  items: Map<string, SyncMapItem>;
}
export interface SyncMapItem extends SyncValue {
  key: string;
}

/** A write or removal by any client. Expiry causes none. */
export type SyncChange =
  | { type: 'document_updated' | 'document_removed'; object: SyncDocument }
  | { type: 'map_item_added' | 'map_item_updated' | 'map_item_removed'; object: SyncMap; item: SyncMapItem }
  | { type: 'map_removed'; object: SyncMap };

/** What a client may set of a service. */
export interface SyncServiceSettings {
  friendlyName: string | null;
  /** Whether a token's identity needs permissions; the sandbox models none, and REST needs none. */
  aclEnabled: boolean;
  webhooksFromRestEnabled: boolean;
  reachabilityWebhooksEnabled: boolean;
  reachabilityDebouncingEnabled: boolean;
  /** Milliseconds. */
  reachabilityDebouncingWindow: number;
}

export interface SyncService extends SyncServiceSettings {
  sid: Sid;
  /** Only the account's first service has one, which stands for its sid; it cannot be set. */
  uniqueName: string | null;
  dateCreated: number;
  dateUpdated: number;
  documents: SyncCollection<SyncDocument>;
  maps: SyncCollection<SyncMap>;
  /** Notifies the subscribers of `Sync`. */
  notify(change: SyncChange): void;
}

/** The account's Sync services. REST and Flex's sockets read and write the same ones. */
export interface Sync {
  /** By sid or unique name. @throws TwilioError 404, 54050, for a service of another account */
  service(sidOrName: string): SyncService;
  services(): SyncService[];
  /** @throws TwilioError 400 */
  addService(settings?: Partial<SyncServiceSettings>): SyncService;
  /** @throws TwilioError 400 */
  updateService(service: SyncService, change: Partial<SyncServiceSettings>): void;
  /** With everything in it. */
  removeService(service: SyncService): void;
  /** Calls the listener at once for each change. @returns a function that unsubscribes it */
  subscribe(listener: (change: SyncChange) => void): () => void;
}

/** The objects of one kind in one service. Expiry is checked on read, which no client can distinguish from a sweep. */
export class SyncCollection<T extends SyncObject> {
  readonly #objects = new Map<Sid, T>();
  readonly #named = new Map<string, T>();
  #made = 0;

  constructor(private readonly newSid: () => Sid) {}

  /** @throws TwilioError 409, 54301, when the unique name is taken. */
  add(uniqueName: string | null, expires: number | null, rest: Omit<T, keyof SyncObject>): T {
    if (uniqueName !== null && this.find(uniqueName)) {
      throw new TwilioError(409, 54301, `Unique name already exists: ${uniqueName}`);
    }
    const now = Date.now();
    const base: SyncObject = {
      sid: this.newSid(),
      uniqueName,
      dateCreated: now,
      dateUpdated: now,
      expires,
      sequence: this.#made++,
      reads: new RateBucket(),
      writes: new RateBucket(),
    };
    const object = { ...rest, ...base } as T;
    this.#objects.set(object.sid, object);
    if (uniqueName !== null) this.#named.set(uniqueName, object);
    return object;
  }

  find(sidOrName: string): T | undefined {
    const object = this.#objects.get(sidOrName) ?? this.#named.get(sidOrName);
    if (!object || !isExpired(object)) return object;
    this.remove(object);
    return undefined;
  }

  remove(object: T): void {
    this.#objects.delete(object.sid);
    if (object.uniqueName !== null) this.#named.delete(object.uniqueName);
  }

  list(): T[] {
    for (const object of this.#objects.values()) if (isExpired(object)) this.remove(object);
    return [...this.#objects.values()];
  }
}

export function isExpired({ expires }: { expires: number | null }): boolean {
  return expires !== null && expires <= Date.now();
}

/** The items of a map that have not expired. */
export function liveItems(map: SyncMap): SyncMapItem[] {
  for (const [key, item] of map.items) if (isExpired(item)) map.items.delete(key);
  return [...map.items.values()];
}

/** OpenAPI sync v1, Service: what each is by default. */
const DEFAULT_SETTINGS: SyncServiceSettings = {
  friendlyName: null,
  aclEnabled: false,
  webhooksFromRestEnabled: false,
  reachabilityWebhooksEnabled: false,
  reachabilityDebouncingEnabled: false,
  reachabilityDebouncingWindow: 5000,
};
/** The account's first service, which Flex uses too; it answers to this name. */
const DEFAULT_SERVICE_NAME = 'default';

/** OpenAPI sync v1, ReachabilityDebouncingWindow: "Must be between 1,000 and 30,000". */
function requireSettings({ reachabilityDebouncingWindow: window = 5000 }: Partial<SyncServiceSettings>): void {
  if (window >= 1000 && window <= 30_000) return;
  throw badRequest('ReachabilityDebouncingWindow must be between 1000 and 30000');
}

/**
 * The services of the account; those it has from the start are made when first used, with nothing in them.
 * @param defaultSid which of them answers to `default` too
 */
export function createSync(given: readonly Sid[], newSid: (prefix: string) => Sid, defaultSid?: Sid): Sync {
  const sids = new Set(given);
  const services = new Map<Sid, SyncService>();
  const listeners = new Set<(change: SyncChange) => void>();
  const notify = (change: SyncChange) => {
    for (const listener of listeners) listener(change);
  };
  const open = (sid: Sid): SyncService => {
    const existing = services.get(sid);
    if (existing) return existing;
    const now = Date.now();
    const isDefault = sid === defaultSid;
    const service: SyncService = {
      ...DEFAULT_SETTINGS,
      sid,
      uniqueName: isDefault ? DEFAULT_SERVICE_NAME : null,
      friendlyName: isDefault ? 'Default Service' : null,
      dateCreated: now,
      dateUpdated: now,
      documents: new SyncCollection(() => newSid('ET')),
      maps: new SyncCollection(() => newSid('MP')),
      notify,
    };
    services.set(sid, service);
    return service;
  };
  return {
    service(sidOrName) {
      const sid = sidOrName === DEFAULT_SERVICE_NAME ? (defaultSid ?? sidOrName) : sidOrName;
      if (!sids.has(sid)) throw new TwilioError(404, 54050, `Service Instance not found: ${sid}`);
      return open(sid);
    },
    services: () => [...sids].map(open),
    addService(settings = {}) {
      requireSettings(settings);
      const sid = newSid('IS');
      sids.add(sid);
      return Object.assign(open(sid), definedOf(settings));
    },
    updateService(service, change) {
      requireSettings(change);
      Object.assign(service, definedOf(change), { dateUpdated: Date.now() });
    },
    removeService({ sid }) {
      sids.delete(sid);
      services.delete(sid);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function definedOf<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}
