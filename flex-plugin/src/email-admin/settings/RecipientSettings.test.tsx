import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { findAxeViolations } from '../../../test/card-harness';
import {
  aRule,
  aSettingsResponse,
  renderPanel,
  renderSettings,
  someRules,
  someSettings,
} from '../../../test/email-admin-harness';
import { RecipientSettings } from './RecipientSettings';

const answering = (rules: object = {}, settings: object = {}) => ({
  settings: async () => aSettingsResponse({ rules: someRules(rules), settings: someSettings(settings) }),
});
const render = (calls?: Parameters<typeof renderSettings>[1]) =>
  renderSettings((form) => <RecipientSettings form={form} />, calls);
const user = userEvent.setup({ delay: null });
const field = (name = 'Recipients') => screen.getByRole('textbox', { name });
const chips = (name = 'Recipients') =>
  within(screen.getByRole('group', { name }))
    .queryAllByRole('listitem')
    .map(({ textContent }) => textContent);
const draft = (stage: Awaited<ReturnType<typeof render>>) => stage.state().settings.draft!;
const button = (name: string | RegExp) => screen.getByRole('button', { name });

test('names, queues and addresses from right to left keep a direction of their own', async () => {
  const own = (text: string) => `\u2068${text}\u2069`;
  const recipients = [{ address: 'hana@clinic.org', name: 'חנה' }, { address: 'desk@clinic.org' }];
  const rule = aRule('a', { name: 'תמיכה', queues: ['תמיכה', 'Sales'], recipients });
  await renderPanel(answering({ rules: [rule] }, { recipients }));
  expect(chips()).toEqual([`${own('חנה')} (hana@clinic.org)`, 'desk@clinic.org']);
  expect(button(`Remove ${own('חנה')}`)).toBeInTheDocument();
  expect(screen.getByText('תמיכה').tagName).toBe('BDI');
  const sentence = screen.getByText(/Voicemails to/).textContent;
  expect(sentence).toContain(`${own('תמיכה')} or Sales`);
  expect(sentence).toContain(`${own('חנה')} and desk@clinic.org`);
  await user.click(button('Name, logo, language, and time zone'));
  for (const name of ['Recipients', 'Subject', 'Organization name', 'Footer'])
    expect(field(name)).toHaveAttribute('dir', 'auto');
});

