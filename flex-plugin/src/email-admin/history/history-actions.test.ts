import type { EmailHistoryResponse, HistoryItem } from '@callback-and-voicemail/contract/email-admin-api';
import { QueryObserver } from '@tanstack/react-query';
import { aHistoryResponse, createEmailAdminHarness } from '../../../test/email-admin-harness';
import type { HistoryQuery } from '../../functions-client/email-admin-client';
import { FunctionsError } from '../../functions-client/functions-error';
import { type HistoryData, historyQueryOptions } from './history-query';

const item = (n: number, change: Partial<HistoryItem> = {}): HistoryItem => ({
  voicemail_id: `voicemail-CA${String(n).padStart(32, '0')}-1`,
  taskType: 'voicemail',
  receivedAt: new Date(Date.parse('2026-11-22T12:00:00Z') + n * 60_000).toISOString(),
  caller: '+1 555-•••-4567',
  queue: 'Support',
  email: { state: 'sent', recipients: 1 },
  task: { state: 'waiting' },
  mayResend: false,
  ...change,
});

/** The history without a page: the actions, and the query that the page would run. */
function openHistory() {
  const harness = createEmailAdminHarness();
  const { client, history, queryClient, state } = harness;
  const fetchHistory = (filters: HistoryQuery, signal?: AbortSignal) => client.history(filters, undefined, signal);
  const options = () => historyQueryOptions(queryClient, fetchHistory, state().history.filters);
  return {
    ...harness,
    options,
    load(filters?: HistoryQuery) {
      if (filters !== undefined) history.filter(filters);
      return queryClient.fetchQuery(options()).catch(() => undefined);
    },
    data: () => queryClient.getQueryData<HistoryData>(options().queryKey),
  };
}
const ids = (items: HistoryItem[] | undefined) => items?.map(({ voicemail_id }) => Number(voicemail_id.slice(12, -2)));

test('a query takes the place of the last one, and an answer to that one is too late', async () => {
  let late: (value: EmailHistoryResponse) => void = () => undefined;
  const { client, state, load, data } = openHistory();
  client.history.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(2)] }));
  const first = load({ queue: 'Sales' });
  await load({ queue: 'Support' });
  late(aHistoryResponse({ items: [item(1)] }));
  await first;
  expect(ids(data()?.items)).toEqual([2]);
  expect(state().history.filters).toEqual({ queue: 'Support' });
});

test('older ones follow; what is new comes before them with the next poll, and nothing is thrown away', async () => {
  const { history, client, load, data } = openHistory();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(4), item(3)], cursor: 'c1' }));
  await load();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(3), item(2), item(1)], cursor: 'c2' }));
  await history.loadOlder();
  expect(client.history).toHaveBeenLastCalledWith({}, 'c1');
  expect(ids(data()?.items)).toEqual([4, 3, 2, 1]);
  const failed = item(4, { email: { state: 'failed', recipients: 1 } });
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(5), failed], cursor: 'c1b' }));
  await load();
  expect(ids(data()?.items)).toEqual([5, 4, 3, 2, 1]);
  expect(data()!.items[1]!.email.state).toBe('failed');
  expect(data()?.cursor).toBe('c2');
});

test('an older page cancels the poll that is running, so that nothing is missing between both', async () => {
  const { history, client, load, data } = openHistory();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(4)], cursor: 'c1' }));
  await load();
  let late: (value: EmailHistoryResponse) => void = () => undefined;
  client.history.mockReturnValueOnce(
    new Promise((resolve) => {
      late = resolve;
    }),
  );
  const poll = load();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(3)] }));
  await history.loadOlder();
  late(aHistoryResponse({ items: [item(9)], cursor: 'c9' }));
  await poll;
  expect(ids(data()?.items)).toEqual([4, 3]);
});

test('two clicks resend once, and the list is fetched again', async () => {
  const { history, client, state, load, options, queryClient } = openHistory();
  await load();
  const close = new QueryObserver(queryClient, { ...options(), refetchOnMount: false }).subscribe(() => undefined);
  await Promise.all([history.resend('voicemail-1'), history.resend('voicemail-1')]);
  close();
  expect(client.resend).toHaveBeenCalledTimes(1);
  expect(client.history).toHaveBeenCalledTimes(2);
  expect(state().history.resends['voicemail-1']).toMatchObject({ step: 'done', answer: { sent: 1 } });
});

test('a failure keeps what was there', async () => {
  const { history, client, state, load, data } = openHistory();
  client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(1)], cursor: 'c1' }));
  await load();
  client.history.mockRejectedValueOnce(new FunctionsError('offline', undefined, 'down'));
  await history.loadOlder();
  expect(state().history.olderPage).toEqual({ step: 'failed', failure: 'offline' });
  expect(data()?.cursor).toBe('c1');
  expect(ids(data()?.items)).toEqual([1]);
});
