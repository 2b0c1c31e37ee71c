import { TwilioError } from '../world/twilio-error';
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

export interface SyncService {
  sid: Sid;
  dateCreated: number;
  documents: SyncCollection<SyncDocument>;
  maps: SyncCollection<SyncMap>;
  /** Notifies the subscribers of `Sync`. */
  notify(change: SyncChange): void;
}

/** The account's Sync services. REST and Flex's sockets read and write the same ones. */
export interface Sync {
  /** @throws TwilioError 404, 54050, for a service of another account */
  service(sid: Sid): SyncService;
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

/** The services of the account; each is made when first used, with nothing in it. */
export function createSync(sids: readonly Sid[], newSid: (prefix: string) => Sid): Sync {
  const services = new Map<Sid, SyncService>();
  const listeners = new Set<(change: SyncChange) => void>();
  const notify = (change: SyncChange) => {
    for (const listener of listeners) listener(change);
  };
  return {
    service(sid) {
      if (!sids.includes(sid)) throw new TwilioError(404, 54050, `Service Instance not found: ${sid}`);
      const existing = services.get(sid);
      if (existing) return existing;
      const service: SyncService = {
        sid,
        dateCreated: Date.now(),
        documents: new SyncCollection(() => newSid('ET')),
        maps: new SyncCollection(() => newSid('MP')),
        notify,
      };
      services.set(sid, service);
      return service;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
