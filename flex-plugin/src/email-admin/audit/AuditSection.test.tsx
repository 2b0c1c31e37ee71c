import type { AuditItem } from '@callback-and-voicemail/contract/audit';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { findAxeViolations } from '../../../test/card-harness';
import { aRule, renderAudit, settle } from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';

const ENTRY = `voicemail-CA${'0'.repeat(32)}-1`;
const item = (n: number, change: Partial<AuditItem> = {}): AuditItem => ({
  id: `item ${n}`,
  at: '2026-11-22T14:50:00.000Z',
  by: `WK${'0'.repeat(32)}`,
  identity: 'adam',
  act: 'listen',
  result: 'allowed',
  entries: [ENTRY],
  ...change,
});
const showing = (items: AuditItem[], more: object = {}) => ({
  audit: jest.fn().mockResolvedValue({ items, complete: true, ...more }),
});
const user = userEvent.setup({ delay: null });
const section = () => within(screen.getByRole('region', { name: 'Audit log' }));
const rows = () => within(section().getByRole('list', { name: 'Audit log' })).getAllByRole('listitem');
const json = JSON.stringify;
const [ANA, BO] = [json({ address: 'ana@clinic.org', name: 'Ana' }), json({ address: 'bo@clinic.org' })];

test.each([
  ['an act', item(1), 'Listened to a recording'],
  ['a failed act', item(1, { act: 'delete', result: 'failed', code: 'x' }), 'Deleted a recording: not done. x'],
  [
    'a refused act',
    item(1, { result: 'refused', code: 'not-yours' }),
    'Listened to a recording: not allowed. This task is no longer assigned to you.',
  ],
  ['an act on the page', item(1, { act: 'inbox-take' }), 'Took a voicemail from the email'],
  ['an act on the page', item(1, { act: 'inbox-give-back' }), 'Gave a voicemail back from the email'],
  ['an act on the page', item(1, { act: 'inbox-finish' }), 'Marked as handled from the email'],
  ['an act on the page', item(1, { act: 'inbox-remind' }), 'Asked for a reminder from the email'],
  ['an act on the page', item(1, { act: 'inbox-call' }), 'Called the caller from the email'],
  ...(
    [
      ['act-off', 'The settings do not allow it.'],
      ['page-expired', 'The page was too old.'],
      ['taken-by-other', 'Somebody else has it.'],
      ['held-by-agent', 'Somebody else has it.'],
      ['handled', 'It is already handled.'],
      ['no-phone', 'The settings have no telephone for this recipient.'],
      ['call-under-way', 'A call about it is under way.'],
    ] as const
  ).map(([code, why]): [string, AuditItem, string] => [
    `an act on the page that was refused as ${code}`,
    item(1, { act: 'inbox-call', result: 'refused', code }),
    `Called the caller from the email: not allowed. ${why}`,
  ]),
  ['an act of a later version', item(1, { act: 'dance' as 'read' }), 'dance'],
])('names %s', async (_what, one, expected) => {
  const { container } = await renderAudit(showing([one]));
  expect(within(rows()[0]!).getByText(expected)).toBeInTheDocument();
  expect(rows()[0]).toHaveTextContent('adam');
  expect(within(rows()[0]!).getByTitle(one.by)).toBeInTheDocument();
  expect(rows()[0]).toHaveTextContent(ENTRY);
  expect(await findAxeViolations(container)).toEqual([]);
});

test('says what of the settings was changed, every recipient by address', async () => {
  const rest = json({ id: 'sales', name: 'Sales', enabled: true });
  const changes = [
    { field: 'enabled', from: 'false', to: 'true' },
    { field: 'recipients', added: [ANA, BO], removed: [json({ address: 'cy@clinic.org' })] },
    { field: 'footer', to: '"Ask"' },
    { field: 'rules.sales', from: rest, to: rest, added: [BO] },
    { field: 'rules.gone', from: json({ id: 'gone', name: 'At "night"', enabled: true }), removed: [BO] },
    { field: 'rules.order' },
  ];
  await renderAudit(showing([item(1, { act: 'save-settings', entries: undefined, changes })]), [
    aRule('sales', { name: 'Sales' }),
  ]);
  const text = rows()[0]!.textContent!.replace(/[\u2068\u2069]/g, '');
  for (const line of [
    'Email: from off to on',
    'Recipients: added Ana (ana@clinic.org) and bo@clinic.org',
    'Recipients: removed cy@clinic.org',
    'Footer: now Ask',
    'added bo@clinic.org',
    'Deleted rule “At "night"”: no longer',
    'Order of the rules',
  ])
    expect(text).toContain(line);
});

