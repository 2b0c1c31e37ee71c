import { createHash } from 'node:crypto';
import {
  apply,
  begunVoicemail,
  emailClaimed,
  emailSent,
  NOW,
  RECORDING_SID,
  recordedVoicemail,
  SAM,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from '../ledger/entry';
import type { LedgerEvent } from '../ledger/events';
import { buildCertificate } from './certificate';

const head = { number: '+12025550123', workerSid: SAM.workerSid, identity: 'sam', at: NOW };
const erased: LedgerEvent = { type: 'entry-erased', by: SAM.workerSid, subject: 'a hash', documents: [] };
const advanced: LedgerEvent = {
  type: 'erasure-advanced',
  recordings: [{ sid: RECORDING_SID, transcriptions: 1 }],
  tasks: [{ sid: TASK_SID, outcome: 'left' }],
  documents: [],
  checkAt: undefined,
};
const sent = apply(recordedVoicemail({ transcribed: false }), [
  { type: 'task-claimed', owner: 'me' },
  emailClaimed,
  taskCreated,
  emailSent,
]);
const certify = (...entries: LedgerEntry[]) => {
  const certificate = buildCertificate(head, entries);
  return { ...certificate, content: JSON.parse(certificate.json) };
};

test('says who deleted what where, when, and what went out before', () => {
  const { content, text, json, sha256 } = certify(apply(sent, [erased, advanced]));
  expect(content).toMatchObject({
    number: '+12025550123',
    by: { workerSid: SAM.workerSid },
    deleted: [
      {
        recordings: [{ sid: RECORDING_SID, transcriptions: 1 }],
        tasks: [{ sid: TASK_SID, outcome: 'left' }],
        mail: { state: 'sent', recipients: 1, at: new Date(NOW).toISOString() },
        state: 'complete',
        stillToDelete: [],
      },
    ],
    notFound: [],
  });
  expect(sha256).toBe(createHash('sha256').update(json).digest('hex'));
  for (const part of [RECORDING_SID, TASK_SID, sha256, 'left to its agent', 'NOT deleted there', 'Mailgun'])
    expect(text).toContain(part);
});

test('says what is still to be deleted, and by whom', () => {
  const { content, text } = certify(apply(sent, erased));
  expect(content.deleted[0]).toMatchObject({ state: 'to be checked', stillToDelete: [RECORDING_SID, TASK_SID] });
  expect(text).toContain(`Still to be deleted by the next sweep: ${RECORDING_SID}`);
});

test('says what was not found', () => {
  const { content, text } = certify();
  expect(content.notFound).toEqual(['callbacks and voicemails', 'recordings', 'transcriptions', 'tasks', 'mails']);
  expect(text).toContain('Not found: callbacks and voicemails');
});

test('names the calls that go on, and leaves out calls of which nothing was stored', () => {
  const blank = { ...begunVoicemail(), from: '' };
  const onTheLine = apply(blank, { ...erased, wasMissing: true, callMayGoOn: true } as LedgerEvent);
  const over = apply(blank, { ...erased, wasMissing: true } as LedgerEvent);
  const { content } = certify(onTheLine, over);
  expect(content).toMatchObject({ deleted: [], callsUnderWay: [onTheLine.callSid] });
});

test('the same facts have the same checksum, other facts another one', () => {
  const one = apply(sent, [erased, advanced]);
  expect(certify(one).sha256).toBe(certify(one).sha256);
  expect(certify(one).sha256).not.toBe(certify(apply(sent, erased)).sha256);
});
