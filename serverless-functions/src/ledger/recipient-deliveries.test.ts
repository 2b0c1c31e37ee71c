import { BOUNCE_REASONS, DELIVERY_OUTCOMES } from '@callback-and-voicemail/contract/bounce-reasons';
import fc from 'fast-check';
import { apply, emailClaimed, emailDeferred, NOW, recordedVoicemail } from '../../test/ledger-fixtures';
import type { LedgerEntry, RecipientDelivery, RecipientOutcome } from './entry';
import { toDocument } from './entry-document';
import type { EventOf } from './events';
import { toFailureRow, toHistoryRow, withoutEntry } from './history-row';
import { knownRecipients } from './recipient-deliveries';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

type Report = EventOf<'delivery-reported'>;
const report = (outcome: Report['outcome'], at: number, more: Partial<Report> = {}): Report => ({
  type: 'delivery-reported',
  address: 'ana@example.com',
  provider: 'mailgun',
  outcome,
  at,
  ...more,
});
const accepted = (address: string): RecipientOutcome => ({ address, state: 'accepted', provider: 'mailgun' });
const sentTo = (...addresses: string[]): LedgerEntry =>
  apply(recordedVoicemail(), [
    emailClaimed,
    { type: 'email-sent', recipients: addresses.map(accepted), possibleDuplicate: false },
  ]);
const recipientsOf = ({ email }: LedgerEntry) =>
  email.state === 'off' || email.state === 'summarized' ? [] : knownRecipients(email);
const deliveryOf = (entry: LedgerEntry, address = 'ana@example.com'): RecipientDelivery | undefined =>
  recipientsOf(entry).find((one) => one.address === address)?.delivery;

test.each([
  ['a deferral does not hide a delivery', [report('delivered', 2), report('deferred', 3)], 'delivered'],
  ['a deferral does not hide a bounce', [report('bounced', 2), report('deferred', 3)], 'bounced'],
  ['of two final reports the later counts', [report('bounced', 5), report('delivered', 4)], 'bounced'],
  ['a mail that bounced first may be delivered later', [report('bounced', 4), report('delivered', 5)], 'delivered'],
  ['a complaint stays', [report('complained', 1), report('delivered', 9)], 'complained'],
] as const)('%s', (_title, reports, outcome) => {
  const entry = apply(sentTo('ana@example.com'), [...reports]);
  expect(deliveryOf(entry)?.outcome).toBe(outcome);
});

const anyReport = fc.record({
  type: fc.constant('delivery-reported' as const),
  address: fc.constantFrom('ana@example.com', 'bo@example.com', 'ana@EXAMPLE.com'),
  provider: fc.constant('mailgun'),
  outcome: fc.constantFrom(...DELIVERY_OUTCOMES),
  reason: fc.option(fc.constantFrom(...BOUNCE_REASONS), { nil: undefined }),
  words: fc.option(fc.constantFrom('450 greylisted', '552 full'), { nil: undefined }),
  at: fc.integer({ min: NOW, max: NOW + 5 }),
});

