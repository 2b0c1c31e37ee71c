import type { Twilio } from 'twilio';
import { isTwilioError } from '../runtime/errors';

/** A Sync document as we use it: its content and the revision that a conditional write must name. */
export interface SyncDocument {
  data: Record<string, unknown>;
  revision: string;
}
export interface SyncMapItem {
  key: string;
  data: Record<string, unknown>;
}

/** One Sync service: documents with conditional writes, and maps as ordered lists of keys. */
export interface SyncClient {
  /** @returns undefined when there is no such document */
  fetchDocument(name: string): Promise<SyncDocument | undefined>;
  /** @returns the first revision @throws TwilioError `conflict` when the name is taken */
  createDocument(name: string, data: object, ttlSeconds: number): Promise<string>;
  /** @returns the new revision @throws TwilioError `precondition-failed` when `revision` is no longer the newest */
  updateDocument(name: string, data: object, revision: string, ttlSeconds: number): Promise<string>;
  /**
   * Adds a key, making the map at its first use; a key that is there already is left as it is.
   * @param mapTtlSeconds from now on; left out: the map does not expire by itself
   */
  addMapItem(map: string, key: string, data: object, ttlSeconds: number, mapTtlSeconds?: number): Promise<void>;
  /**
   * Writes a key, whether it exists or not. Creates the map at its first use; a map that is no longer written to
   * ends with its last item.
   * @param isThere what is likely: then it is one call
   */
  upsertMapItem(map: string, key: string, data: object, ttlSeconds: number, isThere: boolean): Promise<void>;
  /** Changes a key; a missing one stays missing, and is not an error. */
  updateMapItem(map: string, key: string, data: object, ttlSeconds: number): Promise<void>;
  /** @returns undefined when there is no such key, or no such map */
  getMapItem(map: string, key: string): Promise<SyncMapItem | undefined>;
  /**
   * The first `limit` (at most 100) items of a map in the order of their keys; none when the map does not exist.
   * @param options.from the key after which (`asc`) or before which (`desc`) the items begin; left out: all items
   */
  listMapItems(map: string, options: { order: 'asc' | 'desc'; limit: number; from?: string }): Promise<SyncMapItem[]>;
  /** Whether browsers' tokens need a permission for each object. @returns undefined when Sync does not say */
  isAclEnabled(): Promise<boolean | undefined>;
  /** Lets a document expire; a missing one is not an error. */
  expireDocument(name: string, ttlSeconds: number): Promise<void>;
  /** Removes a key; a missing one is not an error. */
  removeMapItem(map: string, key: string): Promise<void>;
  /** Removes a document; a missing one is not an error. */
  removeDocument(name: string): Promise<void>;
  /** The names of the service's maps, at most `MAX_MAPS`. */
  listMapNames(): Promise<string[]>;
  /** Removes a map with all its items; a missing one is not an error. */
  removeMap(map: string): Promise<void>;
}

/** Days of history, months of audit, and a few others: far fewer. */
const MAX_MAPS = 1_000;
const MAPS_PER_PAGE = 100;

/** Creates the client of the service `serviceSid`. */
export function createSyncClient(client: Twilio, serviceSid: string): SyncClient {
  const service = client.sync.v1.services(serviceSid);
  return {
    async fetchDocument(name) {
      try {
        const document = await service.documents(name).fetch();
        return { data: document.data, revision: document.revision };
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async createDocument(name, data, ttl) {
      return (await service.documents.create({ uniqueName: name, data, ttl })).revision;
    },
    async updateDocument(name, data, revision, ttl) {
      return (await service.documents(name).update({ data, ttl, ifMatch: revision })).revision;
    },
    async addMapItem(map, key, data, itemTtl, collectionTtl) {
      const expiry = collectionTtl === undefined ? {} : { collectionTtl };
      const add = () => service.syncMaps(map).syncMapItems.create({ key, data, itemTtl, ...expiry });
      try {
        await add();
      } catch (error) {
        if (isTwilioError(error, 'conflict')) return;
        if (!isTwilioError(error, 'not-found')) throw error;
        await service.syncMaps.create({ uniqueName: map, ...expiry }).catch((made: unknown) => {
          if (!isTwilioError(made, 'conflict')) throw made;
        });
        await add().catch((added: unknown) => {
          if (!isTwilioError(added, 'conflict')) throw added;
        });
      }
    },
    async upsertMapItem(map, key, data, itemTtl, isThere) {
      const items = () => service.syncMaps(map).syncMapItems;
      const add = () => items().create({ key, data, itemTtl, collectionTtl: itemTtl });
      const change = () => service.syncMaps(map).syncMapItems(key).update({ data, itemTtl, collectionTtl: itemTtl });
      const made = async () => {
        await service.syncMaps.create({ uniqueName: map, collectionTtl: itemTtl }).catch((error: unknown) => {
          if (!isTwilioError(error, 'conflict')) throw error;
        });
        await add();
      };
      const ways = isThere ? [change, add, made] : [add, change, made];
      for (const [index, way] of ways.entries()) {
        try {
          await way();
          return;
        } catch (error) {
          const another = isTwilioError(error, 'not-found', 'conflict') && index < ways.length - 1;
          if (!another) throw error;
        }
      }
    },
    async updateMapItem(map, key, data, itemTtl) {
      try {
        await service.syncMaps(map).syncMapItems(key).update({ data, itemTtl, collectionTtl: itemTtl });
      } catch (error) {
        if (!isTwilioError(error, 'not-found')) throw error;
      }
    },
    async getMapItem(map, key) {
      try {
        const item = await service.syncMaps(map).syncMapItems(key).fetch();
        return { key: item.key, data: item.data };
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async listMapItems(map, { order, limit, from }) {
      try {
        const start = from === undefined ? {} : { from, bounds: 'exclusive' as const };
        const items = await service.syncMaps(map).syncMapItems.list({ order, pageSize: limit, limit, ...start });
        return items.map((item) => ({ key: item.key, data: item.data }));
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return [];
        throw error;
      }
    },
    async isAclEnabled() {
      const { aclEnabled } = await service.fetch();
      return typeof aclEnabled === 'boolean' ? aclEnabled : undefined;
    },
    async expireDocument(name, ttl) {
      try {
        await service.documents(name).update({ ttl });
      } catch (error) {
        if (!isTwilioError(error, 'not-found')) throw error;
      }
    },
    async removeMapItem(map, key) {
      try {
        await service.syncMaps(map).syncMapItems(key).remove();
      } catch (error) {
        if (!isTwilioError(error, 'not-found')) throw error;
      }
    },
    async removeDocument(name) {
      try {
        await service.documents(name).remove();
      } catch (error) {
        if (!isTwilioError(error, 'not-found')) throw error;
      }
    },
    async listMapNames() {
      const maps = await service.syncMaps.list({ pageSize: MAPS_PER_PAGE, limit: MAX_MAPS });
      return maps.flatMap(({ uniqueName }) => uniqueName ?? []);
    },
    async removeMap(map) {
      try {
        await service.syncMaps(map).remove();
      } catch (error) {
        if (!isTwilioError(error, 'not-found')) throw error;
      }
    },
  };
}
