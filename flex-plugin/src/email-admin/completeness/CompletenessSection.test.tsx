import type { ReconciledItem, ReconcileResponse } from '@callback-and-voicemail/contract/reconciliation';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { findAxeViolations } from '../../../test/card-harness';
import { aReconcileResponse, renderCompleteness, settle } from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';
import { toCsv, toJsonLines } from './export-items';

const item = (n: number, change: Partial<ReconciledItem> = {}): ReconciledItem => ({
  id: `voicemail-CA${String(n).padStart(32, '0')}-1`,
  at: '2026-11-22T14:50:00.000Z',
  queue: 'Support',
  ...{ recording: 'there', entry: 'there', task: 'there', email: 'there' },
  class: 'complete',
  ...change,
});
const UNHEARD = item(9, {
  id: `RE${'9'.repeat(32)}`,
  ...{ entry: 'missing', task: 'missing', email: 'missing' },
  class: 'unexplained',
  mayTakeUp: true,
});
const GONE = item(8, { recording: 'missing', class: 'unexplained' });
const response = (change: Partial<ReconcileResponse> = {}) =>
  aReconcileResponse({
    items: [item(1), item(2, { email: 'email-off', class: 'email-off' })],
    totals: {
      ...{ voicemails: 1204, complete: 1200, explained: { 'email-off': 3, retention: 1 } },
      ...{ unexplained: 0, others: 5310, unknown: 2 },
    },
    chain: { state: 'verified', records: 12 },
    ...change,
  });
const unexplained = response({
  items: [item(1), UNHEARD, GONE],
  totals: { voicemails: 3, complete: 1, explained: {}, unexplained: 2, others: 0, unknown: 0 },
});

const user = userEvent.setup({ delay: null });
const section = () => within(screen.getByRole('region', { name: 'Completeness' }));
const click = async (name: string | RegExp) => {
  await act(() => user.click(section().getByRole('button', { name })));
  await settle();
};
const choose = (label: string, value: string) =>
  fireEvent.change(section().getByLabelText(label), { target: { value } });

afterEach(() => jest.restoreAllMocks());

test('says that nothing was recorded yet, or that the results are verified, or which was changed', async () => {
  const { client, queryClient, container } = await renderCompleteness();
  expect(section().getByText('No result has been recorded yet.')).toBeInTheDocument();
  client.reconciliations.mockResolvedValue(aReconcileResponse({ chain: { state: 'verified', records: 1204 } }));
  await act(() => queryClient.invalidateQueries());
  await settle();
  expect(section().getByText(/^Recorded results: .*1,204.*, verified$/)).toBeInTheDocument();
  client.reconciliations.mockResolvedValue(
    aReconcileResponse({ chain: { state: 'changed', records: 9, changedAt: 7 } }),
  );
  await act(() => queryClient.invalidateQueries());
  await settle();
  expect(section().getByText(/number .*7.* was changed or removed by hand/)).toBeInTheDocument();
  expect(await findAxeViolations(container)).toEqual([]);
});

test('compares the chosen period and says what came of it, each reason with its count', async () => {
  const { client, container } = await renderCompleteness({ reconcile: jest.fn().mockResolvedValue(response()) });
  choose('From', '2026-11-01');
  choose('To', '2026-11-30');
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-12-01T08:00:00Z'));
  await click('Check');
  expect(client.reconcile).toHaveBeenCalledWith({ from: '2026-11-01', to: '2026-11-30' }, expect.any(Function));
  const plain = (text: string | null) => text?.replace(/[\u2068\u2069]/g, '');
  expect(plain(section().getAllByRole('status')[0]!.textContent)).toBe('1,204 of 1,204, 0 unexplained');
  expect(
    section()
      .getAllByRole('listitem')
      .map(({ textContent }) => plain(textContent)),
  ).toEqual(['Complete: 1,200', 'Deleted by the retention rule: 1', 'Email was off, or no rule chose anybody: 3']);
  expect(section().getByText(/Other recordings of the account: .*5,310/)).toBeInTheDocument();
  expect(section().getByText(/too old to say whose they are: .*2/)).toBeInTheDocument();
  expect(section().getByText(/^Recorded results: .*12.*, verified$/)).toBeInTheDocument();
  expect(await findAxeViolations(container)).toEqual([]);
});

test('says when there were no voicemails', async () => {
  await renderCompleteness();
  await click('Check');
  expect(section().getByText('There were no voicemails in this period.')).toBeInTheDocument();
  expect(section().queryByRole('button', { name: 'Export as CSV' })).not.toBeInTheDocument();
});

