import { MAX_TASK_ATTRIBUTES_BYTES } from '@callback-and-voicemail/contract';
import { type LedgerEntry, newVoicemailEntry } from '../ledger/entry';
import { transition } from '../ledger/transitions';
import { displayNumber, isWithheld } from '../numbers/caller-number';
import { pickCarriedAttributes } from './carried-attributes';
import {
  buildTaskAttributes,
  isTaskForEntry,
  readVoicemailId,
  withoutPersonalData,
  withTaker,
  withTranscriptText,
} from './task-attributes';

const NOW = Date.UTC(2026, 10, 22, 12);
const entry = (over: Partial<Parameters<typeof newVoicemailEntry>[0]> = {}) =>
  newVoicemailEntry(
    {
      taskKey: 'the key of the tests',
      callSid: `CA${'1'.repeat(32)}`,
      attempt: 1,
      from: '+15550100001',
      to: '+15550100099',
      queueName: 'Support',
      workflowSid: `WW${'3'.repeat(32)}`,
      priority: 5,
      routing: { skill: 'billing' },
      conversationId: `WT${'5'.repeat(32)}`,
      waitingSince: NOW - 90_000,
      language: 'en-US',
      ...over,
    },
    { maxRecordingSeconds: 119, transcribed: true },
    NOW,
  );

const recorded = (from: LedgerEntry, recordingSid = `RE${'2'.repeat(32)}`) =>
  transition(from, { type: 'recording-completed', recordingSid, seconds: 21 }, NOW);
const transcribed = (from: LedgerEntry, text: string) => transition(from, { type: 'transcript-received', text }, NOW);

test('the attributes the ecosystem reads are there under its names', () => {
  const attributes = buildTaskAttributes(recorded(entry()), 'Europe/Berlin');
  expect(attributes).toMatchObject({
    skill: 'billing',
    taskType: 'voicemail',
    callBackData: {
      numberToCall: '+15550100001',
      numberToCallFrom: '+15550100099',
      utcDateTimeReceived: '2026-11-22T12:00:00.000Z',
      attempts: 0,
      mainTimeZone: 'Europe/Berlin',
      recordingSid: `RE${'2'.repeat(32)}`,
      isDeleted: false,
    },
    conversations: { conversation_id: `WT${'5'.repeat(32)}` },
    callback_and_voicemail: {
      voicemail_id: `voicemail-CA${'1'.repeat(32)}-1`,
      recording_seconds: 21,
      queue: 'Support',
    },
  });
  expect(attributes).not.toHaveProperty('call_sid');
  expect(readVoicemailId(attributes)).toBe(`voicemail-CA${'1'.repeat(32)}-1`);
});

test('attributes stay below their limit whatever the caller said and the flow attached', () => {
  const given = { document: 'x'.repeat(10_000), note: '"'.repeat(1_000), skill: 'billing' };
  const routing = pickCarriedAttributes(given).carried;
  expect(routing).toHaveProperty('skill', 'billing');
  expect(routing).not.toHaveProperty('document');
  const talkative = transcribed(entry({ routing }), '"\n\\😀'.repeat(5_000));
  const attributes = buildTaskAttributes(talkative, 'UTC');
  expect(Buffer.byteLength(JSON.stringify(attributes))).toBeLessThanOrEqual(MAX_TASK_ATTRIBUTES_BYTES);
  expect(attributes.callBackData.transcriptText?.length).toBeGreaterThan(50);
});

test('attributes stay below their limit with names of any length', () => {
  const note = 'y'.repeat(2_300);
  const long = entry({ routing: { note, skill: 'billing' }, callerName: '名'.repeat(200), queueName: 'q'.repeat(200) });
  const attributes = buildTaskAttributes(recorded(long), 'America/Argentina/ComodRivadavia');
  expect(attributes).toHaveProperty('skill', 'billing');
  expect(attributes).not.toHaveProperty('note');
  expect(Buffer.byteLength(JSON.stringify(attributes))).toBeLessThanOrEqual(MAX_TASK_ATTRIBUTES_BYTES);
});