test('says which telephone a recipient got, and that recipients may call', async () => {
  const called = json({ address: 'bo@clinic.org', phone: '+15551234567', service_desk: true });
  const changes = [
    { field: 'recipients', added: [called], removed: [BO] },
    { field: 'inbox_call', from: 'false', to: 'true' },
  ];
  await renderAudit(showing([item(1, { act: 'save-settings', entries: undefined, changes })]));
  for (const line of [
    'Recipients: added bo@clinic.org · +1 555-123-4567 · ticket system',
    'Recipients: removed bo@clinic.org',
    'Recipients can call the caller through our number: from off to on',
  ])
    expect(within(rows()[0]!).getByText(line)).toBeInTheDocument();
});

test('filters by day, act, person and voicemail, and clears the filters', async () => {
  const { client } = await renderAudit(showing([]));
  expect(section().getByText('Nothing in the last 31 days.')).toBeInTheDocument();
  await user.selectOptions(section().getByLabelText('Action'), 'Deleted a recording');
  await user.type(section().getByLabelText('Person'), 'sue{Enter}');
  await user.type(section().getByLabelText('Voicemail or callback (ID)'), `${ENTRY}{Enter}`);
  await user.type(section().getByLabelText('From'), '2026-11-01');
  await settle();
  expect(client.audit.mock.calls.slice(-1)[0]![0]).toEqual({
    act: 'delete',
    worker: 'sue',
    voicemail: ENTRY,
    from: '2026-11-01',
  });
  expect(section().getByText('No matches.')).toBeInTheDocument();
  await user.click(section().getByRole('button', { name: 'Clear filters' }));
  await settle();
  expect(section().getByLabelText('Person')).toHaveValue('');
  expect(section().getByText('Nothing in the last 31 days.')).toBeInTheDocument();
});

test('shows five acts, then all, then older ones', async () => {
  const audit = jest.fn((_query: object, cursor?: string) =>
    Promise.resolve({
      items: Array.from({ length: 8 }, (_, n) => item(n, { id: `${cursor} ${n}` })),
      complete: true,
      ...(cursor === undefined ? { cursor: 'older' } : {}),
    }),
  );
  await renderAudit({ audit });
  expect(rows()).toHaveLength(5);
  await user.click(section().getByRole('button', { name: 'Show 3 more' }));
  expect(rows()).toHaveLength(8);
  await user.click(section().getByRole('button', { name: 'Show older' }));
  await settle();
  expect(rows()).toHaveLength(16);
  expect(section().queryByRole('button', { name: 'Show older' })).not.toBeInTheDocument();
});

test('says why the audit could not be loaded, and tries again', async () => {
  const audit = jest.fn().mockRejectedValue(new FunctionsError('settings-unreachable', 503, ''));
  await renderAudit({ audit });
  expect(section().getByText(/^The list could not be loaded/)).toBeInTheDocument();
  audit.mockResolvedValue({ items: [item(1)], complete: true });
  await user.click(section().getByRole('button', { name: 'Try again' }));
  await settle();
  expect(rows()).toHaveLength(1);
});

describe('exporting', () => {
  const files: Blob[] = [];
  beforeEach(() => {
    files.length = 0;
    URL.createObjectURL = (blob) => `blob:${files.push(blob as Blob)}`;
    URL.revokeObjectURL = () => undefined;
    jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  });
  afterEach(() => jest.restoreAllMocks());

  test.each([
    ['Export as CSV', 'csv', /csv/],
    ['Export as JSON lines', 'jsonl', /jsonl/],
  ] as const)('"%s" saves what the filters match as a file', async (name, format, type) => {
    const { client } = await renderAudit(showing([]));
    await user.selectOptions(section().getByLabelText('Action'), 'Deleted a recording');
    await act(() => user.click(section().getByRole('button', { name })));
    await settle();
    expect(client.exportAudit).toHaveBeenCalledWith({ act: 'delete' }, format);
    expect(files).toHaveLength(1);
    expect(files[0]!.type).toMatch(type);
  });

  test('an export that is refused is said, and nothing is saved', async () => {
    const exportAudit = jest.fn().mockRejectedValue(new FunctionsError('audit-unavailable', 503, ''));
    await renderAudit({ ...showing([]), exportAudit });
    await act(() => user.click(section().getByRole('button', { name: 'Export as CSV' })));
    await settle();
    expect(section().getByText(/could not be exported: Nothing was done/)).toBeInTheDocument();
    expect(files).toEqual([]);
  });
});