describe('addresses at which mails bounce', () => {
  const bouncing = [{ address: 'ana@CLINIC.org', reason: 'no-such-address', at: '2026-11-22T14:00:00.000Z' }] as const;
  const bounces = () => screen.queryByRole('group', { name: 'Emails to these addresses bounce' });

  test('are listed with their recipient, why and since when, until the recipient is removed', async () => {
    const { container } = await render({ settings: async () => aSettingsResponse({ bouncing: [...bouncing] }) });
    expect(bounces()).toHaveTextContent(/Ana \(ana@clinic\.org\)no such address \(/);
    expect(bounces()).toHaveTextContent('Correct or remove them.');
    expect(await findAxeViolations(container)).toEqual([]);
    await user.click(screen.getAllByRole('button', { name: /^Remove .*Ana/ })[0]!);
    expect(bounces()).toBeNull();
  });

  test('are removed by the keyboard from everywhere they are, which discarding the changes takes back', async () => {
    const ana = { address: 'ana@clinic.org', name: 'Ana' };
    const bo = { address: 'bo@clinic.org' };
    const settings = someSettings({ recipients: [ana, bo], archive: bo, fallback_recipient: ana });
    const rules = someRules({ rules: [aRule('a', { recipients: [ana, bo] }), aRule('b', { recipients: [bo] })] });
    const stage = await render({
      settings: async () => aSettingsResponse({ bouncing: [...bouncing], settings, rules }),
    });
    const remove = within(bounces()!).getByRole('button', { name: 'Remove Ana' });
    remove.focus();
    await user.keyboard('{Enter}');
    expect(bounces()).toBeNull();
    expect(screen.getByText('Ana was removed.')).toHaveAttribute('role', 'status');
    expect(document.activeElement).not.toBe(document.body);
    const edited = draft(stage);
    expect([edited.settings.recipients, edited.settings.archive]).toEqual([[bo], bo]);
    expect(edited.settings).not.toHaveProperty('fallback_recipient');
    expect(edited.rules.rules.map(({ recipients }) => recipients)).toEqual([[bo], [bo]]);
    act(() => stage.settings.discard());
    expect(bounces()).not.toBeNull();
  });

  test('a supervisor of some queues removes them from the rules of these alone', async () => {
    const recipients = [{ address: 'ana@clinic.org' }];
    const answer = { bouncing: [...bouncing], settings: someSettings({ recipients }), ownQueues: ['Sales'] };
    const { unmount } = await render({ settings: async () => aSettingsResponse(answer) });
    expect(within(bounces()!).queryByRole('button')).toBeNull();
    unmount();
    const rules = someRules({ rules: [aRule('a', { recipients: [...recipients, { address: 'bo@clinic.org' }] })] });
    const stage = await render({ settings: async () => aSettingsResponse({ ...answer, rules }) });
    await user.click(within(bounces()!).getByRole('button', { name: 'Remove ana@clinic.org' }));
    expect(draft(stage).settings.recipients).toEqual(recipients);
    expect(draft(stage).rules.rules[0]!.recipients).toEqual([{ address: 'bo@clinic.org' }]);
  });

  test('of nobody who is no recipient, and of nobody while nothing bounces', async () => {
    await render({
      settings: async () => aSettingsResponse({ bouncing: [{ ...bouncing[0], address: 'eve@clinic.org' }] }),
    });
    expect(bounces()).toBeNull();
  });
});

test('a fall-back recipient is one address', async () => {
  const stage = await render();
  await user.type(field('Fall-back recipient'), 'boss@clinic.org{Enter}');
  expect(draft(stage).settings.fallback_recipient).toEqual({ address: 'boss@clinic.org' });
  await user.click(button('Remove boss@clinic.org'));
  expect(chips('Fall-back recipient')).toEqual([]);
  // As it was saved.
  expect(stage.state().settings.draft).toBeUndefined();
});

describe('recipients', () => {
  test.each([
    ['eve@clinic.org{Enter}', 'eve@clinic.org'],
    ['eve@clinic.org,', 'eve@clinic.org'],
    ['Eve Low <eve@clinic.org>{Enter}', 'Eve Low (eve@clinic.org)'],
    ['eve@clinic.org{Tab}', 'eve@clinic.org'],
  ])('%s', async (keys, chip) => {
    await render();
    await user.type(field(), keys);
    expect(chips()).toEqual(['Ana (ana@clinic.org)', 'desk@clinic.org', chip]);
    expect(field()).toHaveValue('');
  });

  test('several are pasted at once; what cannot be taken stays, with why', async () => {
    await render();
    await user.click(field());
    await user.paste('eve@clinic.org; ana@clinic.org\nbob@elsewhere.com');
    expect(chips()).toEqual(['Ana (ana@clinic.org)', 'desk@clinic.org', 'eve@clinic.org']);
    expect(field()).toHaveValue('bob@elsewhere.com');
    expect(screen.getByText('The domain of “bob@elsewhere.com” is not allowed.')).toBeInTheDocument();
  });

  test('does not add an invalid address, and hides the error while it is corrected', async () => {
    const { container } = await render();
    await user.type(field(), 'eve@clinic{Enter}');
    expect(screen.getByText('“eve@clinic” is not a valid email address.')).toBeInTheDocument();
    expect(field()).toBeInvalid();
    expect(await findAxeViolations(container)).toEqual([]);
    await user.type(field(), '.org');
    expect(screen.queryByText(/is not a valid email address/)).not.toBeInTheDocument();
  });

  test('after a recipient is removed, focuses the field', async () => {
    const stage = await render();
    await user.click(button('Remove Ana'));
    expect(chips()).toEqual(['desk@clinic.org']);
    expect(field()).toHaveFocus();
    expect(draft(stage).settings.recipients).toEqual([{ address: 'desk@clinic.org' }]);
    await user.keyboard('{Backspace}');
    expect(chips()).toEqual([]);
  });

  test('a recipient whose domain is no longer allowed prevents saving', async () => {
    await renderPanel(answering({}, { recipients: [{ address: 'ana@gone.org' }] }));
    await user.click(screen.getByRole('switch'));
    expect(button('Save')).toBeDisabled();
    expect(screen.getAllByText(/The domain of “ana@gone.org” is not allowed/).length).toBeGreaterThan(0);
  });

  test('the archive is one; another takes its place', async () => {
    const stage = await render();
    await user.type(field('Archive'), 'a@clinic.org{Enter}b@clinic.org{Enter}');
    expect(chips('Archive')).toEqual(['b@clinic.org']);
    await user.click(button('Remove b@clinic.org'));
    expect(stage.state().settings.draft).toBeUndefined();
  });

  test('of many recipients the first are shown, what is wrong, and the others on request', async () => {
    const recipients = Array.from({ length: 100 }, (_, n) => ({
      address: `a${n}@${n === 50 ? 'gone' : 'clinic'}.org`,
    }));
    await render(answering({}, { recipients }));
    expect(chips()).toHaveLength(14);
    expect(chips()).toContain('a50@gone.org');
    await user.click(button('Show 86 more'));
    expect(chips()).toHaveLength(100);
    await user.click(button('Show fewer'));
    expect(chips()).toHaveLength(14);
  });

  test('more than fit: which limit is passed', async () => {
    const recipients = Array.from({ length: 101 }, (_, n) => ({ address: `a${n}@clinic.org` }));
    await render(answering({}, { recipients }));
    expect(screen.getAllByText(/There are 101 different addresses\. The limit is 100/).length).toBeGreaterThan(0);
    const long = Array.from({ length: 60 }, (_, n) => ({ address: `a${n}@clinic.org`, name: `${'x'.repeat(95)}${n}` }));
    await render(
      answering({ rules: Array.from({ length: 4 }, (_, n) => aRule(`r${n}`, { recipients: long.slice(0, 50) })) }),
    );
    expect(screen.getAllByText(/^The rules use 1\d\d% of the available space/).length).toBeGreaterThan(0);
  });
});

describe('rules', () => {
  const two = { rules: [aRule('sales', { queues: ['Sales'] }), aRule('night')] };
  const rules = () => within(screen.getByRole('group', { name: 'Rules' }));

  test('adding a rule shows its sentence and requires recipients', async () => {
    const stage = await render();
    await user.click(button('Add a rule'));
    const editor = within(screen.getByRole('group', { name: 'Edit the rule' }));
    expect(editor.getByLabelText('Name (optional)')).toHaveFocus();
    // Nothing is wrong yet: it is only not finished.
    expect(editor.queryByText('The rule needs at least one recipient.')).not.toBeInTheDocument();
    expect(button('Save')).toBeDisabled();
    await user.click(editor.getByLabelText('Sales'));
    await user.click(editor.getByLabelText('+1 555-000-0002'));
    for (const day of ['Sat', 'Sun']) await user.click(editor.getByLabelText(day));
    await user.type(editor.getByLabelText('From'), '09:00');
    await user.type(editor.getByLabelText('Until'), '17:00');
    await user.selectOptions(editor.getByLabelText('On holidays'), 'the rule does not apply');
    await user.type(editor.getByRole('textbox', { name: 'Who gets them' }), 'sales@clinic.org{Enter}');
    const sentence =
      /^Voicemails to Sales that came in on \+1 555-000-0002 on weekdays from 9:00\sAM to 5:00\sPM \(not on holidays\) go to sales@clinic\.org$/;
    expect(editor.getByText(sentence)).toBeInTheDocument();
    await user.click(editor.getByRole('button', { name: 'Done' }));
    expect(rules().getByText(sentence)).toBeInTheDocument();
    expect(draft(stage).rules.rules).toEqual([
      {
        id: expect.stringMatching(/^[a-z0-9]+$/),
        enabled: true,
        queues: ['Sales'],
        numbers: ['+15550000002'],
        when: { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', holidays: 'never' },
        recipients: [{ address: 'sales@clinic.org' }],
      },
    ]);
    expect(button('Save')).toBeEnabled();
  });

  test('what is chosen and taken back leaves nothing behind', async () => {
    const stage = await render(answering(two));
    await user.click(button('Edit: All voicemails go to night@clinic.org'));
    await user.click(screen.getByLabelText('Support'));
    await user.click(screen.getByLabelText('Mon'));
    await user.click(screen.getByLabelText('Support'));
    await user.click(screen.getByLabelText('Mon'));
    expect(stage.state().settings.draft).toBeUndefined();
  });

  test('Escape asks before it brings a changed rule back; a new one goes away', async () => {
    const stage = await render(answering(two));
    await user.click(button(/^Edit: Voicemails to Sales/));
    await user.type(screen.getByLabelText('Name (optional)'), 'Other{Escape}');
    expect(screen.getByRole('alertdialog', { name: 'Discard your changes to this rule?' })).toBeInTheDocument();
    expect(button('Keep editing')).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(screen.getByLabelText('Name (optional)')).toHaveFocus();
    expect(screen.getByLabelText('Name (optional)')).toHaveValue('Other');
    await user.click(button('Cancel'));
    await user.click(button('Discard changes'));
    expect(stage.state().settings.draft).toBeUndefined();
    await user.click(button('Add a rule'));
    await user.click(button('Cancel'));
    expect(stage.state().settings.draft).toBeUndefined();
    expect(screen.queryByRole('group', { name: 'Edit the rule' })).not.toBeInTheDocument();
  });

  test('moved, switched off, removed; first or all', async () => {
    const stage = await render(answering(two));
    await user.click(button(/^Up: All voicemails/));
    expect(draft(stage).rules.rules.map(({ id }) => id)).toEqual(['night', 'sales']);
    expect(button(/^Up: All voicemails/)).toBeDisabled();
    await user.selectOptions(screen.getByLabelText('When several rules match'), 'the recipients of all of them get it');
    expect(draft(stage).rules.match).toBe('all');
    await user.click(button(/^Turn off: All voicemails/));
    expect(rules().getByText('(off) All voicemails go to night@clinic.org')).toBeInTheDocument();
    await user.click(button(/^Remove: All voicemails/));
    expect(draft(stage).rules.rules.map(({ id }) => id)).toEqual(['sales']);
    expect(screen.getByRole('group', { name: 'Rules' })).toHaveFocus();
    expect(screen.getByText(/^2 changes: /)).toBeInTheDocument();
  });

  test('what holds when no rule does', async () => {
    await render(answering(two, { recipients: [] }));
    expect(rules().getByText('Voicemails that match no rule are not emailed.')).toBeInTheDocument();
  });

  test('thirty is the most', async () => {
    await render(answering({ rules: Array.from({ length: 30 }, (_, n) => aRule(`r${n}`)) }));
    expect(button('Add a rule')).toBeDisabled();
    expect(screen.getByText('You have reached the limit of 30 rules.')).toBeInTheDocument();
  });

  test('a new rule without recipients is said to be wrong once it is done', async () => {
    await render();
    await user.click(button('Add a rule'));
    await user.click(button('Done'));
    expect(rules().getByText('The rule needs at least one recipient.')).toBeInTheDocument();
  });

  test('the same time twice is refused', async () => {
    await render(answering(two));
    await user.click(button('Edit: All voicemails go to night@clinic.org'));
    for (const end of ['From', 'Until']) await user.type(screen.getByLabelText(end), '17:00');
    expect(screen.getAllByText(/starts and ends at the same time/).length).toBeGreaterThan(0);
    expect(button('Save')).toBeDisabled();
  });

  test('a holiday that was typed and not added is not lost', async () => {
    const stage = await renderPanel(answering(two));
    await user.click(button('Holidays (0)'));
    await user.type(screen.getAllByLabelText('Day')[0]!, '2026-12-25');
    await user.tab();
    // Its name may follow.
    expect(stage.state().settings.draft).toBeUndefined();
    await user.click(screen.getByRole('switch'));
    expect(draft(stage).rules.holidays).toEqual([{ date: '2026-12-25' }]);
  });

  test('holidays', async () => {
    const stage = await render(answering(two));
    await user.click(button('Holidays (0)'));
    await user.type(screen.getAllByLabelText('Day')[0]!, '2026-12-25');
    await user.type(screen.getAllByLabelText('Name (optional)')[0]!, 'Christmas');
    await user.click(button('Add holiday'));
    expect(draft(stage).rules.holidays).toEqual([{ date: '2026-12-25', name: 'Christmas' }]);
    expect(screen.getByText('Dec 25, 2026 · Christmas')).toBeInTheDocument();
    await user.click(button('Remove Dec 25, 2026'));
    expect(stage.state().settings.draft).toBeUndefined();
  });
});

describe('what would happen?', () => {
  const rules = {
    rules: [
      aRule('sales', {
        name: 'Day',
        queues: ['Sales'],
        when: { days: [1], from: '09:00', to: '17:00', holidays: 'as-any-day' },
      }),
    ],
  };
  async function ask(answer: object, date: string, time: string) {
    await render(answer);
    await user.click(button('What would happen?'));
    const day = screen.getAllByLabelText('Day')[0]!;
    await user.clear(day);
    await user.type(day, date);
    await user.clear(screen.getByLabelText('Time (UTC)'));
    await user.type(screen.getByLabelText('Time (UTC)'), time);
    await act(async () => undefined);
  }

  test('a rule holds', async () => {
    await ask(answering(rules), '2026-11-23', '10:00');
    expect(screen.getByText('sales@clinic.org would get it. Matched by “Day”.')).toBeInTheDocument();
    await user.selectOptions(screen.getAllByLabelText('Queue')[0]!, 'Support');
    expect(screen.getByText('ana@clinic.org and desk@clinic.org would get it: no rule matches.')).toBeInTheDocument();
  });
  test('says that no rule matches and that there are no other recipients', async () => {
    await ask(answering(rules, { recipients: [] }), '2026-11-24', '10:00');
    expect(screen.getByText('No one would get it.')).toBeInTheDocument();
  });
  test('off is off', async () => {
    await ask(answering(rules, { enabled: false }), '2026-11-23', '10:00');
    expect(screen.getByText('No one would get it: email is off.')).toBeInTheDocument();
  });
});

test('an address that is added to a rule has the telephone that it has elsewhere', async () => {
  const ana = { address: 'ana@clinic.org', name: 'Ana', phone: '+15551234567' };
  const panel = await render(answering({ rules: [aRule('night')] }, { recipients: [ana] }));
  await user.click(screen.getByRole('button', { name: /^Edit/ }));
  const rule = within(screen.getByRole('group', { name: 'Edit the rule' }));
  await user.click(rule.getByRole('textbox', { name: 'Who gets them' }));
  await user.paste('ana@clinic.org');
  await user.keyboard('{Enter}');
  expect(panel.state().settings.draft?.rules.rules[0]?.recipients).toEqual([
    { address: 'night@clinic.org' },
    { address: 'ana@clinic.org', phone: '+15551234567' },
  ]);
});
