import type { ReconciledItem, ReconcileResponse } from '@callback-and-voicemail/contract';
import { findDocument, removeDocument } from '../../sandbox/src/sync/documents';
import { liveItems } from '../../sandbox/src/sync/sync-store';
import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';
import type { Harness } from './harness';

/** A run as the panel makes it: until there is no cursor. */
export async function reconcile(
  harness: Harness,
  { token }: { token: string },
  from = new Date().toISOString().slice(0, 10),
  to = from,
): Promise<ReconcileResponse & { requests: number }> {
  const items: ReconciledItem[] = [];
  let cursor: string | undefined;
  for (let requests = 1; ; requests += 1) {
    const answer = await harness.postFlex('reconcile', token, {
      ...{ Action: 'run', From: from, To: to },
      ...(cursor === undefined ? {} : { Cursor: cursor }),
    });
    const body = (await answer.json()) as ReconcileResponse;
    if (answer.status !== 200) throw new Error(`the run was answered ${answer.status}: ${JSON.stringify(body)}`);
    items.push(...body.items);
    if (body.cursor === undefined) return { ...body, items, requests };
    cursor = body.cursor;
  }
}

/** As if Sync had lost one entry; with `andRow`, its history row as well. */
export function loseEntry({ world }: Harness, id: string, { andRow = false } = {}): void {
  const service = world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  removeDocument(service, findDocument(service, id));
  if (!andRow) return;
  for (const map of service.maps.list())
    if (map.uniqueName?.startsWith('history-'))
      for (const key of map.items.keys()) if (key.endsWith(id)) map.items.delete(key);
}

const chainOf = ({ world }: Harness) =>
  world.sync
    .service(DEFAULT_ACCOUNT.syncServiceSid)
    .maps.list()
    .find(({ uniqueName }) => uniqueName === 'reconciliations');

/** The records of the chain of runs as they are stored: a test may change them. */
export function chainRecords(harness: Harness): { key: string; data: Record<string, unknown> }[] {
  const map = chainOf(harness);
  return map === undefined ? [] : (liveItems(map) as { key: string; data: Record<string, unknown> }[]);
}

export function removeChainRecord(harness: Harness, n: number): void {
  chainOf(harness)?.items.delete(String(n).padStart(9, '0'));
}
