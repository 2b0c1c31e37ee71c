import { apply, recordedVoicemail } from '../../test/ledger-fixtures';
import { toDocument } from './entry-document';

test('an entry that fits is stored as it is', () => {
  const entry = recordedVoicemail();
  expect(toDocument(entry)).toBe(entry);
});

test('a long transcript and many recipients are cut to fit into a document', () => {
  const recipients = Array.from({ length: 200 }, (_, n) => ({
    address: `${'x'.repeat(50)}${n}@example.com`,
    state: n === 7 ? ('refused' as const) : ('accepted' as const),
  }));
  const entry = apply(recordedVoicemail(), [
    { type: 'transcript-received', text: '😀'.repeat(700) },
    { type: 'email-sent', recipients, possibleDuplicate: false },
  ]);
  const document = toDocument(entry);
  expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(10_000);
  expect(document).toMatchObject({ email: { recipientCount: 200, recipients: [recipients[7]] } });
});

test('where the transcript alone is too long, it is cut and nothing else', () => {
  const entry = { ...recordedVoicemail(), transcript: { state: 'ready' as const, text: 'a'.repeat(20_000) } };
  const { transcript, ...rest } = toDocument(entry);
  expect(Buffer.byteLength(JSON.stringify({ ...rest, transcript }))).toBeLessThanOrEqual(10_000);
  expect(transcript).toEqual({ state: 'ready', text: expect.stringMatching(/^a{8000,}…$/) });
  expect(rest).toEqual({ ...entry, transcript: undefined });
});
