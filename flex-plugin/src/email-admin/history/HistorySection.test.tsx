import type { EmailDelivery } from '@callback-and-voicemail/contract/bounce-reasons';
import type {
  AttentionItem,
  EmailHistoryResponse,
  HistoryItem,
} from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailProblem } from '@callback-and-voicemail/contract/email-problems';
import type { TaskLoss } from '@callback-and-voicemail/contract/task-losses';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { findAxeViolations } from '../../../test/card-harness';
import { aHistoryResponse, aSettingsResponse, renderHistory, settle } from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';
import { POLL_MS } from '../poll-interval';
import { idsToAskFor } from './delivery-query';
import { OUTCOME_MS } from './use-expiring-outcome';

const NOW = Date.now();
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const item = (n: number, change: Partial<HistoryItem> = {}): HistoryItem => ({
  voicemail_id: `voicemail-CA${String(n).padStart(32, '0')}-1`,
  taskType: 'voicemail',
  receivedAt: minutesAgo(n),
  caller: `+1 555-•••-000${n}`,
  queue: 'Support',
  seconds: 64,
  email: { state: 'sent', recipients: 3, sentAt: minutesAgo(n) },
  task: { state: 'handled', by: 'Sam' },
  mayResend: false,
  ...change,
});
const failed = (n: number, error: EmailProblem = 'key-refused') =>
  item(n, { email: { state: 'failed', recipients: 2, problem: error }, task: { state: 'waiting' }, mayResend: true });
const attention = (n: number, kind: AttentionItem['kind']): AttentionItem => ({
  voicemail_id: `voicemail-CA${String(n).padStart(32, '0')}-1`,
  taskType: 'voicemail',
  kind,
  since: minutesAgo(90),
  queue: 'Sales',
  caller: '',
});
const showing = (items: HistoryItem[], more: object = {}) => ({
  history: async () => aHistoryResponse({ items, ...more }),
});
const user = userEvent.setup({ delay: null });
const section = () => within(screen.getByRole('region', { name: 'Voicemails and emails' }));
const lines = () => within(section().getByRole('list', { name: 'Voicemails and emails' })).getAllByRole('listitem');

