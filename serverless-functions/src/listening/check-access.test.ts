import {
  defaultSettings,
  type EmailSettings,
  emptyRules,
  type NotificationRules,
} from '@callback-and-voicemail/contract';
import {
  begunVoicemail,
  CALL_SID,
  NOW,
  newCallback,
  RECORDING_SID,
  recordedVoicemail,
} from '../../test/ledger-fixtures';
import { asTombstone } from '../ledger/erasure-changes';
import { listenUrl, readListenLink } from '../notification/listen-link';
import type { Environment } from '../runtime/environment';
import { type AccessFacts, checkAccess } from './check-access';

const ANA = 'ana@example.com';
const environment: Environment = {
  values: { SIGNING_KEYS: 'k'.repeat(32), ALLOWED_EMAIL_DOMAINS: 'example.com' },
  problems: [],
};
const entry = recordedVoicemail();
const url = listenUrl('https://a.twil.io', environment, {
  entryId: `voicemail-${CALL_SID}-1`,
  recordingSid: RECORDING_SID,
  address: ANA,
  until: NOW,
  language: 'en-US',
});
const link = readListenLink({ link: new URL(url).searchParams.get('link') }, environment)!;
const facts: AccessFacts = {
  link,
  entry,
  settings: defaultSettings([{ address: 'bo@example.com' }, { address: ANA }]),
  rules: emptyRules(),
  unconfirmed: [],
  environment,
  timeZone: 'UTC',
};
const withSettings = (change: Partial<EmailSettings>) => ({ settings: { ...facts.settings, ...change } });
const rules = (numbers: string[]): NotificationRules => ({
  ...emptyRules(),
  rules: [{ ...RULE, numbers, recipients: [{ address: ANA }] }],
});
const RULE = {
  id: 'a',
  name: 'a',
  enabled: true,
  match: 'all',
  queues: [],
  numbers: [],
  recipients: [],
} as never as NotificationRules['rules'][number];

test('it opens for whom the voicemail would be sent to now', () => {
  expect(checkAccess(facts)).toEqual({ recipient: { address: ANA } });
  expect(checkAccess({ ...facts, ...withSettings({ recording_format: 'link' }) })).toEqual({
    recipient: { address: ANA },
  });
  const asArchive = withSettings({ recipients: [{ address: 'bo@example.com' }], archive: { address: ANA } });
  expect(checkAccess({ ...facts, ...asArchive })).toEqual({ recipient: { address: ANA } });
});

test.each<[string, Partial<AccessFacts>]>([
  ['who is no recipient any more', withSettings({ recipients: [{ address: 'bo@example.com' }] })],
  [
    'whose domain is not allowed',
    { environment: { ...environment, values: { ...environment.values, ALLOWED_EMAIL_DOMAINS: 'example.org' } } },
  ],
  ['who waits for confirmation', { unconfirmed: [ANA] }],
  [
    'whose key is not accepted',
    { environment: { ...environment, values: { ...environment.values, SIGNING_KEYS: 'n'.repeat(32) } } },
  ],
])('it does not open for somebody %s, and nobody is named', (_who, change) => {
  expect(checkAccess({ ...facts, ...change })).toEqual({ problem: 'recipient-removed' });
});

test('it follows the rules as they are now', () => {
  const nobody = withSettings({ recipients: [] });
  expect(checkAccess({ ...facts, ...nobody, rules: rules([entry.to]) })).toEqual({ recipient: { address: ANA } });
  expect(checkAccess({ ...facts, ...nobody, rules: rules(['+12025550199']) })).toEqual({
    problem: 'recipient-removed',
  });
});

test.each<[string, Partial<AccessFacts>, string]>([
  ['email is off', withSettings({ enabled: false }), 'links-off'],
  ['mails hold no personal data', withSettings({ email_content: 'link-only' }), 'links-off'],
  ['mails are notices', withSettings({ recording_format: 'notice' }), 'links-off'],
  [
    'the link is for another recording',
    { link: { ...link, recordingSid: `RE${'9'.repeat(32)}` } },
    'recording-deleted',
  ],
  [
    'the recording is being deleted',
    { entry: { ...entry, recording: { ...entry.recording, deletionDueAt: NOW } as never } },
    'recording-deleted',
  ],
  ['no recording has arrived', { entry: begunVoicemail() }, 'recording-deleted'],
  ['there was none', { entry: { ...newCallback(), id: entry.id } }, 'recording-deleted'],
])('it does not open while %s', (_when, change, problem) => {
  expect(checkAccess({ ...facts, ...change })).toEqual({ recipient: { address: ANA }, problem });
});

test('of what is gone or erased, nobody is told who had it', () => {
  expect(checkAccess({ ...facts, entry: undefined })).toEqual({ problem: 'recording-deleted' });
  const erasure = {
    at: NOW,
    by: 'WK1',
    subject: 'x',
    dueRecordings: [],
    dueTasks: [],
    dueDocuments: [],
    recordings: [],
    tasks: [],
    documents: 0,
  };
  expect(checkAccess({ ...facts, entry: asTombstone(entry, erasure, NOW) })).toEqual({ problem: 'recording-deleted' });
});
