import {
  type ErasureCertificate,
  PERSONAL_DATA_ACTIONS,
  PERSONAL_DATA_NUMBER,
  type PersonalDataAction,
  type PersonalDataItem,
  type PersonalDataResponse,
} from '@callback-and-voicemail/contract';
import { appendAction, auditDenials, displayName, prepareAction, withAudit } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import { CorruptEntry } from '../ledger/ledger';
import { FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { notYourQueue, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { buildCertificate } from './certificate';
import type { Cursor } from './cursor';
import { ERASURES_MAP, eraseCandidate, itemOf } from './erase-candidate';
import { exportCandidate } from './export-candidate';
import { readSignedCursor, signCursor, type WalkOrder } from './signed-cursor';
import { describeSubject, subjectOf } from './subject';
import { type Candidate, walkOn } from './walk';

const ACTS = { find: 'find-number', export: 'export-number', erase: 'erase-number' } as const;
const PER_PAGE = 100;
const AT_ONCE = 20;

/**
 * Finds, exports or deletes everything about a number, as far as the time of one request goes.
 * @throws FlexBadRequest `invalid`, `audit-unavailable`, `certificate-unavailable`, 403 `not-your-queue` for supervisors
 * of some queues
 * @throws TwilioError when Twilio is out of reach: ask again
 */
export async function servePersonalData(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<PersonalDataResponse> {
  // A number may be in any queue.
  await auditDenials(invocation, user, { act: ACTS[readAction(event) ?? 'find'] }, async () => {
    if (queueScopeOf(invocation.environment, user.workerSid) !== 'all') throw notYourQueue();
  });
  const { action, number } = readRequest(event);
  const subject = subjectOf(invocation.environment, number);
  const order = { workerSid: user.workerSid, action, subject };
  const cursor = readPlace(invocation, order, event);
  // A request of its own, so that it has the time; its record in the audit is the certificate's.
  if (action === 'erase' && cursor.phase === 'end')
    return { items: [], certificate: await certify(invocation, user, number, subject) };
  const detail = describeSubject(number, subject);
  return withAudit(invocation, user, { act: ACTS[action], detail, once: subject }, async () => {
    const items: PersonalDataItem[] = [];
    // Found by its row, it is found again by its task or its call.
    const visited = new Set<string>();
    const visit = async (candidate: Candidate) => {
      if (visited.has(candidate.id) && action !== 'erase') return;
      visited.add(candidate.id);
      const item = await take(invocation, candidate, order);
      if (item !== undefined) items.push(item);
    };
    const next = await walkOn({ invocation, number, visit }, cursor);
    if (next.phase === 'end' && action !== 'erase')
      return { items, erasedBefore: await wasErasedBefore(invocation, subject) };
    return { items, cursor: signCursor(invocation.environment, order, next) };
  });
}

const readAction = (event: Record<string, unknown>) =>
  PERSONAL_DATA_ACTIONS.find((one) => one === textField(event, 'Action'));

function readRequest(event: Record<string, unknown>): { action: PersonalDataAction; number: string } {
  const action = readAction(event);
  if (action === undefined) throw malformed('action');
  const number = textField(event, 'Number').trim();
  if (!PERSONAL_DATA_NUMBER.test(number)) throw malformed('number');
  return { action, number };
}

function readPlace({ environment }: Invocation, order: WalkOrder, event: Record<string, unknown>): Cursor {
  const cursor = readSignedCursor(environment, order, textField(event, 'Cursor'));
  if (cursor === undefined) throw malformed('cursor');
  return cursor;
}

const malformed = (path: string) =>
  new FlexBadRequest('invalid', `${path} is malformed`, 'Look at what was sent.', 422, {
    fields: [{ path, code: 'malformed' }],
  });

async function take(
  invocation: Invocation,
  candidate: Candidate,
  order: WalkOrder,
): Promise<PersonalDataItem | undefined> {
  const { action } = order;
  if (action === 'erase') return eraseCandidate(invocation, candidate, order);
  const { current, call, row, task, corrupt } = candidate;
  if (current !== undefined && isErased(current.entry)) return undefined;
  const isStored = current !== undefined || corrupt !== undefined || row !== undefined || task !== undefined;
  if (!isStored && call?.hasEnded !== false) return undefined;
  const item = itemOf(candidate, isStored ? 'stored' : 'call');
  return action === 'export' ? { ...item, data: await exportCandidate(invocation, candidate) } : item;
}

/** The certificate over all deletions for the number that are still known; the audit has its checksum first. */
async function certify(
  invocation: Invocation,
  user: FlexUser,
  number: string,
  subject: string,
): Promise<ErasureCertificate> {
  const tombstones = await readTombstones(invocation, subject);
  const head = { number, workerSid: user.workerSid, identity: displayName(user), at: Date.now() };
  const certificate = buildCertificate(head, tombstones);
  const detail = `${describeSubject(number, subject)} sha256:${certificate.sha256}`;
  const entries = tombstones.map(({ id }) => id);
  try {
    await appendAction(invocation, prepareAction(user, { act: 'erase-number', detail, entries }, 'done'));
  } catch (error) {
    if (!(error instanceof FlexBadRequest)) throw error;
    throw new FlexBadRequest(
      'certificate-unavailable',
      'Everything was deleted, and its certificate is not in the audit',
      'Ask for the certificate again.',
      503,
      { cause: error },
    );
  }
  return certificate;
}

/** Whether there is something to certify. */
async function wasErasedBefore({ twilio }: Invocation, subject: string): Promise<true | undefined> {
  const [first] = await twilio.sync.listMapItems(ERASURES_MAP, { order: 'asc', limit: 1, from: `${subject}_` });
  return first?.key.startsWith(`${subject}_`) ? true : undefined;
}

async function readTombstones({ twilio, ledger }: Invocation, subject: string): Promise<LedgerEntry[]> {
  const prefix = `${subject}_`;
  const ids: string[] = [];
  let from = prefix;
  for (;;) {
    const page = await twilio.sync.listMapItems(ERASURES_MAP, { order: 'asc', limit: PER_PAGE, from });
    const ours = page.filter(({ key }) => key.startsWith(prefix));
    ids.push(...ours.map(({ key }) => key.slice(prefix.length)));
    if (page.length < PER_PAGE || ours.length < page.length) break;
    from = page.at(-1)!.key;
  }
  const read = async (id: string) => {
    try {
      return (await ledger.find(id))?.entry;
    } catch (error) {
      if (error instanceof CorruptEntry) return undefined;
      throw error;
    }
  };
  const entries: LedgerEntry[] = [];
  for (let n = 0; n < ids.length; n += AT_ONCE) {
    const chunk = await Promise.all(ids.slice(n, n + AT_ONCE).map(read));
    entries.push(...chunk.filter((entry) => entry !== undefined));
  }
  return entries.filter(isErased);
}
