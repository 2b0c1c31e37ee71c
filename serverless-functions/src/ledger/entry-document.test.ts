import { apply, recordedVoicemail } from '../../test/ledger-fixtures';
import type { LedgerEntry } from './entry';
import { toDocument } from './entry-document';
import { isSettled } from './settled-recipients';

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

test.each(['failed', 'pending'] as const)(
  'an email that is %s still knows all who have it, however little room there is',
  (state) => {
    const recipients = Array.from({ length: 100 }, (_, n) => ({
      address: `${'x'.repeat(90)}${n}@example.com`,
      state: 'accepted' as const,
    }));
    const begun = apply(recordedVoicemail(), [{ type: 'transcript-received', text: '😀'.repeat(700) }]);
    const fields = { attempts: 3, settled: state === 'pending' ? recipients : undefined };
    const email =
      state === 'pending'
        ? { ...fields, state, runAt: 1 }
        : { ...fields, state, recipients, recipientCount: recipients.length };
    const document = toDocument({ ...begun, email });
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(10_000);
    const stored = document.email.state === 'pending' ? document.email.settled! : recipientsIn(document);
    expect(recipients.every(({ address }) => isSettled(stored, address))).toBe(true);
  },
);

const recipientsIn = ({ email }: LedgerEntry) => (email.state === 'failed' ? email.recipients : []);
