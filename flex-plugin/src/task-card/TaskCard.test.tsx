import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createCard,
  createTask,
  findAxeViolations,
  NOW,
  OFFLINE_SID,
  RESERVATION_SID,
  type RenderOptions,
  rejectWith,
  renderCard,
  TASK_SID,
} from '../../test/card-harness';
import { actionStatusChanged } from '../state/agent-state';
import { LANGUAGES } from '../strings/strings';
import { createTranslator } from '../strings/translator';

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());
const user = () => userEvent.setup({ advanceTimers: (ms) => jest.advanceTimersByTime(ms) });
const settle = (ms = 0) => act(async () => void (await jest.advanceTimersByTimeAsync(ms)));
const shown = async (scene: RenderOptions = {}) => {
  const view = renderCard(scene);
  await settle();
  return view;
};
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const note = (name: string | RegExp) => button(name).getAttribute('aria-describedby');

describe('what there is to see', () => {
  test('who, what about, since when, at one glance', async () => {
    await shown({ card: createCard({ listenedBy: [{ worker: 'Sam', at: '2026-11-22T14:50:00Z' }] }) });
    const card = screen.getByRole('region', { name: 'Voicemail' });
    expect(within(card).getByRole('heading', { level: 2 })).toHaveTextContent('+1 555-123-4567');
    expect(card).toHaveTextContent('Voicemail · Support');
    expect(card).toHaveTextContent('Attempt 1 of 3');
    expect(card).toHaveTextContent('Ana Ruiz');
    expect(card).toHaveTextContent(/left 14 min\. ago, \d+:41\s[AP]M/);
    expect(card).toHaveTextContent('Dialed +1 555-000-0001');
    expect(card).toHaveTextContent('waited 6 min in line before that');
    expect(card).toHaveTextContent('Listened: Sam');
    expect(card).toHaveTextContent("Hi, this is Ana, I'm calling about my order.");
    expect(card).toHaveTextContent('Emailed to 3 people 13 min. ago');
    expect(button('Call +1 555-123-4567')).toBeEnabled();
    expect(button('Try again later')).toBeEnabled();
    expect(button('Mark as handled')).toBeEnabled();
    expect(screen.queryByRole('button', { name: 'Delete recording' })).not.toBeInTheDocument();
  });

  test('a callback has no sound, no transcript and no mail', async () => {
    await shown({ task: createTask({}, { taskType: 'callback' }), card: createCard({ taskType: 'callback' }) });
    const card = screen.getByRole('region', { name: 'Callback' });
    expect(card).toHaveTextContent(/requested 14 min\. ago/);
    for (const name of ['Recording', 'Transcript'])
      expect(screen.queryByRole('group', { name })).not.toBeInTheDocument();
    expect(card).not.toHaveTextContent(/mail/i);
  });

  test('the first key press plays: it is the first thing that can be reached', async () => {
    await shown();
    await user().tab();
    expect(button('Play')).toHaveFocus();
    await user().tab();
    expect(screen.getByRole('slider', { name: 'Position in the recording' })).toHaveFocus();
  });

  test('shows the business time where it differs', async () => {
    await shown({ card: createCard({ timeZone: 'Pacific/Kiritimati' }) });
    expect(screen.getByRole('region')).toHaveTextContent(/at the business \(Pacific\/Kiritimati\)/);
  });

  test('loading keeps the room, with what the task itself says', async () => {
    const { container } = renderCard({ client: { card: jest.fn(() => new Promise<never>(() => undefined)) } });
    expect(screen.getByRole('region')).toHaveAttribute('aria-busy', 'true');
    expect(screen.getByText('Loading the details')).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('+1 555-123-4567');
    expect(button('Call +1 555-123-4567')).toBeEnabled();
    expect(button('Try again later')).toBeDisabled();
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('not accepted yet: nothing is asked for, nothing can be done', async () => {
    const { client } = await shown({ task: createTask({ status: 'pending' }) });
    expect(client.card).not.toHaveBeenCalled();
    expect(screen.getByText('Accept the task to see the details and act on it.')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  test.each([
    [{ state: 'none' }, 'There is no transcript.'],
    [{ state: 'pending' }, 'The transcript is on its way.'],
    [{ state: 'failed' }, 'There is no transcript: transcription failed.'],
  ] as const)('transcript %j: %s', async (transcript, expected) => {
    await shown({ card: createCard({ transcript }) });
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent(expected);
  });

  test('a long transcript is whole on demand', async () => {
    const text = `${'word '.repeat(80)}end`;
    await shown({ card: createCard({ transcript: { state: 'ready', text } }) });
    const transcript = screen.getByRole('group', { name: 'Transcript' });
    expect(transcript).not.toHaveTextContent('end');
    await user().click(button('more: Transcript'));
    expect(transcript).toHaveTextContent('end');
    expect(button('less: Transcript')).toHaveAttribute('aria-expanded', 'true');
  });

  test.each([
    [{ state: 'off', recipients: 0 }, 'Voicemails are not emailed'],
    [{ state: 'pending', recipients: 2 }, 'The email is being sent'],
    [{ state: 'sent', recipients: 1, sentAt: '2026-11-22T14:41:30.000Z' }, 'Emailed to 1 person 13 min. ago'],
    [
      { state: 'sent', recipients: 1, sentAt: '2026-11-22T14:41:30.000Z', delivered: 1 },
      'Emailed to 1 person 13 min. ago · delivered',
    ],
    [
      { state: 'sent', recipients: 3, sentAt: '2026-11-22T14:41:30.000Z', delivered: 2 },
      'Emailed to 3 people 13 min. ago · delivered to 2 of 3',
    ],
    [
      { state: 'sent', recipients: 3, delivered: 2, bounced: 1, bounceReason: 'user over quota' },
      'Not delivered to 1 of 3: user over quota',
    ],
    [{ state: 'sent', recipients: 1, bounced: 1 }, 'Not delivered to 1 of 1'],
    [
      { state: 'failed', recipients: 1, problem: 'key-refused' },
      'The email could not be sent: the email service is not set up correctly',
    ],
    [
      { state: 'failed', recipients: 1, problem: 'no-recipients' },
      'The email could not be sent: no recipient is configured',
    ],
    [
      { state: 'failed', recipients: 1, problem: 'unreachable' },
      'The email could not be sent: the email service did not answer',
    ],
    [
      { state: 'failed', recipients: 1, problem: 'recipient-refused' },
      'The email could not be sent: the email service rejected it',
    ],
    [{ state: 'failed', recipients: 1 }, 'The email could not be sent.'],
  ] as const)('mail %j: %s', async (email, expected) => {
    await shown({ card: createCard({ email }) });
    expect(screen.getByRole('region')).toHaveTextContent(expected);
  });

  test('mail: when exactly, on demand; nothing of mails where that is switched off', async () => {
    await shown();
    await user().click(button('details'));
    expect(screen.getByText(/^Sent \d+:41/)).toBeVisible();
  });

  test('nothing of mails where that is switched off', async () => {
    await shown({ config: { enableEmailNotifications: false } });
    expect(screen.getByRole('region')).not.toHaveTextContent(/mailed/i);
  });

  test('a recording that is deleted while the card is open takes its words along, at once', async () => {
    const { showTask } = await shown();
    expect(screen.getByText(/my order/)).toBeVisible();
    const { attributes } = createTask();
    const callBackData = { ...(attributes.callBackData as object), isDeleted: true, transcriptText: undefined };
    act(() => showTask(createTask({}, { callBackData })));
    expect(screen.queryByText(/my order/)).toBeNull();
    expect(screen.getByText('The recording was deleted.')).toBeVisible();
  });

  test('a mail that was not sent since its recording was deleted says so', async () => {
    await shown({ card: createCard({ email: { state: 'off', recipients: 0, problem: 'recording-deleted' } }) });
    expect(screen.getByRole('region')).toHaveTextContent('The email was not sent: the recording was deleted first.');
  });

  test('a call that is being set up for another task keeps this one from calling', async () => {
    const { dispatch } = await shown();
    dispatch(actionStatusChanged({ taskSid: `WT${'9'.repeat(32)}`, action: 'call', status: { step: 'running' } }));
    expect(screen.getByText('You are on a call. End it to call this number.')).toBeVisible();
  });

  test('a full channel has no room for the call, and says so', async () => {
    await shown({ voiceCapacity: 1 });
    expect(button(/^Call/)).toBeDisabled();
    expect(screen.getByText('You have no capacity for a call. Complete another task first.')).toBeVisible();
  });

  test('other open work of the same caller', async () => {
    await shown({
      card: createCard({
        otherTasks: [
          { taskSid: 'WT1', taskType: 'callback', receivedAt: '2026-11-22T14:05:00Z' },
          { taskSid: 'WT2', taskType: 'voicemail', receivedAt: '2026-11-20T14:05:00Z' },
        ],
      }),
    });
    expect(screen.getByText(/^2 more from this caller: callback .*:05.* and voicemail Nov 20/)).toBeInTheDocument();
  });

  test('a supervisor watching sees and hears, and does not act as the agent', async () => {
    const supervisor = { workers: [{ worker: { sid: `WK${'d'.repeat(32)}`, fullName: 'Sam Reed' } }] };
    await shown({ isMonitoring: true, roles: 'supervisor', flex: { supervisor } });
    expect(screen.getByRole('region')).toHaveTextContent('Handled by Sam Reed');
    expect(button('Play')).toBeEnabled();
    expect(button('Download')).toBeEnabled();
    expect(screen.queryByRole('button', { name: /^Call/ })).not.toBeInTheDocument();
    expect(button('Delete recording')).toBeEnabled();
  });

  test.each(Object.keys(LANGUAGES))('all of it in %s', async (language) => {
    const { container } = await shown({ language, roles: 'supervisor' });
    expect(container).toHaveTextContent(createTranslator(language).t('TryLater'));
    expect(container).not.toHaveTextContent(/\{\{|undefined|NaN/);
    if (language !== 'en-US') expect(container).not.toHaveTextContent(/Attempt|Mark as|Emailed|ago/);
  });
});

describe('what arrives later', () => {
  test('shows the transcript without a reload, announces it once, and stops polling', async () => {
    const card = jest
      .fn()
      .mockResolvedValueOnce(createCard({ transcript: { state: 'pending' } }))
      .mockResolvedValue(createCard());
    await shown({ client: { card } });
    await settle(5_100);
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent('this is Ana');
    expect(screen.getByText('The transcript has arrived.')).toHaveAttribute('role', 'status');
    await settle(10 * 60_000);
    expect(card).toHaveBeenCalledTimes(2);
  });

  test('when the transcript was there before, announces nothing', async () => {
    await shown();
    expect(screen.queryByText('The transcript has arrived.')).not.toBeInTheDocument();
  });

  test('when a later fetch fails, keeps the card and says why', async () => {
    const card = jest
      .fn()
      .mockResolvedValueOnce(createCard({ transcript: { state: 'pending' } }))
      .mockImplementation(rejectWith('offline'));
    await shown({ client: { card } });
    await settle(5_100);
    expect(screen.getByText('You appear to be offline.')).toBeInTheDocument();
    expect(button('Play')).toBeInTheDocument();
  });

  test('while the page is hidden, does not poll; when it is visible again, fetches at once', async () => {
    const card = jest.fn().mockResolvedValue(createCard({ transcript: { state: 'pending' } }));
    await shown({ client: { card } });
    const visibility = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await settle(60_000);
    expect(card).toHaveBeenCalledTimes(1);
    visibility.mockRestore();
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await settle();
    expect(card).toHaveBeenCalledTimes(2);
  });

  test('asked for more and more rarely, and not once another task is selected', async () => {
    const card = jest.fn().mockResolvedValue(createCard({ transcript: { state: 'pending' } }));
    const { unmount } = await shown({ client: { card } });
    await settle(60_000);
    const first = card.mock.calls.length;
    await settle(60_000);
    expect(first).toBeLessThanOrEqual(6);
    expect(card.mock.calls.length - first).toBe(2);
    unmount();
    await settle(10 * 60_000);
    expect(card.mock.calls.length - first).toBe(2);
  });

  test('another task is another card', async () => {
    const card = jest.fn(async (sid: string) => createCard({ transcript: { state: 'ready', text: `text of ${sid}` } }));
    const { showTask } = await shown({ client: { card } });
    const other = `WT${'9'.repeat(32)}`;
    showTask(createTask({ taskSid: other, sid: `WR${'9'.repeat(32)}` }));
    await settle();
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent(`text of ${other}`);
  });
});

describe('when it fails', () => {
  test.each([
    ['twilio-unavailable', 'The voicemail service is not answering.'],
    ['offline', 'You appear to be offline.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
    ['not-yours', 'This task is no longer assigned to you.'],
    ['not-configured', 'The voicemail service is not set up completely. Ask an administrator.'],
  ] as const)('%s: said, and number, transcript and "Call" stay', async (code, expected) => {
    const { container } = await shown({ card: code });
    expect(screen.getByText(expected)).toBeInTheDocument();
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent('From the attributes.');
    expect(button('Call +1 555-123-4567')).toBeEnabled();
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('"Try again" tries again', async () => {
    const card = jest.fn().mockImplementationOnce(rejectWith('timed-out')).mockResolvedValue(createCard());
    await shown({ client: { card } });
    await user().click(button('Try again'));
    await settle();
    expect(screen.queryByText('The details could not be loaded.')).not.toBeInTheDocument();
    expect(button('Play')).toBeInTheDocument();
  });

  test('back online, it loads by itself', async () => {
    const card = jest.fn().mockImplementationOnce(rejectWith('offline')).mockResolvedValue(createCard());
    await shown({ client: { card } });
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(button('Play')).toBeInTheDocument();
  });
});

describe('calling back', () => {
  test('one click, one call, and the button says so', async () => {
    const { invokeAction } = await shown();
    await user().dblClick(button('Call +1 555-123-4567'));
    expect(invokeAction).toHaveBeenCalledTimes(1);
    expect(button('Calling …')).toBeDisabled();
  });

  test.each([
    ['offline', { flex: { worker: { activity: { sid: OFFLINE_SID }, tasks: new Map() } } }, /^You are offline/],
    ['on a call', { flex: { phone: { activeCall: {} } } }, /^You are on a call/],
    ['outbound off', { isOutboundEnabled: false }, /^Outbound calls are not enabled/],
    ['withheld', { card: createCard({ callBlock: 'number-withheld' }) }, /^The number is withheld/],
    ['country', { card: createCard({ callBlock: 'number-country-not-allowed' }) }, /^Calls to this country/],
    ['premium', { card: createCard({ callBlock: 'number-not-callable' }) }, /^This number cannot be called/],
    ['no number', { card: createCard({ callBlock: 'number-not-a-number' }) }, /^This is not a phone number/],
  ] as [string, RenderOptions, RegExp][])(
    '%s: blocked, and the reason stands beside the button',
    async (_what, scene, reason) => {
      const { container } = await shown(scene);
      expect(button(/^Call/)).toBeDisabled();
      expect(document.getElementById(note(/^Call/)!)).toHaveTextContent(reason);
      jest.useRealTimers();
      expect(await findAxeViolations(container)).toEqual([]);
    },
  );

  test('a withheld number is never shown as the number it pretends to be', async () => {
    const { container } = await shown({
      card: createCard({ callBlock: 'number-withheld', numberToCall: '+266696687' }),
      task: createTask({}, { name: '+266696687' }),
    });
    expect(container).not.toHaveTextContent('266696687');
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('Number withheld');
  });

  test('while a call is being set up there is no second one', async () => {
    const { setFlex } = await shown();
    const call = createTask({ sid: 'WRcall', status: 'pending' }, { taskType: undefined, direction: 'outbound' });
    setFlex({ worker: { activity: { sid: 'WA1' }, tasks: new Map([['WRcall', call]]) } });
    expect(button(/^Call/)).toBeDisabled();
  });

  test('refused by Flex: said', async () => {
    await shown({ invokeAction: jest.fn().mockRejectedValue(new Error('no device')) });
    await user().click(button(/^Call/));
    await settle();
    expect(screen.getByText('The call could not be placed. Try again.')).toBeInTheDocument();
    expect(button(/^Call/)).toBeEnabled();
  });
});

describe('the other acts', () => {
  test('try again later: once, and said', async () => {
    const { client } = await shown();
    await user().dblClick(button('Try again later'));
    await settle();
    expect(client.requeue).toHaveBeenCalledTimes(1);
    expect(screen.getByText('Returned to the queue, to be tried again later.')).toBeInTheDocument();
    for (const name of [/^Call/, 'Try again later', 'Mark as handled']) expect(button(name)).toBeDisabled();
  });

  test.each([
    [{ attempts: 2, mayRequeue: false }, 'All 3 attempts are used: it cannot return to the queue.'],
    [{ attempts: 0, mayRequeue: false }, 'Returning to the queue is turned off.'],
  ])('%j: %s', async (change, reason) => {
    await shown({ card: createCard(change) });
    expect(button('Try again later')).toBeDisabled();
    expect(document.getElementById(note('Try again later')!)).toHaveTextContent(reason);
  });

  test('switched off in Flex: not offered', async () => {
    await shown({ config: { allowRequeue: false } });
    expect(screen.queryByRole('button', { name: 'Try again later' })).not.toBeInTheDocument();
  });

  test('refused by the server: why, and it can be tried again', async () => {
    await shown({ client: { requeue: jest.fn(rejectWith('twilio-unavailable')) } });
    await user().click(button('Try again later'));
    await settle();
    expect(screen.getByText('That did not work. The voicemail service is not answering.')).toBeInTheDocument();
    expect(button('Try again later')).toBeEnabled();
  });

  test('mark as handled completes the task', async () => {
    const { invokeAction } = await shown();
    await user().click(button('Mark as handled'));
    expect(invokeAction).toHaveBeenCalledWith('CompleteTask', { sid: RESERVATION_SID });
  });

  test('delete: asks, takes no for an answer, then deletes and says so', async () => {
    const { client, container } = await shown({ roles: 'supervisor' });
    await user().click(button('Delete recording'));
    expect(screen.getByRole('alertdialog', { name: 'Delete this recording?' })).toBeInTheDocument();
    expect(button('Keep it')).toHaveFocus();
    await user().keyboard('{Escape}');
    expect(button('Delete recording')).toHaveFocus();
    expect(client.deleteRecording).not.toHaveBeenCalled();
    await user().click(button('Delete recording'));
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
    await userEvent.click(button('Delete'));
    await waitFor(() => expect(client.deleteRecording).toHaveBeenCalledWith(TASK_SID));
    expect(await screen.findByText('The recording and its transcript were deleted.')).toBeInTheDocument();
    expect(screen.getByRole('group', { name: 'Recording' })).toHaveTextContent('The recording was deleted.');
    expect(screen.queryByRole('button', { name: 'Play' })).not.toBeInTheDocument();
  });

  test('not deleted: said, and it is still there', async () => {
    await shown({ roles: 'supervisor', client: { deleteRecording: jest.fn(rejectWith('role-missing')) } });
    await user().click(button('Delete recording'));
    await user().click(button('Delete'));
    await settle();
    expect(screen.getByText('That did not work. This is for supervisors only.')).toBeInTheDocument();
    expect(button('Play')).toBeEnabled();
  });
});

test.each([
  ['all of it', { roles: 'supervisor' }],
  ['a callback', { task: createTask({}, { taskType: 'callback' }), card: createCard({ taskType: 'callback' }) }],
  ['deleted', { card: createCard({ recording: { state: 'deleted' } }) }],
  ['no recording', { card: createCard({ recording: { state: 'none' } }) }],
  [
    'everything pending',
    { card: createCard({ transcript: { state: 'pending' }, email: { state: 'pending', recipients: 1 } }) },
  ],
  ['attempts used up', { card: createCard({ mayRequeue: false, attempts: 2 }) }],
  ['mail failed', { card: createCard({ email: { state: 'failed', recipients: 1, problem: 'recipient-refused' } }) }],
  ['not accepted', { task: createTask({ status: 'pending' }) }],
] as [string, RenderOptions][])('axe finds nothing: %s', async (_what, scene) => {
  const { container } = await shown(scene);
  jest.useRealTimers();
  expect(await findAxeViolations(container)).toEqual([]);
});
