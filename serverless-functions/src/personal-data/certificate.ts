import { createHash } from 'node:crypto';
import type { ErasureCertificate } from '@callback-and-voicemail/contract';
import type { LedgerEntry } from '../ledger/entry';
import type { Erasure } from '../ledger/erasure';

/** The certificate of a deletion: what was deleted where, what was not found, and what is out of reach. Pure. */

interface CertificateHead {
  number: string;
  workerSid: string;
  identity: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Whom to ask for what is out of the product's reach. */
const OUT_OF_REACH = [
  ['Mails in the mailboxes of their recipients', 'The recipients: see `mails` for how many there were, and when'],
  ['The mail provider’s events, logs and stored messages', 'The mail provider (Mailgun: Logs, Suppressions, Events)'],
  ['Flex Insights, and TaskRouter’s events of the tasks', 'Twilio support'],
  ['Twilio’s call log, and recordings that other programs made of the calls', 'Twilio: Calls and Recordings API'],
  [
    'Recordings of voicemails that have left the history, where the settings keep recordings longer',
    'Twilio: Calls and Recordings API',
  ],
  ['Logs and exports of the audit', 'Your own administrators'],
  ['Tasks that agents had accepted: they have no personal data any more, and end when they are completed', 'Agents'],
] as const;

/** @param tombstones of all entries that were deleted for the number */
export function buildCertificate(head: CertificateHead, tombstones: readonly LedgerEntry[]): ErasureCertificate {
  const erased = tombstones.flatMap((entry) =>
    entry.erasure === undefined ? [] : [{ entry, erasure: entry.erasure }],
  );
  // A call of which nothing was stored says nothing, unless it goes on.
  const deleted = erased
    .filter(({ erasure }) => !erasure.wasMissing || erasure.hadRow || hasDeleted(erasure))
    .map(describeErasure);
  const callsUnderWay = erased.filter(({ erasure }) => erasure.callMayGoOn && erasure.checkAt !== undefined);
  const content = {
    version: 1,
    what: 'Deletion of personal data by telephone number',
    number: head.number,
    by: { workerSid: head.workerSid, identity: head.identity },
    at: iso(head.at),
    deleted,
    notFound: notFound(erased.map(({ erasure }) => erasure)),
    callsUnderWay: callsUnderWay.map(({ entry }) => entry.callSid),
    outOfReach: OUT_OF_REACH.map(([what, whom]) => ({ what, whom })),
  };
  const json = `${JSON.stringify(content, undefined, 2)}\n`;
  const sha256 = createHash('sha256').update(json).digest('hex');
  const isComplete = deleted.every(({ state }) => state === 'complete') && callsUnderWay.length === 0;
  return { json, text: toText(content, sha256), sha256, isComplete };
}

const iso = (at: number) => new Date(at).toISOString();
const hasDeleted = ({ recordings, tasks }: Erasure) => recordings.length + tasks.length > 0;

function describeErasure({ entry, erasure }: { entry: LedgerEntry; erasure: Erasure }) {
  const { mail } = erasure;
  return {
    id: entry.id,
    receivedAt: iso(entry.createdAt),
    deletedAt: iso(erasure.at),
    by: erasure.by,
    sync: {
      entry: erasure.wasMissing ? 'there was none' : 'replaced by a record without personal data',
      transcript: erasure.hadTranscript ? 'deleted' : 'none',
      // The last check comes after whatever was being written.
      rows: erasure.checkAt === undefined ? 'deleted' : 'deleted, to be checked',
      references: erasure.documents,
    },
    recordings: erasure.recordings,
    tasks: erasure.tasks,
    mail: mail && { ...mail, at: mail.at === undefined ? undefined : iso(mail.at) },
    /** A sweep completes, or checks once more, what is due. */
    state: erasure.checkAt === undefined ? 'complete' : 'to be checked',
    stillToDelete: [...erasure.dueRecordings, ...erasure.dueTasks],
  };
}

function notFound(erasures: readonly Erasure[]): string[] {
  const kinds: [string, boolean][] = [
    ['callbacks and voicemails', erasures.some(({ wasMissing, hadRow }) => !wasMissing || hadRow)],
    ['recordings', erasures.some(({ recordings, dueRecordings }) => recordings.length + dueRecordings.length > 0)],
    ['transcriptions', erasures.some(({ recordings }) => recordings.some(({ transcriptions }) => transcriptions > 0))],
    ['tasks', erasures.some(({ tasks, dueTasks }) => tasks.length + dueTasks.length > 0)],
    ['mails', erasures.some(({ mail }) => mail !== undefined && mail.state !== 'withheld')],
  ];
  return kinds.filter(([, isThere]) => !isThere).map(([kind]) => kind);
}

const TASK_OUTCOMES = {
  canceled: 'canceled, and its attributes deleted',
  left: 'left to its agent, without personal data',
  ended: 'had ended',
};

function mailText({
  state,
  at,
  recipients,
  providerId,
}: NonNullable<ReturnType<typeof describeErasure>['mail']>): string {
  if (state === 'withheld') return 'a mail that waited was not sent';
  if (state === 'uncertain') return `a mail may have been sent${at === undefined ? '' : ` at ${at}`}`;
  return `mail sent at ${at} to ${recipients} recipients, message ${providerId ?? 'unknown'}: NOT deleted there`;
}

interface Content {
  number: string;
  by: { workerSid: string; identity: string };
  at: string;
  deleted: ReturnType<typeof describeErasure>[];
  notFound: string[];
  callsUnderWay: string[];
  outOfReach: { what: string; whom: string }[];
}

function toText(content: Content, sha256: string): string {
  const { number, by, at, deleted, callsUnderWay, outOfReach } = content;
  return [
    'Certificate of deletion of personal data',
    '',
    `Number: ${number}`,
    `Deleted by: ${by.identity} (${by.workerSid})`,
    `Issued: ${at}`,
    `SHA-256 of the JSON file: ${sha256}`,
    '',
    `Deleted: ${deleted.length}`,
    ...deleted.flatMap(textOfErasure),
    '',
    `Not found: ${content.notFound.length === 0 ? 'nothing was missing' : content.notFound.join(', ')}`,
    ...(callsUnderWay.length === 0
      ? []
      : ['', 'On the line now; what they record is deleted:', ...callsUnderWay.map((sid) => `  ${sid}`)]),
    '',
    'Out of reach of this product, and whom to ask:',
    ...outOfReach.map(({ what, whom }) => `  ${what}: ${whom}`),
    '',
  ].join('\n');
}

function textOfErasure(one: Content['deleted'][number]): string[] {
  return [
    `  ${one.id}, received ${one.receivedAt}, deleted ${one.deletedAt}: ${one.state}`,
    `    Sync: entry ${one.sync.entry}; transcript: ${one.sync.transcript}; rows: ${one.sync.rows}`,
    ...one.recordings.map(
      ({ sid, transcriptions }) => `    Twilio: recording ${sid}, transcriptions: ${transcriptions}`,
    ),
    ...one.tasks.map(({ sid, outcome }) => `    TaskRouter: task ${sid} ${TASK_OUTCOMES[outcome]}`),
    ...(one.mail === undefined ? [] : [`    Mail: ${mailText(one.mail)}`]),
    ...one.stillToDelete.map((sid) => `    Still to be deleted by the next sweep: ${sid}`),
  ];
}
