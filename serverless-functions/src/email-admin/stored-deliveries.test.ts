import { isComplete, mergeDelivery, toDelivery, toUndeliveredItems } from './stored-deliveries';

const row = { state: 'sent' as const, recipients: 3 };
const undelivered = [
  { address: 'ana@example.com', reason: 'mailbox-full' as const, at: 2_000 },
  { address: 'bo@example.com', at: 1_000 },
];

test('of nothing reported nothing is shown', () => {
  expect(toDelivery({ ...row, delivered: undefined })).toBeUndefined();
  expect(isComplete(row, undefined)).toBe(false);
});

test('bounces and complaints are told apart, and all are known when none is missing', () => {
  const delivery = toDelivery({ ...row, delivered: 2, undelivered })!;
  expect(toDelivery({ deferred: 2, deferrals: [{ address: 'cy@example.com', words: '450' }] })).toEqual({
    ...{ delivered: 0, bounced: [], deferred: 2 },
    deferrals: [{ address: 'cy@example.com', words: '450' }],
  });
  expect(delivery).toEqual({
    delivered: 2,
    bounced: [{ address: 'ana@example.com', reason: 'mailbox-full' }],
    complained: ['bo@example.com'],
  });
  expect(isComplete(row, delivery)).toBe(true);
  expect(isComplete({ ...row, recipients: 4 }, delivery)).toBe(false);
});

test('asked, the provider adds what it has not reported, and takes nothing back', () => {
  const stored = { delivered: 2, bounced: [{ address: 'ana@example.com', reason: 'mailbox-full' as const }] };
  const bounce = (address: string) => ({ address, problem: 'unknown' as const, reason: 'words' });
  const asked = { delivered: 1, bounced: [bounce('ana@EXAMPLE.com'), bounce('cy@example.com')] };
  expect(mergeDelivery(stored, asked)).toEqual({
    delivered: 2,
    bounced: [...stored.bounced, { address: 'cy@example.com', reason: 'unknown', words: 'words' }],
  });
  expect(mergeDelivery(undefined, { delivered: 1, bounced: [] })).toEqual({ delivered: 1, bounced: [] });
});

test('a supervisor hears of bounces and of complaints', () => {
  const failure = {
    ...{ id: 'voicemail-x', taskType: 'voicemail' as const, receivedAt: 0, from: '+12025550123', queueName: 'Support' },
    undelivered,
  };
  const about = {
    ...{ voicemail_id: 'voicemail-x', taskType: 'voicemail', queue: 'Support', caller: '+12025550123' },
  };
  const items = toUndeliveredItems(failure, { show_callers: true });
  expect(items.map(({ caller: _, ...item }) => item)).toEqual([
    {
      ...{ voicemail_id: about.voicemail_id, taskType: 'voicemail', queue: 'Support', kind: 'email-bounced' },
      ...{ since: new Date(2_000).toISOString(), bounced: [{ address: 'ana@example.com', reason: 'mailbox-full' }] },
    },
    {
      ...{ voicemail_id: about.voicemail_id, taskType: 'voicemail', queue: 'Support', kind: 'email-complained' },
      ...{ since: new Date(1_000).toISOString(), complained: ['bo@example.com'] },
    },
  ]);
  expect(toUndeliveredItems({ ...failure, undelivered: undefined }, { show_callers: false })).toEqual([]);
});
