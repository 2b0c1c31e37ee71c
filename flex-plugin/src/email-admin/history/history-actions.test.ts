import type { EmailHistoryResponse, HistoryItem } from '@callback-and-voicemail/contract/email-admin-api';
import { aHistoryResponse, createEmailAdminHarness } from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';

const item = (n: number, change: Partial<HistoryItem> = {}): HistoryItem => ({
  voicemail_id: `voicemail-CA${String(n).padStart(32, '0')}-1`,
  taskType: 'voicemail',
  receivedAt: new Date(Date.parse('2026-11-22T12:00:00Z') + n * 60_000).toISOString(),
  caller: '+1 555-•••-4567',
  queue: 'Support',
  mail: { state: 'sent', recipients: 1 },
  task: { state: 'created' },
  mayResend: false,
  ...change,
});
const ids = (items: HistoryItem[] | undefined) => items?.map(({ voicemail_id }) => Number(voicemail_id.slice(12, -2)));

test('a query takes the place of the last one, and an answer to that one is too late', async () => {
  let late: (value: EmailHistoryResponse) => void = () => undefined;
  const { history, client, state } = createEmailAdminHarness();
  client.history.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(2)] }));
  const first = history.load({ queue: 'Sales' });
  await history.load({ queue: 'Support' });
  late(aHistoryResponse({ items: [item(1)] }));
  await first;
  expect(ids(state().history.items)).toEqual([2]);
  expect(state().history.query).toEqual({ queue: 'Support' });
});

test('older ones follow; what is new comes before them with the next poll, and nothing is thrown away', async () => {
  const { history, client, state } = createEmailAdminHarness();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(4), item(3)], cursor: 'c1' }));
  await history.load();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(3), item(2), item(1)], cursor: 'c2' }));
  await history.loadOlder();
  expect(client.history).toHaveBeenLastCalledWith({}, 'c1');
  expect(ids(state().history.items)).toEqual([4, 3, 2, 1]);
  const failed = item(4, { mail: { state: 'failed', recipients: 1 } });
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(5), failed], cursor: 'c1b' }));
  await history.load();
  expect(ids(state().history.items)).toEqual([5, 4, 3, 2, 1]);
  expect(state().history.items![1]!.mail.state).toBe('failed');
  expect(state().history.cursor).toBe('c2');
});

test('a poll does not take the place of an older page that is on its way', async () => {
  const { history, client, state } = createEmailAdminHarness();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(4)], cursor: 'c1' }));
  await history.load();
  let older: (value: EmailHistoryResponse) => void = () => undefined;
  client.history.mockReturnValueOnce(
    new Promise((resolve) => {
      older = resolve;
    }),
  );
  const waiting = history.loadOlder();
  await history.load();
  older(aHistoryResponse({ items: [item(3)] }));
  await waiting;
  expect(ids(state().history.items)).toEqual([4, 3]);
  expect(client.history).toHaveBeenCalledTimes(2);
});

test('two clicks resend once, and the list is fetched again', async () => {
  const { history, client, state } = createEmailAdminHarness();
  await Promise.all([history.resend('voicemail-1'), history.resend('voicemail-1')]);
  expect(client.resend).toHaveBeenCalledTimes(1);
  expect(client.history).toHaveBeenCalledTimes(1);
  expect(state().history.resends['voicemail-1']).toMatchObject({ step: 'done', answer: { sent: 1 } });
});

test('a failure keeps what was there', async () => {
  const { history, client, state } = createEmailAdminHarness();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(1)], cursor: 'c1' }));
  await history.load();
  client.history.mockRejectedValueOnce(new FunctionsError('offline', undefined, 'down'));
  await history.loadOlder();
  expect(state().history).toMatchObject({ failure: 'offline', cursor: 'c1' });
  expect(ids(state().history.items)).toEqual([1]);
});
