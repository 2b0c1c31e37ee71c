import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import type { Environment } from '../runtime/environment';
import { hmac, isSame, sign, signatures } from '../runtime/signing';

/**
 * What ties a task to its entry. Any agent can write a task's attributes, so that a task names an entry proves nothing;
 * the proof in it does (ADR 0111). Its form is `<generation>.<signature>.<signature of its origin>`: a task that replaces
 * another is of a later generation, and an agent who held the earlier one has seen the proof of that one only.
 */

/** What a rebuilt entry takes from its task: it decides who sees the voicemail, who gets its mail, and who is called. */
export type TaskOrigin = Pick<LedgerEntry, 'from' | 'to' | 'queueName'>;

const KEY_PURPOSE = 'task-key';
const PROOF = /^([0-9a-z]{1,12})\.([\w-]{22})\.([\w-]{22})$/;

/** The key of a new entry, kept in it. All entries of a call have the same: each signs its own id. */
export function taskKeyFor(environment: Environment, entryId: string): string {
  return sign(environment, KEY_PURPOSE, subjectOf(entryId));
}

const subjectOf = (entryId: string) => /CA[0-9a-f]{32}/.exec(entryId)?.[0] ?? entryId;
const generationOf = ({ task }: Pick<LedgerEntry, 'task'>) => (task.wantedSince ?? 0).toString(36);
const signatureOf = (key: string, id: string, generation: string) => hmac(key, 'task', `${id} ${generation}`);
const originSignatureOf = (key: string, id: string, { from, to, queueName }: TaskOrigin) =>
  hmac(key, 'task-origin', JSON.stringify([id, from, to, queueName]));

/** The proof for the task that an entry wants now; undefined for an entry of an earlier version. */
export function taskProof(entry: Pick<LedgerEntry, 'id' | 'task' | 'taskKey'> & TaskOrigin): string | undefined {
  const { id, taskKey } = entry;
  const generation = generationOf(entry);
  return taskKey && `${generation}.${signatureOf(taskKey, id, generation)}.${originSignatureOf(taskKey, id, entry)}`;
}

/** What a task's attributes say about its entry. */
function readProof(attributes: Record<string, unknown>) {
  const { callback_and_voicemail: own } = attributes;
  if (!isRecord(own) || !isEntryId(own.voicemail_id)) return undefined;
  const [, generation, signature, originSignature] = PROOF.exec(typeof own.proof === 'string' ? own.proof : '') ?? [];
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const origin: TaskOrigin = { from: text(attributes.from), to: text(attributes.to), queueName: text(own.queue) };
  return { id: own.voicemail_id, generation, signature, origin, originSignature };
}

/** Whether attributes are those of a task made for the entry `id` of the same call: `current` or an earlier task. */
export function proofOfTask(
  entry: Pick<LedgerEntry, 'task' | 'taskKey'>,
  id: string,
  attributes: Record<string, unknown>,
): 'current' | 'earlier' | undefined {
  const proof = readProof(attributes);
  if (proof?.id !== id) return undefined;
  // An entry of an earlier version has no key; it expires after 30 days.
  if (entry.taskKey === undefined) return 'current';
  if (proof.generation === undefined || !isSame(proof.signature, signatureOf(entry.taskKey, id, proof.generation)))
    return undefined;
  return proof.generation === generationOf(entry) ? 'current' : 'earlier';
}

/**
 * The entry that a task was made from, where no entry is at hand.
 * @returns its id and key, and its origin unless somebody has changed that; undefined for a task that is not ours, or
 *   names another entry than its own
 */
export function readProvenEntry(
  environment: Environment,
  attributes: Record<string, unknown>,
): { id: string; taskKey: string; origin?: TaskOrigin } | undefined {
  const proof = readProof(attributes);
  const { generation, signature } = proof ?? {};
  if (proof === undefined || generation === undefined) return undefined;
  const taskKey = signatures(environment, KEY_PURPOSE, subjectOf(proof.id)).find((key) =>
    isSame(signature, signatureOf(key, proof.id, generation)),
  );
  if (taskKey === undefined) return undefined;
  const { id, origin, originSignature } = proof;
  return isSame(originSignature, originSignatureOf(taskKey, id, origin)) ? { id, taskKey, origin } : { id, taskKey };
}
