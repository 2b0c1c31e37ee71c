import type { EmailSettings } from '@callback-and-voicemail/contract';
import { liveItems } from '../../sandbox/src/sync/sync-store';
import type { SyncValue } from '../../sandbox/src/sync/sync-value';
import type { TestTwilio } from '../../sandbox/src/testing/test-twilio';
import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';
import { accountAuthorization } from './deployed-product';

/** What the product keeps in Sync: looked at and put there without a request of the product's. */
export function storedDocuments({ world, clock, stubUrl }: TestTwilio) {
  /** Neither counted nor struck by a fault. */
  const sync = async (rest: string, form?: Record<string, string>) => {
    const faults = jest.spyOn(world.faults, 'consume').mockReturnValue(undefined);
    const mark = world.requests.length;
    const answer = await fetch(`${stubUrl}/sync.twilio.com/v1/Services/${DEFAULT_ACCOUNT.syncServiceSid}/${rest}`, {
      headers: { authorization: accountAuthorization(world) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    const body = (await answer.json()) as Record<string, unknown>;
    await clock.settle();
    world.requests.splice(mark, 1);
    faults.mockRestore();
    return { status: answer.status, body };
  };
  const document = async (name: string) => {
    const { status, body } = await sync(`Documents/${name}`);
    return status === 200 ? (body.data as Record<string, unknown>) : undefined;
  };
  const setDocument = async (name: string, data: object) => {
    const Data = JSON.stringify(data);
    const exists = (await document(name)) !== undefined;
    const { status } = await sync(
      exists ? `Documents/${name}` : 'Documents',
      exists ? { Data } : { UniqueName: name, Data },
    );
    if (status >= 300) throw new Error(`${name} was not written: ${status}`);
  };
  return {
    document,
    setDocument,
    setSettings: (settings: Partial<EmailSettings>) =>
      setDocument('email-settings', {
        version: 1,
        enabled: true,
        recipients: [{ address: 'admin@example.com' }],
        ...settings,
      }),
    /** Creates the maps of the index, as in an account that has had callbacks before. */
    async createIndexMaps() {
      for (let n = 0; n < 8; n += 1) await sync('Maps', { UniqueName: `open-${n}` });
    },
    /** Keys of all index maps. */
    async indexKeys(): Promise<string[]> {
      const keys: string[] = [];
      for (let n = 0; n < 8; n += 1) {
        const { status, body } = await sync(`Maps/open-${n}/Items?PageSize=1000`);
        if (status === 200) keys.push(...(body.items as { key: string }[]).map(({ key }) => key));
      }
      return keys;
    },
  };
}

/** Every document and every item of a map that the product keeps in Sync; a test may replace its `data`. */
export function storedValues({ sync }: TestTwilio['world']): { name: string; value: SyncValue }[] {
  const { documents, maps } = sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  return [
    ...documents.list().map((document) => ({ name: document.uniqueName ?? document.sid, value: document })),
    ...maps
      .list()
      .flatMap((map) => liveItems(map).map((item) => ({ name: `${map.uniqueName}/${item.key}`, value: item }))),
  ];
}
