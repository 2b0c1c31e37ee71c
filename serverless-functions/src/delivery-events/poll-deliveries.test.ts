import { fakeSync } from '../../test/fake-sync';
import { apply, emailClaimed, NOW, recordedVoicemail } from '../../test/ledger-fixtures';
import { type DeliveryReport, NO_RECORDS } from '../email-providers/provider';
import type { Invocation } from '../invocation';
import type { RecipientOutcome } from '../ledger/entry';
import { chronologicalKey } from '../ledger/entry-id';
import { type HistoryRow, historyMapName, toHistoryRow } from '../ledger/history-row';
import { pollDeliveries, selectUnknown, toEvents } from './poll-deliveries';

const MINUTE = 60_000;
const by = (provider: string, address: string): RecipientOutcome => ({ address, state: 'accepted', provider });
const sent = apply(recordedVoicemail({ transcribed: false }), [
  emailClaimed,
  {
    ...{ type: 'email-sent', possibleDuplicate: false },
    recipients: [by('twilio', 'ana@example.com'), by('twilio', 'bo@example.com'), by('mailgun', 'cy@example.com')],
  },
]);
const MESSAGE_ID = `${sent.id}@example.com`;
const report = (delivered: number, ...bounced: string[]): DeliveryReport => ({
  delivered,
  bounced: bounced.map((address) => ({ address, problem: 'unknown' as const, reason: '' })),
});
const outcomes = (...args: Parameters<typeof report>) =>
  toEvents(sent, MESSAGE_ID, report(...args), NOW).map(({ address, outcome }) => `${address} ${outcome}`);

test('who is named as not reached was not; the others have it once the counts add up', () => {
  expect(outcomes(1, 'bo@EXAMPLE.com')).toEqual(['ana@example.com delivered', 'bo@example.com bounced']);
  expect(outcomes(0, 'bo@example.com')).toEqual(['bo@example.com bounced']);
  expect(outcomes(1)).toEqual([]);
  expect(outcomes(2)).toEqual(['ana@example.com delivered', 'bo@example.com delivered']);
});

test('what is final is not reported again', () => {
  const about = { type: 'delivery-reported', provider: 'twilio', at: NOW } as const;
  const known = apply(sent, { ...about, address: 'ana@example.com', outcome: 'bounced', reason: 'unknown' });
  const events = toEvents(known, MESSAGE_ID, report(1, 'ana@example.com'), NOW + MINUTE);
  expect(events.map(({ address }) => address)).toEqual(['bo@example.com']);
});

const row = (id: string, email: Partial<HistoryRow['email']>): HistoryRow => ({
  ...toHistoryRow(sent)!,
  id,
  email: { state: 'sent', recipients: 2, sentAt: NOW, ...email },
});

test('mails of the last day are asked for until all is known of them', () => {
  const rows = [
    row('new', { sentAt: NOW }),
    row('unknown', { sentAt: NOW - MINUTE }),
    row('half', { sentAt: NOW - MINUTE, delivered: 1 }),
    row('known', {
      ...{ sentAt: NOW - MINUTE, delivered: 1 },
      undelivered: [{ address: 'x@example.com', reason: 'unknown', at: NOW }],
    }),
    row('old', { sentAt: NOW - 25 * 60 * MINUTE }),
    row('failed', { state: 'failed' }),
  ];
  expect(selectUnknown(rows, NOW)).toEqual(['unknown', 'half']);
});

test('of many, each has its turn', () => {
  const rows = Array.from({ length: 25 }, (_, n) => row(String(n), { sentAt: NOW - MINUTE }));
  const asked = Array.from({ length: 25 }, (_, n) => selectUnknown(rows, NOW + n * MINUTE));
  expect(asked.every(({ length }) => length === 10)).toBe(true);
  expect(new Set(asked.flat()).size).toBe(25);
});

describe('a sweep', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW + MINUTE }));
  afterEach(() => jest.useRealTimers());

  /** @param account names it, since a process remembers when it asked */
  function open(account: string) {
    const { client, documents, ledger, mapNamed } = fakeSync();
    documents.set(sent.id, { data: JSON.parse(JSON.stringify(sent)), revision: '1' });
    const key = chronologicalKey(sent.id, sent.createdAt);
    mapNamed(historyMapName(sent.createdAt)).set(key, JSON.parse(JSON.stringify(toHistoryRow(sent))));
    const listDeliveries = jest.fn(async () => new Map([[MESSAGE_ID, report(1, 'bo@example.com')]]));
    const values = { ACCOUNT_SID: account, AUTH_TOKEN: 'x', MAIL_FROM: 'voicemail@example.com' };
    const invocation = {
      ...{ ledger, twilio: { sync: { ...client, getMapItem: async () => undefined } } },
      environment: { values, problems: [] },
      deadline: { remaining: () => 8_000, within: (_ms: number, work: () => unknown) => work() },
      log: { info() {}, warn() {}, error() {} },
    } as unknown as Invocation;
    const poll = () => pollDeliveries(invocation, () => ({ ...NO_RECORDS, listDeliveries }));
    return { ledger, mapNamed, key, listDeliveries, poll, invocation };
  }

  test('records what it learns, in the entry and its rows', async () => {
    const { ledger, mapNamed, key, poll } = open('AC1');
    await poll();
    expect((await ledger.find(sent.id))?.entry.email).toMatchObject({
      recipients: [{ delivery: { outcome: 'delivered' } }, { delivery: { outcome: 'bounced' } }, {}],
    });
    expect(mapNamed('failures').get(key)).toMatchObject({ undelivered: [{ address: 'bo@example.com' }] });
  });

  test('asks at most once a minute', async () => {
    const { listDeliveries, poll } = open('AC2');
    await poll();
    await poll();
    expect(listDeliveries).toHaveBeenCalledTimes(1);
    jest.setSystemTime(NOW + 3 * MINUTE);
    await poll();
    expect(listDeliveries).toHaveBeenCalledTimes(2);
  });

  test('without a provider that is asked does nothing', async () => {
    const { invocation, listDeliveries } = open('AC3');
    await pollDeliveries(invocation, () => undefined);
    expect(listDeliveries).not.toHaveBeenCalled();
  });
});