test('lists what nobody can explain, with what is missing, and takes it up', async () => {
  const { client, container } = await renderCompleteness({ reconcile: jest.fn().mockResolvedValue(unexplained) });
  await click('Check');
  const rows = within(section().getByRole('list', { name: 'Unexplained voicemails' })).getAllByRole('listitem');
  expect(rows.map(({ textContent }) => textContent?.replace(/[\u2068\u2069]/g, ''))).toEqual([
    expect.stringMatching(/Support.*Missing: entry, task, and email.*Take up/),
    expect.stringMatching(/Missing: recording$/),
  ]);
  expect(await findAxeViolations(container)).toEqual([]);
  await click(/^Take up the voicemail of/);
  expect(client.takeUp).toHaveBeenCalledWith(UNHEARD);
  expect(within(rows[0]!).getByRole('status')).toHaveTextContent('Taken up');
  expect(within(rows[0]!).queryByRole('button')).not.toBeInTheDocument();
});

test('says why something was not taken up, and lets it be tried again', async () => {
  const { client } = await renderCompleteness({ reconcile: jest.fn().mockResolvedValue(unexplained) });
  client.takeUp.mockRejectedValueOnce(new FunctionsError('nothing-to-take-up', 409, ''));
  await click('Check');
  await click(/^Take up the voicemail of/);
  expect(section().getByText('Nothing can be taken up. Check the period again.')).toBeInTheDocument();
  await click(/^Take up the voicemail of/);
  expect(client.takeUp).toHaveBeenCalledTimes(2);
  expect(section().queryByText('Nothing can be taken up. Check the period again.')).not.toBeInTheDocument();
});

test.each([
  ['ends before it begins', '2026-11-20', '2026-11-19'],
  ['has 32 days', '2026-10-20', '2026-11-20'],
  ['has no first day', '', '2026-11-20'],
])('asks nothing for a period that %s', async (_how, from, to) => {
  const { client } = await renderCompleteness();
  choose('From', from);
  choose('To', to);
  await click('Check');
  expect(section().getByText('Choose a period of at most 31 days that has begun.')).toBeInTheDocument();
  expect(client.reconcile).not.toHaveBeenCalled();
});

test('shows how far it is, and starts nothing else meanwhile', async () => {
  const { client } = await renderCompleteness();
  let finish: () => void = () => undefined;
  client.reconcile.mockImplementation((_period, onProgress) => {
    onProgress(response({ progress: { done: 3, days: 30 }, cursor: 'x' }));
    return new Promise((resolve) => {
      finish = () => resolve(response());
    });
  });
  await click('Check');
  expect(section().getByText(/Comparing … .*3.* of .*30.* days, .*1,204.* voicemails so far/)).toBeInTheDocument();
  expect(section().getByRole('button', { name: 'Check' })).toBeDisabled();
  finish();
  await settle();
  expect(section().getByText(/0.* unexplained/)).toBeInTheDocument();
});

test('offline, says so and goes on when it is tried again', async () => {
  const { client } = await renderCompleteness({ reconcile: jest.fn().mockResolvedValue(response()) });
  client.reconcile.mockRejectedValueOnce(new FunctionsError('offline', undefined, ''));
  await click('Check');
  expect(section().getByText(/could not be loaded/)).toBeInTheDocument();
  await click('Try again');
  expect(client.reconcile).toHaveBeenCalledTimes(2);
  expect(section().getByText(/0.* unexplained/)).toBeInTheDocument();
});

test('exports all voicemails of the run as CSV and as JSON lines', async () => {
  const files: string[] = [];
  URL.createObjectURL = (blob) => `blob:${(blob as Blob).type}`;
  URL.revokeObjectURL = () => undefined;
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    files.push(this.download);
  });
  await renderCompleteness({ reconcile: jest.fn().mockResolvedValue(response()) });
  await click('Check');
  await click('Export as CSV');
  await click('Export as JSON lines');
  expect(files).toEqual([
    expect.stringMatching(/^completeness-.*\.csv$/),
    expect.stringMatching(/^completeness-.*\.jsonl$/),
  ]);
});

test('in an export no queue is a formula, and each voicemail has a line', () => {
  const items = [item(1, { queue: '=1+1' }), item(2, { queue: 'a,"b"' })];
  const [head, first, second, end] = toCsv(items).split('\r\n');
  expect(head).toBe('id,at,queue,class,recording,entry,task,email');
  expect(first).toContain(",'=1+1,complete,there");
  expect(second).toContain(',"a,""b""",complete');
  expect(end).toBe('');
  expect(
    toJsonLines(items)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(items);
});