test('what reports read of the conversation is on the task, with the entry’s own id', () => {
  const routing = { conversations: { campaign: 'spring' }, customers: { external_id: '17' } };
  expect(buildTaskAttributes(entry({ routing }), 'UTC')).toMatchObject({
    conversations: { campaign: 'spring', conversation_id: `WT${'5'.repeat(32)}` },
    customers: { external_id: '17' },
  });
});

test('a transcript that comes later leaves what others wrote', () => {
  const attributes = { ...buildTaskAttributes(entry(), 'UTC'), written_by_an_agent: true };
  const changed = withTranscriptText(attributes, transcribed(entry(), 'Hello there'));
  expect(changed).toMatchObject({ written_by_an_agent: true, callBackData: { transcriptText: 'Hello there' } });
  expect(withTranscriptText({ callBackData: 'gone' }, transcribed(entry(), 'Hello'))).toBeUndefined();
});

test('a task is known by its entry, or by its recording', () => {
  const recordedAs = (over: Parameters<typeof entry>[0], sid: string) => recorded(entry(over), `RE${sid.repeat(32)}`);
  const attributes = buildTaskAttributes(recordedAs({}, '2'), 'UTC');
  expect(isTaskForEntry(entry(), attributes)).toBe(true);
  expect(isTaskForEntry(recordedAs({ attempt: 2 }, '2'), attributes)).toBe(true);
  expect(isTaskForEntry(recordedAs({ attempt: 2 }, '3'), attributes)).toBe(false);
  expect(isTaskForEntry(entry({ attempt: 2 }), attributes)).toBe(false);
  expect(isTaskForEntry(recordedAs({}, '2'), { callBackData: { recordingSid: `RE${'2'.repeat(32)}` } })).toBe(false);
});

test.each([
  '+266696687',
  '+7378742833',
  '+17378742833',
  '+2562533',
  '+8656696',
  '+86282452253',
  'anonymous',
  'Restricted',
  '',
  ' ',
])('withheld: "%s"', (from) => {
  expect(isWithheld(from)).toBe(true);
  expect(displayNumber(from)).toBe('withheld number');
});

test('a SIP caller is shown as they are', () => {
  expect(isWithheld('sip:ana@example.com')).toBe(false);
  expect(displayNumber('sip:ana@example.com')).toBe('sip:ana@example.com');
});

test('a number is shown with its country code', () => {
  expect(displayNumber('+15551234567')).toBe('+1 555-123-4567');
});

test('without personal data, a task still says what it is and proves its entry', () => {
  const own = recorded(entry({ callerName: 'Ana' }));
  const attributes = { ...buildTaskAttributes(own, 'UTC'), note: 'Ana, +1 555 010 0001', transcript: 'Hello' };
  const left = withoutPersonalData(attributes);
  expect(JSON.stringify(left)).not.toMatch(/Ana|100001|Hello|RE2/);
  expect(left).toMatchObject({ taskType: 'voicemail', callBackData: { isDeleted: true } });
  expect(isTaskForEntry(own, left)).toBe(true);
  expect(withoutPersonalData({})).toMatchObject({ callBackData: { isDeleted: true } });
});

test('who has taken it is added and removed, and what others wrote stays', () => {
  const taken = { ...entry(), taken: { address: 'ana@example.com', name: 'Ana\nRuiz', at: NOW } };
  const before = { other: 1, callback_and_voicemail: { voicemail_id: taken.id, theirs: 2 } };
  const shown = withTaker(before, taken)!;
  expect(shown).toEqual({
    other: 1,
    callback_and_voicemail: {
      ...before.callback_and_voicemail,
      ...{ taken_by: 'Ana Ruiz', taken_at: new Date(NOW).toISOString() },
    },
  });
  expect(withTaker(shown, { ...taken, taken: undefined })).toEqual(before);
});

test('a taker for whom the attributes have no room is left out, and a task of others is left alone', () => {
  const taken = { ...entry(), taken: { address: 'ana@example.com', at: NOW } };
  expect(withTaker({ other: 'x'.repeat(4_040), callback_and_voicemail: {} }, taken)).toBeUndefined();
  expect(withTaker({ other: 1 }, taken)).toBeUndefined();
});