describe('what a line says', () => {
  const kinds: [string, HistoryItem, string | RegExp][] = [
    ['sent', item(1), 'emailed to 3 people · handled by Sam'],
    ['sent to one', item(1, { email: { state: 'sent', recipients: 1 } }), /^emailed to 1 person/],
    ['perhaps twice', item(1, { email: { state: 'sent', recipients: 1, possibleDuplicate: true } }), /twice/],
    ['on its way', item(1, { email: { state: 'pending', recipients: 0 } }), /^email on its way/],
    [
      'waiting',
      item(1, { email: { state: 'pending', recipients: 0, problem: 'settings-unreadable' } }),
      /^email waiting: the settings could not be read/,
    ],
    [
      'waiting for others of its caller',
      item(1, { email: { state: 'pending', recipients: 0, summaryAt: minutesAgo(-30) } }),
      /^email waits until \d.+M for others of this caller ·/,
    ],
    [
      'in the email of another',
      item(1, { email: { state: 'summarized', recipients: 0, summaryAt: minutesAgo(2), others: 12 } }),
      /^in one email with 12 others, at .*\d/,
    ],
    [
      'in the email of another that is not on the page',
      item(1, { email: { state: 'summarized', recipients: 0, summaryAt: minutesAgo(2) } }),
      /^in one email with others, at .*\d/,
    ],
    [
      'sent with others in it',
      item(1, { email: { state: 'sent', recipients: 3, sentAt: minutesAgo(2), others: 1 } }),
      /^emailed to 3 people · in one email with 1 other, at .*\d/,
    ],
    ['off', item(1, { email: { state: 'off', recipients: 0 } }), /^not emailed ·/],
    [
      'not recorded',
      item(1, { taskType: 'callback', recordingFailed: true, task: { state: 'waiting' } }),
      /^The caller left a message, but Twilio could not record it\. · emailed to 3 people · waiting for an agent$/,
    ],
    ['failed: key', failed(1), /^email failed: the email service rejected the key or password/],
    ['failed: down', failed(1, 'unreachable'), /did not respond/],
    ['failed: no recipients', failed(1, 'no-recipients'), /no recipients are selected/],
    ['failed: limit', failed(1, 'limit-reached'), /sending limit/],
    ['failed: else', failed(1, 'strange' as EmailProblem), /code strange/],
    ['to be created', item(1, { task: { state: 'pending' } }), /waiting for an agent$/],
    ['waiting', item(1, { task: { state: 'waiting' } }), /waiting for an agent$/],
    ['offered', item(1, { task: { state: 'offered' } }), /offered to an agent$/],
    ['taken', item(1, { task: { state: 'taken', by: 'Ana', at: minutesAgo(1) } }), /taken by Ana, .*\d:\d\d/],
    ['taken by somebody', item(1, { task: { state: 'taken' } }), /taken by an agent$/],
    [
      'taken from the email',
      item(1, { task: { state: 'waiting', takenFromEmail: { by: 'Ada', at: minutesAgo(1) } } }),
      /waiting for an agent, taken by Ada from the email .*\d:\d\d/,
    ],
    [
      'taken from the email without a task',
      item(1, { task: { state: 'none', takenFromEmail: { by: 'Ada', at: minutesAgo(1) } } }),
      /· taken by Ada from the email/,
    ],
    ['ended', item(1, { task: { state: 'ended' } }), /ended in TaskRouter, being checked$/],
    ['handled at', item(1, { task: { state: 'handled', by: 'Ana', at: minutesAgo(1) } }), /handled by Ana, .*\d:\d\d/],
    ['handled by somebody', item(1, { task: { state: 'handled' } }), /· handled$/],
    [
      'lost',
      item(1, { task: { state: 'lost', loss: 'workflow' } }),
      /not handled: the workflow had no step left for it$/,
    ],
    ['lost for a new reason', item(1, { task: { state: 'lost', loss: 'new' as TaskLoss } }), /does not say why$/],
    ['withheld', item(1, { caller: '' }), /Number withheld · Support · 1:04$/],
    ['callback', item(1, { taskType: 'callback', seconds: undefined }), /Support · Callback$/],
  ];

  test.each(kinds)('%s', async (_name, one, expected) => {
    await renderHistory(showing([one]));
    expect(within(lines()[0]!).getByText(expected)).toBeInTheDocument();
  });

  test('a list with every kind of line has no axe violations', async () => {
    const items = kinds.map(([, one], n) => ({ ...one, voicemail_id: item(n + 1).voicemail_id }));
    const { container } = await renderHistory(showing(items));
    expect(lines()).toHaveLength(kinds.length);
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('a queue in Hebrew does not turn the row around', async () => {
    await renderHistory(showing([item(1, { queue: 'תמיכה' })]));
    expect(lines()[0]!.textContent).toContain(' · \u2068תמיכה\u2069 · 1:04');
  });

  test('markup in a name is text', async () => {
    await renderHistory(showing([item(1, { queue: '<img src=x onerror=alert(1)>' })]));
    expect(lines()[0]).toHaveTextContent('<img src=x onerror=alert(1)>');
    expect(section().queryByRole('img')).not.toBeInTheDocument();
  });
});

describe('a mail that went to some of its recipients', () => {
  const outcomes = {
    ...{ accepted: 2, refused: 1, waiting: 0 },
    recipients: [
      { address: 'bob@clinic.org', state: 'refused' as const, problem: 'recipient-refused' as const },
      { address: 'ana@clinic.org', state: 'accepted' as const, provider: 'sendgrid' },
      { address: 'eve@clinic.org', state: 'accepted' as const },
    ],
  };
  const waiting = { address: 'bob@clinic.org', state: 'waiting' as const, problem: 'unreachable' as const };
  const REFUSED = 'bob@clinic.org: refused (the email service rejected a recipient’s address)';
  const SENT = ['ana@clinic.org: sent through SendGrid', 'eve@clinic.org: sent'];

  test.each<[string, HistoryItem['email'], string, string[]]>([
    [
      'refused for one',
      { state: 'sent', recipients: 3, sentAt: minutesAgo(1), outcomes },
      'emailed to 2 people · refused for 1 · handled by Sam',
      [REFUSED, ...SENT],
    ],
    [
      'still waiting for one',
      {
        ...{ state: 'pending', recipients: 0, problem: 'unreachable' },
        outcomes: { ...outcomes, refused: 0, waiting: 4, recipients: [waiting, ...outcomes.recipients.slice(1)] },
      },
      'email waiting: the email service did not respond · emailed to 2 people · waiting for 4 · handled by Sam',
      ['bob@clinic.org: waiting (the email service did not respond)', ...SENT, '3 more'],
    ],
    [
      'given up for one',
      {
        ...{ state: 'failed', recipients: 1, problem: 'unreachable' },
        outcomes: { ...outcomes, accepted: 1, refused: 0, waiting: 1, recipients: [waiting, outcomes.recipients[1]!] },
      },
      'email failed: the email service did not respond · emailed to 1 person · not sent to 1 · handled by Sam',
      ['bob@clinic.org: not sent (the email service did not respond)', SENT[0]!],
    ],
  ])('%s: who has it, and who does not and why', async (_name, email, line, recipients) => {
    const { container } = await renderHistory(showing([item(1, { email })]));
    expect(section().getByText(line)).toBeInTheDocument();
    const list = within(section().getByRole('list', { name: 'Recipients' }));
    expect(list.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(recipients);
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('needs attention once a recipient is refused, and is sent again to these from there', async () => {
    const partly: AttentionItem = {
      ...attention(9, 'email-partly'),
      ...{ problem: 'recipient-refused', refused: 1, recipients: 3 },
    };
    const { client } = await renderHistory(showing([], { attention: [partly] }));
    const group = within(section().getByRole('group', { name: 'Needs attention' }));
    const reason = 'the email service rejected a recipient’s address';
    expect(group.getByText(`email refused for 1 of 3 1 hr. ago: ${reason}`)).toBeInTheDocument();
    await user.click(group.getByRole('button', { name: /^Send again/ }));
    expect(client.resend).toHaveBeenCalledWith(partly.voicemail_id);
  });
});

describe('a mail of which nobody can say whether it went out', () => {
  test('says so in its line and in the attention list, and is sent again from both', async () => {
    const undecided: AttentionItem = { ...attention(1, 'email-failed'), problem: 'unconfirmed' };
    const { client } = await renderHistory(showing([failed(1, 'unconfirmed')], { attention: [undecided] }));
    expect(
      within(lines()[0]!).getByText(/nobody can say whether it went out\. Sent again, it may/),
    ).toBeInTheDocument();
    const group = within(section().getByRole('group', { name: 'Needs attention' }));
    expect(group.getByText('nobody can say whether the email went out (1 hr. ago)')).toBeInTheDocument();
    await user.click(group.getByRole('button', { name: /^Send again/ }));
    expect(client.resend).toHaveBeenCalledWith(undecided.voicemail_id);
    expect(within(lines()[0]!).getByRole('button', { name: /^Send again/ })).toBeInTheDocument();
  });
});

describe('whether mails arrived', () => {
  const bounced = [{ address: 'ana@clinic.org', reason: 'mailbox-full' as const }];
  const delivering = (delivery: object, more: object = {}) => ({
    ...showing([item(1)]),
    deliveries: async () => ({
      deliveries: { [item(1).voicemail_id]: delivery as EmailDelivery },
      bounced: [],
      complete: true,
      ...more,
    }),
  });
  test.each([
    [{ delivered: 3, bounced: [] }, /^delivered 3 of 3 · handled/],
    [{ delivered: 2, bounced }, /^delivered 2 of 3, 1 bounced: mailbox full \(ana@clinic\.org\) · handled/],
    [{ delivered: 0, bounced: [{ address: 'a@b.c', reason: 'new' }] }, /^delivered 0 of 3, 1 bounced: the mail server/],
    [{ delivered: 0, bounced: [] }, /^emailed to 3 people/],
    [
      { delivered: 1, bounced: [{ ...bounced[0], words: '552 5.2.2 over quota' }] },
      /^delivered 1 of 3, 1 bounced: mailbox full \(ana@clinic\.org: “552 5\.2\.2 over quota”\) · handled/,
    ],
    [
      { delivered: 0, bounced: [], deferred: 1, deferrals: [{ address: 'ana@clinic.org', words: '450 greylisted' }] },
      /^emailed to 3 people, 1 delayed: ana@clinic\.org: “450 greylisted” · handled/,
    ],
    [{ delivered: 2, bounced: [], deferred: 1 }, /^delivered 2 of 3, 1 delayed: … · handled/],
    [
      { delivered: 3, bounced: [], complained: ['ana@clinic.org'] },
      /^delivered 3 of 3, marked as spam by ana@clinic\.org · handled/,
    ],
  ])('what the provider reported is said in words, case %#', async (delivery, expected) => {
    const { client } = await renderHistory(delivering(delivery));
    expect(within(lines()[0]!).getByText(expected)).toBeInTheDocument();
    expect(client.deliveries.mock.calls[0]![0]).toEqual([item(1).voicemail_id]);
  });

  test('a mail that bounced needs attention, in whatever list it is', async () => {
    const item: AttentionItem = { ...attention(9, 'email-bounced'), bounced };
    const { container } = await renderHistory(delivering({ delivered: 2, bounced }, { bounced: [item] }));
    const group = within(section().getByRole('group', { name: 'Needs attention' }));
    expect(group.getByText(/^email not delivered 1 hr\. ago: mailbox full \(ana@clinic\.org\)$/)).toBeInTheDocument();
    expect(group.queryByRole('button')).not.toBeInTheDocument();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test.each([
    ['has not answered', { deliveries: () => new Promise<never>(() => undefined) }],
    ['does not answer', { deliveries: () => Promise.reject(new FunctionsError('failed', 500, '')) }],
    ['does not know', { deliveries: async () => ({ deliveries: {}, bounced: [], complete: false }) }],
  ])('while the provider %s, nothing says that all is well', async (_name, calls) => {
    await renderHistory({ ...showing([item(1)]), ...calls });
    expect(within(lines()[0]!).getByText(/^emailed to 3 people/)).toBeInTheDocument();
    expect(section().queryByText('Nothing needs attention right now.')).not.toBeInTheDocument();
  });

  test('asks for mails of the last three days only, and for at most fifty', () => {
    const old = item(1, { email: { state: 'sent', recipients: 1, sentAt: minutesAgo(3 * 24 * 60) } });
    const many = Array.from({ length: 60 }, (_, n) => item(n));
    expect(idsToAskFor([old, item(2, { email: { state: 'pending', recipients: 1 } })], NOW)).toEqual([]);
    expect(idsToAskFor(many, NOW)).toHaveLength(50);
  });
});

describe('what needs a person', () => {
  test('nothing does', async () => {
    await renderHistory();
    expect(section().getByText('Nothing needs attention right now.')).toBeInTheDocument();
  });

  test('puts back in line what was lost or held too long, and says so', async () => {
    const lost = { ...attention(1, 'lost'), loss: 'canceled' as const, mayRestore: true };
    const held = { ...attention(2, 'held'), worker: 'Sam', mayRestore: true };
    const { client, container } = await renderHistory(showing([], { attention: [lost, held] }));
    const group = within(section().getByRole('group', { name: 'Needs attention' }));
    expect(group.getByText(/^not handled: its task was canceled \(.*ago\)/)).toBeInTheDocument();
    expect(group.getByText(/^taken by Sam .* ago, not finished$/)).toBeInTheDocument();
    expect(await findAxeViolations(container)).toEqual([]);
    const [first, second] = group.getAllByRole('button', { name: /^Put back in line: Number withheld/ });
    await user.click(first!);
    await settle();
    expect(client.restore).toHaveBeenCalledWith(lost.voicemail_id);
    expect(group.getByText('Back in line.')).toBeInTheDocument();
    client.restore.mockRejectedValueOnce(new FunctionsError('nothing-to-restore', 409, ''));
    await user.click(second!);
    await settle();
    expect(group.getByText(/^Could not put it back in line: It is already in line/)).toBeInTheDocument();
  });

  test('five at first, then all; a failed mail is sent again from here', async () => {
    const all = [attention(1, 'not-taken'), attention(2, 'email-failed'), attention(3, 'lost')].concat(
      [4, 5, 6, 7].map((n) => attention(n, 'not-taken')),
    );
    const { client, container } = await renderHistory(showing([], { attention: all }));
    const group = within(section().getByRole('group', { name: 'Needs attention' }));
    expect(group.getAllByRole('listitem')).toHaveLength(5);
    expect(group.getByText(/^not handled: its task is gone/)).toBeInTheDocument();
    await user.click(group.getByRole('button', { name: 'Show 2 more' }));
    expect(group.getAllByRole('listitem')).toHaveLength(7);
    expect(await findAxeViolations(container)).toEqual([]);
    await user.click(group.getByRole('button', { name: /^Send again: Number withheld/ }));
    expect(client.resend).toHaveBeenCalledWith(all[1]!.voicemail_id);
  });
});

describe('sending again', () => {
  test.each([
    [{ sent: 1, queued: 0, failed: 0 }, '1 email sent'],
    [{ sent: 0, queued: 1, failed: 0 }, '1 email will be sent within minutes'],
    [{ sent: 0, queued: 0, failed: 1 }, '1 email failed again'],
  ])('%j', async (answer, translator) => {
    const { client } = await renderHistory({ ...showing([failed(1)]), resend: jest.fn().mockResolvedValue(answer) });
    await user.click(screen.getByRole('button', { name: /^Send again: \+1 555-•••-0001/ }));
    await settle();
    expect(section().getByText(translator)).toBeInTheDocument();
    expect(client.resend).toHaveBeenCalledTimes(1);
    // The result is in the list, which is fetched again.
    expect(client.history).toHaveBeenCalledTimes(2);
  });

  test('while it is on its way it cannot be clicked again', async () => {
    const { client } = await renderHistory({ ...showing([failed(1)]), resend: () => new Promise(() => undefined) });
    await user.dblClick(screen.getByRole('button', { name: /^Send again/ }));
    expect(client.resend).toHaveBeenCalledTimes(1);
    expect(screen.getByRole('button', { name: /^Send again/ })).toBeDisabled();
    expect(screen.getByText('Sending …')).toBeInTheDocument();
  });

  test('the outcome goes when the mail went out after all, and after a while', async () => {
    jest.useFakeTimers();
    try {
      const typing = userEvent.setup({ delay: null, advanceTimers: jest.advanceTimersByTime });
      const resend = jest.fn().mockResolvedValue({ sent: 0, queued: 0, failed: 1 });
      const { client } = await renderHistory({ ...showing([failed(1), failed(2)]), resend });
      for (const again of screen.getAllByRole('button', { name: /^Send again/ })) await typing.click(again);
      await settle();
      expect(section().getAllByText('1 email failed again')).toHaveLength(2);
      client.history.mockResolvedValue(aHistoryResponse({ items: [item(1), failed(2)] }));
      await act(async () => void jest.advanceTimersByTime(POLL_MS));
      await settle();
      expect(section().getAllByText('1 email failed again')).toHaveLength(1);
      await act(async () => void jest.advanceTimersByTime(OUTCOME_MS));
      expect(section().queryByText('1 email failed again')).not.toBeInTheDocument();
    } finally {
      jest.useRealTimers();
    }
  });

  test('refused: why', async () => {
    const resend = () => Promise.reject(new FunctionsError('nothing-to-resend', 409, 'no'));
    await renderHistory({ ...showing([failed(1)]), resend });
    await user.click(screen.getByRole('button', { name: /^Send again/ }));
    await settle();
    expect(section().getByText(/^Not sent: There is nothing to send again/)).toBeInTheDocument();
  });

  test('all that failed, after asking; Escape does not', async () => {
    const { health } = aSettingsResponse();
    const { client } = await renderHistory({
      ...showing([failed(1), failed(2)]),
      settings: async () => aSettingsResponse({ health: { ...health, failedEmails: 2 } }),
      resend: jest.fn().mockResolvedValue({ sent: 2, queued: 0, failed: 0 }),
    });
    await user.click(screen.getByRole('button', { name: 'Send all 2 failed emails again' }));
    expect(screen.getByRole('button', { name: 'Send them' })).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(client.resend).not.toHaveBeenCalled();
    expect(screen.getByRole('button', { name: 'Send all 2 failed emails again' })).toHaveFocus();
    await user.click(screen.getByRole('button', { name: 'Send all 2 failed emails again' }));
    await user.click(screen.getByRole('button', { name: 'Send them' }));
    await settle();
    expect(client.resend).toHaveBeenCalledWith('all');
    expect(section().getByText('2 emails sent')).toBeInTheDocument();
  });
});

test.each([
  [{ sent: 3, queued: 0, failed: 0 }, '3 emails sent'],
  [{ sent: 3, queued: 2, failed: 0 }, '3 of 5 emails sent · 2 emails will be sent within minutes'],
  [{ sent: 1, queued: 0, failed: 4 }, '1 of 5 emails sent · 4 emails failed again'],
  [{ sent: 0, queued: 0, failed: 0 }, 'There was nothing to send.'],
])('sending all again says what became of how many: %j', async (answer, words) => {
  const { health } = aSettingsResponse();
  await renderHistory({
    ...showing([failed(1), failed(2)]),
    settings: async () => aSettingsResponse({ health: { ...health, failedEmails: 5 } }),
    resend: jest.fn().mockResolvedValue(answer),
  });
  await user.click(screen.getByRole('button', { name: 'Send all 5 failed emails again' }));
  await user.click(screen.getByRole('button', { name: 'Send them' }));
  await settle();
  expect(section().getByText(words)).toBeInTheDocument();
});

describe('narrowing', () => {
  test('each filter sends a request with all filters; clearing resets all', async () => {
    const { client } = await renderHistory(showing([]));
    await user.selectOptions(section().getByLabelText('Queue'), 'Sales');
    await user.selectOptions(section().getByLabelText('Email'), 'failed');
    await user.type(section().getByLabelText('Day'), '2026-11-20');
    await user.type(section().getByLabelText('Caller'), '+1 (555) 123-4567{Enter}');
    await settle();
    expect(client.history.mock.calls[client.history.mock.calls.length - 1]![0]).toEqual({
      queue: 'Sales',
      state: 'failed',
      day: '2026-11-20',
      caller: '+15551234567',
    });
    expect(section().getByText('No matches.')).toBeInTheDocument();
    await user.click(section().getAllByRole('button', { name: 'Clear filters' })[0]!);
    await settle();
    expect(client.history.mock.calls[client.history.mock.calls.length - 1]![0]).toEqual({});
    expect(section().getByLabelText('Caller')).toHaveValue('');
  });

  test('what the caller filter takes is written beside it', async () => {
    await renderHistory(showing([item(1)]));
    const help = 'A whole number, with or without the country code, or its last four digits';
    expect(section().getByText(new RegExp(help))).toBeVisible();
    expect(section().getByLabelText('Caller')).toHaveAccessibleDescription(new RegExp(help));
  });

  test('an incomplete number sends no request', async () => {
    const { client } = await renderHistory(showing([]));
    const before = client.history.mock.calls.length;
    await user.type(section().getByLabelText('Caller'), '555{Enter}');
    expect(section().getByText(/^Enter a whole number/)).toBeInTheDocument();
    expect(client.history).toHaveBeenCalledTimes(before);
  });
});

test('takes a number as people write it, and its last four digits', async () => {
  const { client } = await renderHistory(showing([]));
  for (const typed of ['(555) 123-4567', '4567']) {
    await user.clear(section().getByLabelText('Caller'));
    await user.type(section().getByLabelText('Caller'), `${typed}{Enter}`);
    await settle();
    expect(client.history.mock.calls.at(-1)![0]).toEqual({ caller: typed.replace(/\D/g, '') });
  }
});

test('an error at a filter goes when the filters are cleared', async () => {
  await renderHistory(showing([]));
  await user.selectOptions(section().getByLabelText('Queue'), 'Sales');
  await user.type(section().getByLabelText('Caller'), '555{Enter}');
  expect(section().getByText(/^Enter a whole number/)).toBeInTheDocument();
  await user.click(section().getAllByRole('button', { name: 'Clear filters' })[0]!);
  await settle();
  expect(section().queryByText(/^Enter a whole number/)).not.toBeInTheDocument();
  expect(section().getByLabelText('Caller')).toHaveValue('');
});

describe('what there is', () => {
  test('nothing yet: what will be here', async () => {
    const { container } = await renderHistory();
    expect(section().getByText(/Callbacks and voicemails will appear here/)).toBeInTheDocument();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('a page that ended early goes on', async () => {
    const { client } = await renderHistory(showing([], { cursor: 'c1', complete: false }));
    expect(section().getByText(/There may be older ones/)).toBeInTheDocument();
    client.history.mockResolvedValueOnce(aHistoryResponse({ items: [item(1)] }));
    await user.click(section().getByRole('button', { name: 'Show older' }));
    await settle();
    expect(client.history).toHaveBeenLastCalledWith({}, 'c1');
    expect(lines()).toHaveLength(1);
    expect(section().queryByRole('button', { name: 'Show older' })).not.toBeInTheDocument();
  });

  test.each([
    ['offline', 'You appear to be offline.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
    ['timed-out', 'The voicemail service is not responding.'],
  ] as const)('a history that fails to load as %s says why, and can be tried again', async (code, reason) => {
    const history = jest
      .fn()
      .mockRejectedValueOnce(new FunctionsError(code, undefined, code))
      .mockResolvedValue(aHistoryResponse({ items: [item(1)] }));
    const { container } = await renderHistory({ history });
    expect(section().getByText(`The list could not be loaded: ${reason}`)).toBeInTheDocument();
    expect(await findAxeViolations(container)).toEqual([]);
    await user.click(section().getByRole('button', { name: 'Try again' }));
    await settle();
    expect(lines()).toHaveLength(1);
  });

  test('on its way', async () => {
    await renderHistory({ history: () => new Promise(() => undefined) });
    expect(section().getByText('Loading …')).toBeInTheDocument();
  });
});

test('what comes in appears by itself', async () => {
  jest.useFakeTimers();
  try {
    const { client } = await renderHistory(showing([item(2)]));
    client.history.mockResolvedValue(aHistoryResponse({ items: [item(1), item(2)] }));
    await act(async () => void jest.advanceTimersByTime(POLL_MS));
    await settle();
    expect(lines()).toHaveLength(2);
  } finally {
    jest.useRealTimers();
  }
});

test('while an older page loads, polls pause', async () => {
  jest.useFakeTimers();
  try {
    const { client } = await renderHistory(showing([item(1)], { cursor: 'c1' }));
    let older: (value: EmailHistoryResponse) => void = () => undefined;
    client.history.mockReturnValueOnce(
      new Promise((resolve) => {
        older = resolve;
      }),
    );
    await userEvent
      .setup({ delay: null, advanceTimers: jest.advanceTimersByTime })
      .click(section().getByRole('button', { name: 'Show older' }));
    await settle();
    await act(async () => void jest.advanceTimersByTime(3 * POLL_MS));
    expect(client.history).toHaveBeenCalledTimes(2);
    older(aHistoryResponse({ items: [item(2)] }));
    await settle();
    expect(lines()).toHaveLength(2);
  } finally {
    jest.useRealTimers();
  }
});
