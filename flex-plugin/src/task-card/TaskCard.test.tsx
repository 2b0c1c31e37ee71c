import type { CallerConfirmation, VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
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
import { VoicemailAudio } from '../playback/voicemail-audio';
import { readPreferences } from '../preferences';
import { actionStatusChanged } from '../state/agent-state';
import { connectionRestored } from '../state/connection';
import { LANGUAGES } from '../strings/strings';
import { createTranslator } from '../strings/translator';

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());
const user = () => userEvent.setup({ delay: null });
const settle = (ms = 0) => act(async () => void (await jest.advanceTimersByTimeAsync(ms)));
const showCard = async (options: RenderOptions = {}) => {
  const view = renderCard(options);
  await settle();
  return view;
};
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const note = (name: string | RegExp) => button(name).getAttribute('aria-describedby');

describe('the card', () => {
  test('shows the caller, the queue, the time and what an agent can do', async () => {
    await showCard({ card: createCard({ listenedBy: [{ worker: 'Sam', at: '2026-11-22T14:50:00Z' }] }) });
    const card = screen.getByRole('region', { name: 'Voicemail' });
    expect(within(card).getByRole('heading', { level: 2 })).toHaveTextContent('+1 555-123-4567');
    expect(card).toHaveTextContent('Voicemail · Support');
    expect(card).toHaveTextContent('Attempt 1 of 3');
    expect(card).toHaveTextContent('Ana Ruiz');
    expect(card).toHaveTextContent(/left 14 min\. ago, \d+:41\s[AP]M/);
    expect(card).toHaveTextContent('Called your number +1 555-000-0001');
    expect(card).toHaveTextContent('waited 6 min in line before that');
    expect(card).toHaveTextContent('Listened: Sam');
    expect(card).toHaveTextContent("Hi, this is Ana, I'm calling about my order.");
    expect(card).toHaveTextContent('Emailed to 3 people 13 min. ago');
    expect(button('Call +1 555-123-4567')).toBeEnabled();
    expect(button('Try again later')).toBeEnabled();
    expect(button('Mark as handled')).toBeEnabled();
    expect(screen.queryByRole('button', { name: 'Delete recording' })).not.toBeInTheDocument();
  });

  test('for a callback, shows no player, transcript or email', async () => {
    await showCard({ task: createTask({}, { taskType: 'callback' }), card: createCard({ taskType: 'callback' }) });
    const card = screen.getByRole('region', { name: 'Callback' });
    expect(card).toHaveTextContent(/requested 14 min\. ago/);
    for (const name of ['Recording', 'Transcript'])
      expect(screen.queryByRole('group', { name })).not.toBeInTheDocument();
    expect(card).not.toHaveTextContent(/mail/i);
  });

  test('names, queues and words from right to left keep a direction of their own', async () => {
    await showCard({
      task: createTask({}, { name: 'חנה' }),
      card: createCard({
        queue: 'תמיכה',
        transcript: { state: 'ready', text: 'שלום, 3 פעמים.' },
        listenedBy: ['דנה', 'Sam'].map((worker) => ({ worker, at: '2026-11-22T14:50:00Z' })),
        task: { state: 'taken', by: 'דנה', at: '2026-11-22T14:50:00Z' },
      }),
    });
    const card = within(screen.getByRole('region', { name: 'Voicemail' }));
    // `bdi` has the direction of its own text (HTML, 4.5.24).
    expect(card.getByText('חנה').tagName).toBe('BDI');
    expect(card.getByText('שלום, 3 פעמים.')).toHaveAttribute('dir', 'auto');
    const own = (text: string) => `\u2068${text}\u2069`;
    expect(screen.getByRole('region', { name: 'Voicemail' }).textContent).toContain(`Voicemail · ${own('תמיכה')}`);
    expect(card.getByText(/Listened/).textContent).toContain(`${own('דנה')} and Sam`);
    expect(card.getByText(/Taken by/).textContent).toContain(`Taken by ${own('דנה')}`);
  });

  test('puts the play button first in the tab order', async () => {
    await showCard();
    (document.activeElement as HTMLElement).blur();
    await user().tab();
    expect(button('Play')).toHaveFocus();
    await user().tab();
    expect(screen.getByRole('slider', { name: 'Position in the recording' })).toHaveFocus();
  });

  test('shows the business time where it differs', async () => {
    await showCard({ card: createCard({ timeZone: 'Pacific/Kiritimati' }) });
    expect(screen.getByRole('region')).toHaveTextContent(/at the business \(Pacific\/Kiritimati\)/);
  });

  test.each([
    ['verified', 'Calling number verified by its carrier (STIR/SHAKEN A)'],
    ['partly', 'Calling number partly verified by its carrier (STIR/SHAKEN B)'],
    ['unverified', 'Calling number not verified by its carrier'],
    ['failed', 'Calling number failed verification: it may be faked'],
  ] as const)('says what the carriers say of the number: %s', async (callerVerdict, words) => {
    await showCard({ card: createCard({ callerVerdict }) });
    expect(screen.getByRole('region')).toHaveTextContent(words);
  });

  test('without a verdict of the carriers, says nothing of one', async () => {
    await showCard();
    expect(screen.getByRole('region')).not.toHaveTextContent(/Calling number/);
  });

  test('says that another call changed the number', async () => {
    await showCard({ card: createCard({ numberChangedAt: createCard().receivedAt }) });
    expect(screen.getByRole('region')).toHaveTextContent(/Changed by a later call at .*Caller numbers can be faked/);
  });

  test('while loading, shows the task attributes and a skeleton', async () => {
    const { container } = renderCard({ client: { card: jest.fn(() => new Promise<never>(() => undefined)) } });
    expect(screen.getByRole('region')).toHaveAttribute('aria-busy', 'true');
    expect(screen.getByText('Loading the details')).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('+1 555-123-4567');
    // Any agent can write the attributes: a number in them is not dialed before the Functions have answered.
    expect(button('Call +1 555-123-4567')).toBeDisabled();
    expect(button('Call +1 555-123-4567')).toHaveAccessibleDescription('The number is being checked.');
    expect(button('Try again later')).toBeDisabled();
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('a task of the plain feature says where its recording can be played, and can be called back', async () => {
    const { client } = await showCard({ task: createTask({}, { callback_and_voicemail: undefined }) });
    expect(client.card).not.toHaveBeenCalled();
    expect(screen.getByRole('region')).toHaveTextContent('from the callback feature of flex-project-template');
    expect(screen.getByRole('region')).toHaveTextContent('A recording can be played in the Twilio Console.');
    expect(screen.getByRole('region')).toHaveTextContent('From the attributes.');
    expect(button('Call +1 555-123-4567')).toHaveAccessibleDescription(/was not checked/);
    await user().click(button('Call +1 555-123-4567'));
    expect(screen.getByRole('alertdialog', { name: /unchecked number/ })).toBeInTheDocument();
  });

  test.each([
    ['failed', 'The caller left a message, but Twilio could not record it.'],
    ['silent', 'The caller chose voicemail and left no message.'],
  ] as const)('a callback in the place of a message says why there is none: %s', async (noMessage, words) => {
    await showCard({
      task: createTask({}, { taskType: 'callback' }),
      card: createCard({ taskType: 'callback', noMessage }),
    });
    expect(screen.getByRole('region', { name: 'Callback' })).toHaveTextContent(words);
  });

  test.each([
    ['+44 20 7946 0958', 'who called from +44 20 7946 0958'],
    ['', 'Given by the caller, who withheld their own number'],
  ])('marks a number that the caller typed, calling from %j', async (typed, expected) => {
    await showCard({ card: createCard({ calledFrom: typed.replaceAll(' ', ''), calledFromText: typed }) });
    expect(screen.getByRole('region')).toHaveTextContent(expected);
  });

  test('before the task is accepted, fetches nothing and offers no action', async () => {
    const { client } = await showCard({ task: createTask({ status: 'pending' }) });
    expect(client.card).not.toHaveBeenCalled();
    expect(screen.getByText('Accept the task to see the details and act on it.')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  test('when another plugin keeps Flex from accepting the task, says so in one line', async () => {
    const { dispatch } = await showCard({ task: createTask({ status: 'pending' }) });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    const status = { step: 'failed', failure: 'stopped-in-flex' } as const;
    dispatch(actionStatusChanged({ taskSid: TASK_SID, action: 'accept', status }));
    expect(screen.getByRole('alert')).toHaveTextContent(
      'That did not work. Another plugin in Flex may have stopped it.',
    );
  });

  test.each([
    [{ state: 'none' }, 'There is no transcript.'],
    [{ state: 'pending' }, 'The transcript is on its way.'],
    [{ state: 'failed' }, 'There is no transcript: transcription failed.'],
  ] as const)('for transcript %j, says: %s', async (transcript, expected) => {
    await showCard({ card: createCard({ transcript }) });
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent(expected);
  });

  test('expands a long transcript on request', async () => {
    const text = `${'word '.repeat(80)}end`;
    await showCard({ card: createCard({ transcript: { state: 'ready', text } }) });
    const transcript = screen.getByRole('group', { name: 'Transcript' });
    expect(transcript).not.toHaveTextContent('end');
    await user().click(button('more: Transcript'));
    expect(transcript).toHaveTextContent('end');
    expect(button('less: Transcript')).toHaveAttribute('aria-expanded', 'true');
  });

  test.each([
    [{ state: 'off', recipients: 0 }, 'Voicemails are not emailed'],
    [{ state: 'pending', recipients: 2 }, 'The email is being sent'],
    [
      { state: 'pending', recipients: 0, summaryAt: '2026-11-22T14:58:00.000Z' },
      /The email waits until \d.*M for other voicemails of this caller/,
    ],
    [
      { state: 'summarized', recipients: 0, summaryAt: '2026-11-22T14:41:30.000Z', others: 12 },
      /In one email with 12 others, at \d.*M/,
    ],
    [
      { state: 'summarized', recipients: 0, summaryAt: '2026-11-22T14:58:00.000Z' },
      /In one email with others, at \d.*M/,
    ],
    [
      { state: 'sent', recipients: 1, sentAt: '2026-11-22T14:41:30.000Z', others: 1 },
      /Emailed to 1 person 13 min. ago · In one email with 1 other, at \d.*M/,
    ],
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
    [
      { state: 'sent', recipients: 1, bounced: 1, bounceProblem: 'refused' },
      'Not delivered to 1 of 1: rejected by the recipient’s mail server',
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
      'The email could not be sent: the email service did not respond',
    ],
    [
      { state: 'failed', recipients: 1, problem: 'recipient-refused' },
      'The email could not be sent: the email service rejected it',
    ],
    [{ state: 'failed', recipients: 1 }, 'The email could not be sent.'],
    [
      { state: 'failed', recipients: 0, problem: 'unconfirmed' },
      'The email could not be sent: nobody can say whether it went out',
    ],
  ] as const)('email %j', async (email, expected) => {
    await showCard({ card: createCard({ email }) });
    expect(screen.getByRole('region')).toHaveTextContent(expected);
  });

  const ofThree = {
    state: 'pending',
    recipients: 0,
    problem: 'unreachable',
    accepted: 1,
    refused: 0,
    waiting: 2,
  } as const;
  test.each<[string, VoicemailCard['email'], string]>([
    [
      'refused for one',
      {
        ...{ state: 'sent', recipients: 3, sentAt: '2026-11-22T14:41:30.000Z', delivered: 2 },
        ...{ accepted: 2, refused: 1, waiting: 0, refusedProblem: 'recipient-refused' },
      },
      'Emailed to 2 people 13 min. ago · delivered · refused for 1: the email service rejected it',
    ],
    ['still waiting for two', ofThree, 'Emailed to 1 of 3 people · waiting for 2'],
    [
      'given up for two',
      { ...ofThree, state: 'failed' },
      'The email could not be sent: the email service did not respond · Emailed to 1 of 3 people',
    ],
  ])('an email that went to some of its recipients, %s: says how many have it', async (_what, email, expected) => {
    await showCard({ card: createCard({ email }) });
    expect(screen.getByRole('region')).toHaveTextContent(expected);
  });

  test('shows the exact time of the email on request', async () => {
    await showCard();
    await user().click(button('details'));
    expect(screen.getByText(/^Sent \d+:41/)).toBeVisible();
  });

  test('when email is turned off in Flex, does not mention it', async () => {
    await showCard({ config: { enableEmailNotifications: false } });
    expect(screen.getByRole('region')).not.toHaveTextContent(/mailed/i);
  });

  test('when the recording is deleted elsewhere, hides the transcript at once', async () => {
    const { showTask } = await showCard();
    expect(screen.getByText(/my order/)).toBeVisible();
    const { attributes } = createTask();
    const callBackData = { ...(attributes.callBackData as object), isDeleted: true, transcriptText: undefined };
    act(() => showTask(createTask({}, { callBackData })));
    expect(screen.queryByText(/my order/)).toBeNull();
    expect(screen.getByText('The recording was deleted.')).toBeVisible();
  });

  test('when the recording was deleted before the email was sent, says so', async () => {
    await showCard({ card: createCard({ email: { state: 'off', recipients: 0, problem: 'recording-deleted' } }) });
    expect(screen.getByRole('region')).toHaveTextContent('The email was not sent: the recording was deleted first.');
  });

  test('while a call for another task is set up, blocks calling', async () => {
    const { dispatch } = await showCard();
    dispatch(actionStatusChanged({ taskSid: `WT${'9'.repeat(32)}`, action: 'call', status: { step: 'running' } }));
    expect(screen.getByText('You are on a call. End it to call this number.')).toBeVisible();
  });

  test.each([
    ['another callback is offered', { status: 'pending' }],
    ['another voicemail is held', { status: 'accepted' }],
    ['another voicemail is wrapped up', { status: 'wrapping' }],
    ['a waiting caller is offered', { status: 'pending', attributes: { direction: 'inbound', call_sid: 'CA1' } }],
    ['a call is wrapped up', { status: 'wrapping', attributes: { direction: 'outbound' } }],
  ] as const)('while %s, calls all the same', async (_what, change) => {
    const task = createTask();
    const other = createTask({ taskSid: `WT${'8'.repeat(32)}`, sid: `WR${'8'.repeat(32)}` });
    const tasks = new Map([task, { ...other, ...change } as typeof other].map((one) => [one.sid, one]));
    const { invokeAction } = await showCard({ flex: { worker: { activity: { sid: 'WA1' }, tasks } } });
    await user().click(button(/^Call/));
    expect(invokeAction).toHaveBeenCalledWith('StartOutboundCall', expect.anything());
  });

  test('lists other open tasks of the same caller', async () => {
    await showCard({
      card: createCard({
        otherTasks: [
          { taskSid: 'WT1', taskType: 'callback', receivedAt: '2026-11-22T14:05:00Z' },
          { taskSid: 'WT2', taskType: 'voicemail', receivedAt: '2026-11-20T14:05:00Z' },
        ],
      }),
    });
    expect(screen.getByText(/^2 more from this caller: callback .*:05.* and voicemail Nov 20/)).toBeInTheDocument();
  });

  test.each([
    [{ state: 'waiting' }, 'Waiting for an agent'],
    [{ state: 'offered' }, 'Offered to an agent'],
    [{ state: 'taken', by: 'Sam Reed', at: '2026-11-22T14:41:30.000Z' }, /Taken by Sam Reed, .*\d:\d\d/],
  ] as const)('says how the task stands: %j', async (task, text) => {
    await showCard({ card: createCard({ task }) });
    expect(screen.getByRole('region')).toHaveTextContent(text);
  });

  test('says above everything that a recipient has taken it from the email', async () => {
    const takenFromEmail = { by: 'Ada Jones', at: '2026-11-22T14:42:00.000Z' };
    const { container } = await showCard({ card: createCard({ task: { state: 'taken' }, takenFromEmail }) });
    const line = screen.getByText(/^Taken by Ada Jones from the email, \d+:42/);
    expect(line.compareDocumentPosition(button('Play'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('an offered task says by its attributes that a recipient has taken it, with the name isolated', async () => {
    const taken = { taken_by: '{{time}} <b>דנה</b>', taken_at: '2026-11-22T14:42:00.000Z' };
    await showCard({ task: createTask({ status: 'pending' }, { callback_and_voicemail: taken }) });
    expect(screen.getByText(/from the email, \d+:42/).textContent).toContain(
      'Taken by \u2068{{time}} <b>דנה</b>\u2069',
    );
  });

  test('the attributes do not say of a loaded card that it is taken', async () => {
    const taken = { taken_by: 'Mallory', taken_at: '2026-11-22T14:42:00.000Z' };
    await showCard({ task: createTask({}, { callback_and_voicemail: taken }) });
    expect(screen.getByRole('region')).not.toHaveTextContent(/Mallory|from the email/);
  });

  test('for a monitoring supervisor, offers playback and deletion but no agent actions', async () => {
    const supervisor = { workers: [{ worker: { sid: `WK${'d'.repeat(32)}`, fullName: 'Sam Reed' } }] };
    await showCard({ isMonitoring: true, roles: 'supervisor', flex: { supervisor } });
    expect(screen.getByRole('region')).toHaveTextContent('Taken by Sam Reed');
    expect(button('Play')).toBeEnabled();
    expect(button('Download')).toBeEnabled();
    expect(screen.queryByRole('button', { name: /^Call/ })).not.toBeInTheDocument();
    expect(button('Delete recording')).toBeEnabled();
  });

  test.each(Object.keys(LANGUAGES))('is complete in %s', async (language) => {
    const { container } = await showCard({ language, roles: 'supervisor' });
    expect(container).toHaveTextContent(createTranslator(language).t('TryLater'));
    expect(container).not.toHaveTextContent(/\{\{|undefined|NaN/);
    if (language !== 'en-US') expect(container).not.toHaveTextContent(/Attempt|Mark as|Emailed|ago/);
  });
});

describe('by keyboard', () => {
  const createAudio = () => {
    const audio = new VoicemailAudio(() => new Promise(() => undefined), 64);
    jest.spyOn(audio, 'play').mockImplementation(() => undefined);
    return audio;
  };
  const typeIn = (element: HTMLElement) => {
    document.body.append(element);
    element.focus();
    return () => element.remove();
  };
  beforeEach(() => window.localStorage.clear());

  test('after accepting, the first key press plays', async () => {
    const audio = createAudio();
    const { showTask } = await showCard({ task: createTask({ status: 'pending' }), createAudio: () => audio });
    act(() => showTask(createTask()));
    await settle();
    expect(button('Play')).toHaveFocus();
    await user().keyboard(' ');
    expect(audio.play).toHaveBeenCalledTimes(1);
  });

  test('a callback, which has no player, takes the focus itself', async () => {
    await showCard({
      task: createTask({}, { taskType: 'callback' }),
      card: createCard({ taskType: 'callback', recording: { state: 'none' } }),
    });
    expect(screen.getByRole('region', { name: 'Callback' })).toHaveFocus();
    expect(screen.queryByText(/Space: play/)).not.toBeInTheDocument();
  });

  test('what has the focus keeps it', async () => {
    const remove = typeIn(document.createElement('button'));
    await showCard();
    expect(button('Play')).not.toHaveFocus();
    remove();
  });

  test.each([
    ['c', 'StartOutboundCall'],
    ['H', 'CompleteTask'],
  ])('%s is %s', async (key, action) => {
    const { invokeAction } = await showCard();
    await user().keyboard(key);
    expect(invokeAction.mock.calls.map(([name]) => name)).toEqual([action]);
  });

  test('L is "Try again later", Space plays from anywhere in the card', async () => {
    const audio = createAudio();
    const { client } = await showCard({ createAudio: () => audio });
    screen.getByRole('slider').focus();
    await user().keyboard(' ');
    expect(audio.play).toHaveBeenCalledTimes(1);
    await user().keyboard('l');
    expect(client.requeue).toHaveBeenCalledTimes(1);
  });

  test('keys do nothing while somebody types, with Ctrl, or where a button is disabled', async () => {
    const { invokeAction } = await showCard({ card: createCard({ callBlock: 'number-withheld' }) });
    await user().keyboard('c{Control>}h{/Control}');
    for (const tag of ['input', 'textarea']) {
      const remove = typeIn(document.createElement(tag));
      await user().keyboard('h');
      remove();
    }
    screen.getByRole('combobox', { name: 'Speed' }).focus();
    await user().keyboard('h');
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test('can be seen and switched off, also for the next card', async () => {
    const { invokeAction, container } = await showCard();
    expect(screen.getByText('Keyboard · Space: play · C: call · L: later · H: handled')).toBeVisible();
    expect(button('Mark as handled')).toHaveAttribute('aria-keyshortcuts', 'H');
    await user().click(button('Turn off: Keyboard'));
    await user().keyboard('h');
    expect(invokeAction).not.toHaveBeenCalled();
    expect(button('Mark as handled')).not.toHaveAttribute('aria-keyshortcuts');
    expect(readPreferences().hasShortcuts).toBe(false);
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('a supervisor who watches has no keys', async () => {
    await showCard({ isMonitoring: true, roles: 'supervisor' });
    expect(button('Play')).not.toHaveFocus();
    expect(screen.queryByText(/^Keyboard/)).not.toBeInTheDocument();
  });
});

test('the speed is remembered', async () => {
  window.localStorage.clear();
  const { unmount } = await showCard();
  await user().selectOptions(screen.getByLabelText('Speed'), '1.5');
  unmount();
  await showCard();
  expect(screen.getByLabelText('Speed')).toHaveValue('1.5');
  window.localStorage.clear();
});

test('who has listened is still said when the recording is deleted', async () => {
  const listenedBy = [{ worker: 'Sam', at: '2026-11-22T14:50:00Z' }];
  await showCard({ card: createCard({ listenedBy, recording: { state: 'deleted' } }) });
  expect(screen.getByRole('region')).toHaveTextContent('Listened: Sam');
});

test('"Mark as handled" without a connection says so, until there is one', async () => {
  const { dispatch } = await showCard();
  dispatch(
    actionStatusChanged({ taskSid: TASK_SID, action: 'complete', status: { step: 'failed', failure: 'offline' } }),
  );
  expect(screen.getByText('The task could not be completed. Try again. You appear to be offline.')).toBeVisible();
  dispatch(connectionRestored());
  expect(screen.queryByText(/could not be completed/)).not.toBeInTheDocument();
});

describe('polling the card', () => {
  test('shows the transcript without a reload, announces it once, and stops polling', async () => {
    const card = jest
      .fn()
      .mockResolvedValueOnce(createCard({ transcript: { state: 'pending' } }))
      .mockResolvedValue(createCard());
    await showCard({ client: { card } });
    await settle(5_100);
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent('this is Ana');
    expect(screen.getByText('The transcript has arrived.')).toHaveAttribute('role', 'status');
    await settle(10 * 60_000);
    expect(card).toHaveBeenCalledTimes(2);
  });

  test('when the transcript was there before, announces nothing', async () => {
    await showCard();
    expect(screen.queryByText('The transcript has arrived.')).not.toBeInTheDocument();
  });

  test('when a later fetch fails, keeps the card and says why', async () => {
    const card = jest
      .fn()
      .mockResolvedValueOnce(createCard({ transcript: { state: 'pending' } }))
      .mockImplementation(rejectWith('offline'));
    await showCard({ client: { card } });
    await settle(5_100);
    expect(screen.getByText('You appear to be offline.')).toBeInTheDocument();
    expect(button('Play')).toBeInTheDocument();
  });

  test('while the page is hidden, does not poll; when it is visible again, fetches at once', async () => {
    const card = jest.fn().mockResolvedValue(createCard({ transcript: { state: 'pending' } }));
    await showCard({ client: { card } });
    const visibility = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await settle(60_000);
    expect(card).toHaveBeenCalledTimes(1);
    visibility.mockRestore();
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await settle();
    expect(card).toHaveBeenCalledTimes(2);
  });

  test('polls less and less often, and stops when the card is closed', async () => {
    const card = jest.fn().mockResolvedValue(createCard({ transcript: { state: 'pending' } }));
    const { unmount } = await showCard({ client: { card } });
    await settle(60_000);
    const first = card.mock.calls.length;
    await settle(60_000);
    expect(first).toBeLessThanOrEqual(6);
    expect(card.mock.calls.length - first).toBe(2);
    unmount();
    await settle(10 * 60_000);
    expect(card.mock.calls.length - first).toBe(2);
  });

  test('when another task is selected, shows its card', async () => {
    const card = jest.fn(async (sid: string) => createCard({ transcript: { state: 'ready', text: `text of ${sid}` } }));
    const { showTask } = await showCard({ client: { card } });
    const other = `WT${'9'.repeat(32)}`;
    showTask(createTask({ taskSid: other, sid: `WR${'9'.repeat(32)}` }));
    await settle();
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent(`text of ${other}`);
  });
});

describe('when the card cannot be loaded', () => {
  test.each([
    ['twilio-unavailable', 'The voicemail service is not responding.'],
    ['offline', 'You appear to be offline.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
    ['not-yours', 'This task is no longer assigned to you.'],
    ['not-configured', 'The voicemail service is not set up completely. Ask an administrator.'],
  ] as const)('on %s, says why and keeps number, transcript and call button', async (code, expected) => {
    await showCard({ card: code });
    expect(screen.getByText(expected)).toBeInTheDocument();
    expect(screen.getByRole('group', { name: 'Transcript' })).toHaveTextContent('From the attributes.');
    expect(button('Call +1 555-123-4567')).toBeEnabled();
    expect(button('Call +1 555-123-4567')).toHaveAccessibleDescription(/was not checked/);
  });

  test('calls an unchecked number only after a question that names it', async () => {
    const { invokeAction, container } = await showCard({ card: 'twilio-unavailable' });
    await user().dblClick(button('Call +1 555-123-4567'));
    const question = screen.getByRole('alertdialog', { name: 'Call the unchecked number +1 555-123-4567?' });
    expect(question).toHaveAccessibleDescription(/was not checked: anyone may have changed it/);
    expect(invokeAction).not.toHaveBeenCalled();
    await user().click(within(question).getByRole('button', { name: 'Call +1 555-123-4567' }));
    expect(invokeAction.mock.calls).toEqual([
      ['StartOutboundCall', expect.objectContaining({ destination: '+15551234567' })],
    ]);
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test('repeated keys do not call an unchecked number', async () => {
    const { invokeAction } = await showCard({ card: 'twilio-unavailable' });
    await user().keyboard('ccc');
    expect(button('Do not call')).toHaveFocus();
    await user().keyboard('{Enter}');
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    expect(button('Call +1 555-123-4567')).toHaveFocus();
    await user().keyboard('c{Escape}');
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test('when the attributes change the number, the question about the old one closes', async () => {
    const { invokeAction, showTask } = await showCard({ card: 'twilio-unavailable' });
    await user().click(button('Call +1 555-123-4567'));
    act(() => showTask(createTask({}, { callBackData: { numberToCall: '+19005551234' } })));
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    act(() => showTask(createTask()));
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test('when the Functions answer meanwhile, the question closes and one click calls', async () => {
    const card = jest.fn().mockImplementationOnce(rejectWith('offline')).mockResolvedValue(createCard());
    const { invokeAction } = await showCard({ client: { card } });
    await user().click(button('Call +1 555-123-4567'));
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    await user().click(button('Call +1 555-123-4567'));
    expect(invokeAction).toHaveBeenCalledTimes(1);
  });

  test.each(['\u202e+15551234567', '+1555\u200b1234567', 'sip:+19005551234@example.com', '1900'])(
    'an unchecked number that is not written as one is not called: %j',
    async (numberToCall) => {
      await showCard({ card: 'twilio-unavailable', task: createTask({}, { callBackData: { numberToCall } }) });
      expect(button(/^Call/)).toBeDisabled();
      expect(button(/^Call/)).toHaveAccessibleDescription('This is not a phone number.');
    },
  );

  test('"Try again" fetches the card again', async () => {
    const card = jest.fn().mockImplementationOnce(rejectWith('timed-out')).mockResolvedValue(createCard());
    await showCard({ client: { card } });
    await user().click(button('Try again'));
    await settle();
    expect(screen.queryByText('The details could not be loaded.')).not.toBeInTheDocument();
    expect(button('Play')).toBeInTheDocument();
  });

  test('when the browser is online again, loads without a click', async () => {
    const card = jest.fn().mockImplementationOnce(rejectWith('offline')).mockResolvedValue(createCard());
    await showCard({ client: { card } });
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(button('Play')).toBeInTheDocument();
  });
});

describe('calling back', () => {
  test('on a double click, places one call and disables the button', async () => {
    const { invokeAction } = await showCard();
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
    ['special', { card: createCard({ callBlock: 'number-not-callable' }) }, /^This number cannot be called/],
    ['ours', { card: createCard({ callBlock: 'number-ours' }) }, /^This is one of your own numbers/],
    ['premium', { card: createCard({ callBlock: 'number-premium' }) }, /^Premium and shared-cost/],
    ['satellite', { card: createCard({ callBlock: 'number-satellite' }) }, /^Satellite phones/],
    ['high-cost', { card: createCard({ callBlock: 'number-high-cost' }) }, /disputed or high-cost/],
    ['no number', { card: createCard({ callBlock: 'number-not-a-number' }) }, /^This is not a phone number/],
  ] as [string, RenderOptions, RegExp][])(
    'when blocked (%s), disables the button and shows the reason beside it',
    async (_name, options, reason) => {
      await showCard(options);
      expect(button(/^Call/)).toBeDisabled();
      expect(document.getElementById(note(/^Call/)!)).toHaveTextContent(reason);
    },
  );

  test('never shows the placeholder digits of a withheld number', async () => {
    const { container } = await showCard({
      card: createCard({ callBlock: 'number-withheld', numberToCall: '+266696687' }),
      task: createTask({}, { name: '+266696687' }),
    });
    expect(container).not.toHaveTextContent('266696687');
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('Number withheld');
  });

  test('while a call is set up, does not offer a second one', async () => {
    const { setFlex } = await showCard();
    const call = createTask({ sid: 'WRcall', status: 'pending' }, { taskType: undefined, direction: 'outbound' });
    setFlex({ worker: { activity: { sid: 'WA1' }, tasks: new Map([['WRcall', call]]) } });
    expect(button(/^Call/)).toBeDisabled();
  });

  test('when Flex refuses the call, says so', async () => {
    await showCard({ invokeAction: jest.fn().mockRejectedValue(new Error('no device')) });
    await user().click(button(/^Call/));
    await settle();
    expect(screen.getByText('The call could not be placed. Try again.')).toBeInTheDocument();
    expect(button(/^Call/)).toBeEnabled();
  });

  test.each([
    [/^Call/, 'The call could not be placed. Try again. Another plugin in Flex may have stopped it.'],
    ['Mark as handled', 'The task could not be completed. Try again. Another plugin in Flex may have stopped it.'],
  ])('when another plugin stops %s, says so in one line', async (name, words) => {
    const stopped = new Error('Action X cancelled by before event');
    await showCard({ invokeAction: jest.fn().mockRejectedValue(stopped) });
    await user().click(button(name));
    await settle();
    expect(screen.getByText(words)).toBeInTheDocument();
    expect(button(name)).toBeEnabled();
  });
});

describe('a callback that must be confirmed', () => {
  const NUMBER = '+1 555-123-4567';
  const withState = (state: CallerConfirmation['state'], asksLeft = 3) =>
    createCard({ confirmation: { state, asksLeft, at: '2026-11-22T14:54:00Z' } });

  test('has the person asked in the place of the call, shows the answer, and then offers the call', async () => {
    const card = jest
      .fn()
      .mockResolvedValueOnce(withState('needed'))
      .mockResolvedValueOnce(withState('calling', 2))
      .mockResolvedValue(withState('confirmed', 2));
    const confirmCaller = jest.fn().mockResolvedValue({ confirmation: { state: 'calling', asksLeft: 2 } });
    const { invokeAction, container } = await showCard({ client: { card, confirmCaller } });
    expect(screen.queryByRole('button', { name: /^Call/ })).not.toBeInTheDocument();
    expect(button(`Ask ${NUMBER} to confirm`)).toHaveAccessibleDescription(/is not verified: an automated call/);
    await user().dblClick(button(`Ask ${NUMBER} to confirm`));
    await settle();
    expect(confirmCaller.mock.calls).toEqual([[TASK_SID, expect.stringMatching(/^voicemail-CA/)]]);
    expect(button(`Asking ${NUMBER} …`)).toBeDisabled();
    await settle(10_000);
    expect(screen.getByText('A callback was confirmed at this number.')).toHaveAttribute('role', 'status');
    const fetched = card.mock.calls.length;
    await settle(60_000);
    expect(card).toHaveBeenCalledTimes(fetched);
    await user().click(button(`Call ${NUMBER}`));
    expect(invokeAction.mock.calls).toEqual([
      ['StartOutboundCall', expect.objectContaining({ destination: '+15551234567' })],
    ]);
    jest.useRealTimers();
    expect(await findAxeViolations(container)).toEqual([]);
  });

  test.each([
    ['stays where it was', () => undefined, `Call ${NUMBER}`],
    ['is left where the agent has put it', () => button('Try again later').focus(), 'Try again later'],
  ])('the focus %s while the button was disabled', async (_what, act, focused) => {
    const card = jest.fn().mockResolvedValueOnce(withState('needed')).mockResolvedValue(withState('confirmed', 2));
    const confirmCaller = jest.fn().mockResolvedValue({ confirmation: { state: 'calling', asksLeft: 2 } });
    await showCard({ client: { card, confirmCaller } });
    await user().click(button(`Ask ${NUMBER} to confirm`));
    await settle();
    // Browsers take the focus from a disabled button; jsdom leaves it there.
    const other = document.body.appendChild(document.createElement('button'));
    other.focus();
    other.remove();
    act();
    await settle(10_000);
    expect(button(focused)).toHaveFocus();
  });

  test('the key of the call has the person asked', async () => {
    const confirmCaller = jest.fn().mockResolvedValue({ confirmation: { state: 'calling', asksLeft: 2 } });
    const { invokeAction } = await showCard({ card: withState('needed'), client: { confirmCaller } });
    await user().keyboard('cc');
    expect(confirmCaller).toHaveBeenCalledTimes(1);
    expect(invokeAction).not.toHaveBeenCalled();
  });

  test.each([
    ['declined', 2, 'A callback was declined at this number.'],
    ['unanswered', 0, 'Nobody confirmed, and no further call may ask.'],
  ] as const)('when %s with %d asks left, offers no call but all else', async (state, asksLeft, words) => {
    await showCard({ card: withState(state, asksLeft) });
    expect(button(`Call ${NUMBER}`)).toBeDisabled();
    expect(button(`Call ${NUMBER}`)).toHaveAccessibleDescription(words);
    expect(button('Try again later')).toBeEnabled();
    expect(button('Mark as handled')).toBeEnabled();
  });

  test('when nobody has answered, the person can be asked again', async () => {
    const confirmCaller = jest.fn().mockResolvedValue({ confirmation: { state: 'calling', asksLeft: 0 } });
    await showCard({ card: withState('unanswered', 1), client: { confirmCaller } });
    await user().click(button(`Ask ${NUMBER} again`));
    await settle();
    expect(button(`Asking ${NUMBER} …`)).toBeDisabled();
  });

  test('what forbids the call forbids asking, and says why', async () => {
    await showCard({ card: { ...withState('needed'), callBlock: 'number-premium' } });
    expect(button(`Ask ${NUMBER} to confirm`)).toBeDisabled();
    expect(button(`Ask ${NUMBER} to confirm`)).toHaveAccessibleDescription(/Premium/);
  });

  test.each([
    ['call-refused', 'That did not work. Twilio refused the call. Ask an administrator.'],
    ['too-many-requests', 'That did not work. That was done too often within an hour. Try again later.'],
    ['offline', 'That did not work. You appear to be offline.'],
  ] as const)('when asking fails with %s, says so and fetches the card', async (code, words) => {
    const card = jest.fn().mockResolvedValue(withState('needed'));
    await showCard({ client: { card, confirmCaller: jest.fn(rejectWith(code)) } });
    await user().click(button(`Ask ${NUMBER} to confirm`));
    await settle();
    expect(screen.getByText(words)).toBeInTheDocument();
    expect(card).toHaveBeenCalledTimes(2);
    expect(button(`Ask ${NUMBER} to confirm`)).toBeEnabled();
  });
});

describe('the other actions', () => {
  test('on a double click on "Try again later", requeues once and says so', async () => {
    const { client } = await showCard();
    await user().dblClick(button('Try again later'));
    await settle();
    expect(client.requeue).toHaveBeenCalledTimes(1);
    expect(screen.getByText('It is back in the queue, to be tried again later.')).toBeInTheDocument();
    for (const name of [/^Call/, 'Try again later', 'Mark as handled']) expect(button(name)).toBeDisabled();
  });

  test.each([
    [{ attempts: 2, mayRequeue: false }, 'All 3 attempts are used: it cannot return to the queue.'],
    [{ attempts: 0, mayRequeue: false }, 'Putting it back in the queue is turned off.'],
  ])('disables requeueing for %j', async (change, reason) => {
    await showCard({ card: createCard(change) });
    expect(button('Try again later')).toBeDisabled();
    expect(document.getElementById(note('Try again later')!)).toHaveTextContent(reason);
  });

  test('when requeueing is turned off in Flex, does not offer it', async () => {
    await showCard({ config: { allowRequeue: false } });
    expect(screen.queryByRole('button', { name: 'Try again later' })).not.toBeInTheDocument();
  });

  test('when requeueing fails, says why and allows another try', async () => {
    await showCard({ client: { requeue: jest.fn(rejectWith('twilio-unavailable')) } });
    await user().click(button('Try again later'));
    await settle();
    expect(screen.getByText('That did not work. The voicemail service is not responding.')).toBeInTheDocument();
    expect(button('Try again later')).toBeEnabled();
  });

  test('"Mark as handled" completes the task', async () => {
    const { invokeAction } = await showCard();
    await user().click(button('Mark as handled'));
    expect(invokeAction).toHaveBeenCalledWith('CompleteTask', { sid: RESERVATION_SID });
  });

  test('deletes a recording only after confirmation, and says so', async () => {
    const { client, container } = await showCard({ roles: 'supervisor' });
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
    await waitFor(() =>
      expect(client.deleteRecording).toHaveBeenCalledWith(TASK_SID, expect.stringMatching(/^voicemail-CA/)),
    );
    expect(await screen.findByText('The recording and its transcript were deleted.')).toBeInTheDocument();
    expect(screen.getByRole('group', { name: 'Recording' })).toHaveTextContent('The recording was deleted.');
    expect(screen.queryByRole('button', { name: 'Play' })).not.toBeInTheDocument();
  });

  test('when deletion fails, says why and keeps the player', async () => {
    await showCard({ roles: 'supervisor', client: { deleteRecording: jest.fn(rejectWith('role-missing')) } });
    await user().click(button('Delete recording'));
    await user().click(button('Delete'));
    await settle();
    expect(screen.getByText('That did not work. This is for supervisors only.')).toBeInTheDocument();
    expect(button('Play')).toBeEnabled();
  });
});
