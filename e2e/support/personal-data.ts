import type {
  ErasureCertificate,
  PersonalDataAction,
  PersonalDataItem,
  PersonalDataResponse,
} from '@callback-and-voicemail/contract';
import { findDocument, removeDocument } from '../../sandbox/src/sync/documents';
import { removeMap } from '../../sandbox/src/sync/maps';
import { liveItems } from '../../sandbox/src/sync/sync-store';
import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';
import type { Harness } from './harness';

/** All that a supervisor gets who asks about a number, as the panel asks: until there is no cursor. */
export async function askPersonalData(
  harness: Harness,
  { token }: { token: string },
  action: PersonalDataAction,
  number: string,
): Promise<{ items: PersonalDataItem[]; certificate?: ErasureCertificate; requests: number }> {
  const items: PersonalDataItem[] = [];
  let cursor: string | undefined;
  for (let requests = 1; ; requests += 1) {
    const answer = await harness.postFlex('personal-data', token, {
      ...{ Action: action, Number: number },
      ...(cursor === undefined ? {} : { Cursor: cursor }),
    });
    const body = (await answer.json()) as PersonalDataResponse;
    if (answer.status !== 200) throw new Error(`${action} was answered ${answer.status}: ${JSON.stringify(body)}`);
    items.push(...body.items.filter((item) => !items.some((one) => one.voicemail_id === item.voicemail_id)));
    if (body.cursor === undefined) return { items, certificate: body.certificate, requests };
    cursor = body.cursor;
  }
}

/** Where Twilio still has the number: Sync's documents and maps, open tasks. */
export function placesOf({ world }: Harness, number: string): string[] {
  const { documents, maps } = world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  const digits = number.slice(1);
  const has = (value: unknown) =>
    JSON.stringify(value)
      .replace(/[ ()-]/g, '')
      .includes(digits);
  return [
    ...documents.list().flatMap(({ uniqueName, sid, data }) => (has(data) ? [uniqueName ?? sid] : [])),
    ...maps
      .list()
      .flatMap((map) =>
        liveItems(map).flatMap(({ key, data }) => (has([key, data]) ? [`${map.uniqueName}/${key}`] : [])),
      ),
    ...world.tasks.list().flatMap(({ sid, attributes }) => (has(attributes) ? [sid] : [])),
  ];
}

/** The rows of the history, as they are stored: to be changed by a test. */
export function historyItems({ world }: Harness): { data: Record<string, unknown> }[] {
  const { maps } = world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  const history = maps.list().filter(({ uniqueName }) => uniqueName?.startsWith('history-'));
  return history.flatMap((map) => liveItems(map) as { data: Record<string, unknown> }[]);
}

/** As if Sync had not been there for this entry and its row. */
export function forgetEntry({ world }: Harness, id: string): void {
  const service = world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  removeDocument(service, findDocument(service, id));
  for (const map of service.maps.list()) if (map.uniqueName?.startsWith('history-')) removeMap(service, map);
}