test('reports in any order, and twice, come to the same', () => {
  fc.assert(
    fc.property(fc.array(anyReport, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (reports, stream) => {
      const shuffled = [...reports, ...reports]
        .map((one) => ({ one, place: stream.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one);
      const deliveries = (list: Report[]) => {
        const entry = apply(sentTo('ana@example.com', 'bo@example.com'), list);
        return recipientsOf(entry).map(({ delivery }) => delivery);
      };
      expect(deliveries(shuffled)).toEqual(deliveries(reports));
    }),
  );
});

test('the row names who is waited for, and whom the mail did not reach, with the words of their servers', () => {
  const entry = apply(sentTo('ana@example.com', 'bo@example.com'), [
    report('deferred', NOW, { words: '450 greylisted' }),
    report('bounced', NOW, { address: 'bo@example.com', reason: 'refused', words: '550 spam' }),
  ]);
  expect(toHistoryRow(entry)!.email).toMatchObject({
    deferred: 1,
    deferrals: [{ address: 'ana@example.com', words: '450 greylisted' }],
    undelivered: [{ address: 'bo@example.com', reason: 'refused', words: '550 spam' }],
  });
  const kept = JSON.stringify(withoutEntry({ ...toHistoryRow(entry) }));
  expect(kept).not.toMatch(/@|spam|greylisted/);
});

test('a report that says nothing new leaves the entry as it is', () => {
  const entry = apply(sentTo('ana@example.com'), report('delivered', NOW));
  expect(apply(entry, report('delivered', NOW))).toBe(entry);
  expect(apply(entry, report('deferred', NOW + 1))).toBe(entry);
});

test('a report of somebody who was sent nothing is not kept', () => {
  const entry = sentTo('ana@example.com');
  expect(apply(entry, report('bounced', NOW, { address: 'eve@elsewhere.org' }))).toBe(entry);
});

test('what is reported before the sending is recorded stays, and counts as taken', () => {
  const sending = apply(recordedVoicemail(), emailClaimed);
  const reported = apply(sending, report('bounced', NOW, { reason: 'mailbox-full' }));
  const entry = apply(reported, {
    ...{ type: 'email-sent', possibleDuplicate: false },
    recipients: [accepted('ana@example.com'), accepted('bo@example.com')],
  });
  expect(entry.email).toMatchObject({ state: 'sent', recipientCount: 2 });
  expect(deliveryOf(entry)).toEqual({ outcome: 'bounced', reason: 'mailbox-full', at: NOW });
});

test('after a lost answer, a report settles its recipient', () => {
  const uncertain = apply(recordedVoicemail(), [emailClaimed, { ...emailDeferred, deliveryUncertain: true } as never]);
  const { email } = apply(uncertain, report('delivered', NOW));
  expect(email).toMatchObject({ state: 'pending', settled: [{ address: 'ana@example.com', state: 'accepted' }] });
});

test('where the list was cut to fit, bounces are added and deliveries are not', () => {
  const many = Array.from({ length: 150 }, (_, n) => `${'x'.repeat(50)}${n}@example.com`);
  const cut = toDocument(sentTo(...many));
  expect(recipientsOf(cut)).toEqual([]);
  const delivered = apply(cut, report('delivered', NOW, { address: many[3] }));
  expect(delivered).toBe(cut);
  const bounced = apply(
    cut,
    many.slice(0, 20).map((address) => report('bounced', NOW, { address })),
  );
  expect(recipientsOf(bounced)).toHaveLength(10);
  expect(bounced.email).toMatchObject({ recipientCount: 150 });
  expect(deliveryOf(apply(bounced, report('delivered', NOW + 9, { address: many[3] })), many[3])?.outcome).toBe(
    'delivered',
  );
});

test('what is known of thirty deliveries fits beside a long transcript', () => {
  const many = Array.from({ length: 30 }, (_, n) => `somebody.${n}@example.com`);
  const entry = apply(sentTo(...many), [
    { type: 'transcript-received', text: 'word '.repeat(600) },
    ...many.map((address) => report('delivered', NOW, { address })),
  ]);
  const document = toDocument(entry);
  expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(10_000);
  expect(document.email).toEqual(entry.email);
});

describe('the rows', () => {
  const entry = apply(sentTo('ana@example.com', 'bo@example.com', 'cy@example.com', 'di@example.com'), [
    report('bounced', NOW + 1, { reason: 'no-such-address' }),
    report('delivered', NOW + 2, { address: 'bo@example.com' }),
    report('complained', NOW + 3, { address: 'cy@example.com' }),
    report('deferred', NOW + 4, { address: 'di@example.com' }),
  ]);
  const undelivered = [
    { address: 'ana@example.com', reason: 'no-such-address', at: NOW + 1 },
    { address: 'cy@example.com', reason: undefined, at: NOW + 3 },
  ];

  test('the history says how many have it, who put it off, whom it did not reach and who did not want it', () => {
    expect(toHistoryRow(entry)?.email).toMatchObject({ state: 'sent', delivered: 2, deferred: 1, undelivered });
  });

  test('bounces and complaints need a supervisor, until a bounced mail is delivered after all', () => {
    expect(toFailureRow(entry)).toMatchObject({ email: undefined, undelivered });
    const delivered = apply(sentTo('ana@example.com'), [report('bounced', NOW), report('delivered', NOW + 1)]);
    expect(toFailureRow(delivered)).toBeUndefined();
  });
});

describe('the fall-back', () => {
  const fallback = { type: 'fallback-requested', address: 'boss@example.com' } as const;
  const both = sentTo('ana@example.com', 'bo@example.com');
  const bounces = [report('bounced', NOW), report('bounced', NOW, { address: 'bo@example.com' })];

  test('is due at once when nobody was reached, and is sent nobody else', () => {
    const { email } = apply(both, [...bounces, fallback], NOW + 5);
    expect(email).toMatchObject({ state: 'pending', runAt: NOW + 5, attempts: 0, fallback: 'boss@example.com' });
    expect(recipientsOf({ ...both, email }).map(({ address }) => address)).toEqual([
      'ana@example.com',
      'bo@example.com',
    ]);
  });

  test('is not due while one has it, or may have it', () => {
    const entry = apply(both, bounces[0]!);
    expect(apply(entry, fallback)).toBe(entry);
  });

  test('is due when every recipient was refused', () => {
    const refused: RecipientOutcome = { address: 'ana@example.com', state: 'refused', problem: 'recipient-refused' };
    const failed = apply(recordedVoicemail(), [
      emailClaimed,
      { type: 'email-failed', lastError: 'recipient-refused', recipients: [refused] },
      fallback,
    ]);
    expect(failed.email).toMatchObject({ state: 'pending', fallback: 'boss@example.com', settled: [refused] });
  });

  test('comes once, also when it bounces itself', () => {
    const sent = apply(both, [
      ...[...bounces, fallback, emailClaimed],
      { type: 'email-sent', recipients: [accepted('boss@example.com')], possibleDuplicate: false },
      report('bounced', NOW, { address: 'boss@example.com' }),
    ]);
    expect(sent.email).toMatchObject({ state: 'sent', recipientCount: 3, fallback: 'boss@example.com' });
    expect(apply(sent, { ...fallback, address: 'other@example.com' })).toBe(sent);
  });

  test('is nobody who was among the recipients', () => {
    const entry = apply(both, bounces);
    expect(apply(entry, { ...fallback, address: 'bo@example.com' })).toBe(entry);
  });
});
