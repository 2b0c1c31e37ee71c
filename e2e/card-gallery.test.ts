import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { FlexApiErrorCode, VoicemailCard } from '../contract/src/flex-api';
import { createTranslator } from '../flex-plugin/src/strings/translator';
import type { Task } from '../sandbox/src/world/types';
import { axeViolations } from './support/axe';
import { openFlexBrowser } from './support/browser';
import { type FlexHarness, type StubResponse, startFlexHarness } from './support/flex-harness';
import { openFlex, waitForFlex } from './support/flex-page';
import { overflowsInSmallWindows } from './support/overflow';
import { reportPagesOnFailure } from './support/page-report';
import { sampleCases } from './support/sampling';

/**
 * Every state of the card in the real Flex: a screenshot in .screenshots/cards/, and axe's check including contrast, which
 * jsdom cannot compute. The Functions' responses are made up here; other tests check them. An ordinary run shows some of
 * the states, chosen by its seed; a soak run shows all.
 */
const STATES_PER_RUN = 8;
const LANGUAGES_PER_RUN = 1;
const LANGUAGES = ['es-ES', 'es-MX', 'pt-BR', 'th', 'zh-Hans'];

const root = path.resolve(__dirname, '..');
const shots = path.join(root, '.screenshots/cards');
const PLUGIN = path.join(root, 'flex-plugin/build/plugin-callback-and-voicemail-with-email.js');
const SOUND = readFileSync(path.join(root, 'flex-plugin/test/voicemail.mp3'));
const NUMBER = '+14155550123';
jest.setTimeout(600_000);

let harness: FlexHarness;
let context: BrowserContext;
let mailFolder: string;
const pages: Record<string, Page> = {};

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  mailFolder = mkdtempSync(path.join(os.tmpdir(), 'card-gallery-'));
  [harness, context] = await Promise.all([startFlexHarness(mailFolder, [PLUGIN]), openFlexBrowser()]);
  reportPagesOnFailure(context);
  for (const key of ['sam', 'sue']) {
    const { page } = await openFlex(context, harness.desk(key));
    pages[key] = page;
  }
});
afterAll(async () => {
  await context?.close();
  await harness?.close();
  rmSync(mailFolder, { recursive: true, force: true });
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const voicemail = (change: Partial<VoicemailCard> = {}): VoicemailCard => ({
  voicemail_id: `voicemail-CA${'e'.repeat(32)}-1`,
  taskType: 'voicemail',
  numberToCall: NUMBER,
  numberToCallFrom: '+12025550101',
  numberToCallText: '+1 415 555 0123',
  numberToCallFromText: '+1 202 555 0101',
  callerName: 'Ana Ruiz',
  queue: 'Support',
  receivedAt: minutesAgo(14),
  waitingSince: minutesAgo(20),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  attempts: 0,
  maxAttempts: 3,
  mayRequeue: true,
  recording: { state: 'ready', seconds: 9 },
  transcript: {
    state: 'ready',
    text: 'Hi, this is Ana, I am calling about my order from Monday. Please call me back.',
  },
  email: { state: 'sent', recipients: 3, sentAt: minutesAgo(14), delivered: 3 },
  listenedBy: [],
  otherTasks: [],
  ...change,
});
const callback = (change: Partial<VoicemailCard> = {}) =>
  voicemail({
    ...{ taskType: 'callback', recording: { state: 'none' }, transcript: { state: 'none' } },
    email: { state: 'off', recipients: 0 },
    ...change,
  });
const refusal = (status: number, code: FlexApiErrorCode): StubResponse => ({
  status,
  body: JSON.stringify({ code, message: code, advice: '' }),
});
const sound = (fields: URLSearchParams): StubResponse => {
  const start = Number(fields.get('Start'));
  const bytes = SOUND.subarray(start, start + Number(fields.get('Length')));
  return {
    status: 206,
    headers: {
      'Content-Type': 'audio/mpeg',
      'Content-Range': `bytes ${start}-${start + bytes.length - 1}/${SOUND.length}`,
    },
    body: bytes,
  };
};

interface State {
  card: VoicemailCard | StubResponse | 'never';
  audio?: StubResponse | 'never';
  requeue?: StubResponse | 'never';
  who?: 'sue';
  activity?: string;
  notAccepted?: true;
  /** Of the window, where it matters. */
  size?: { width: number; height: number };
  /** What the agent does first. */
  act?: (page: Page) => Promise<void>;
  /** What is there to be read then. */
  says: string | RegExp;
}
const press = (name: string | RegExp) => (page: Page) => card(page).getByRole('button', { name }).click();
const long = `${'I have called three times about the order I placed on Monday and nobody could tell me where it is. '.repeat(6)}Thank you.`;

const STATES: Record<string, State> = {
  voicemail: { card: voicemail(), says: 'No one has listened yet' },
  'voicemail-offered': {
    card: voicemail(),
    notAccepted: true,
    says: 'Accept the task to see the details and act on it.',
  },
  // A laptop's window: "Call" is in sight without scrolling.
  'voicemail-in-a-small-window': {
    card: voicemail({ transcript: { state: 'ready', text: `${'I am calling about my order. '.repeat(5)}` } }),
    size: { width: 1024, height: 700 },
    act: async (page) => {
      const box = await card(page)
        .getByRole('button', { name: /^Call / })
        .boundingBox();
      expect((box?.y ?? 700) + (box?.height ?? 0)).toBeLessThanOrEqual(700);
    },
    says: 'Call +1 415-555-0123',
  },
  'shortcuts-off': { card: voicemail(), act: press(/^Turn off: Keyboard/), says: 'Keyboard · off' },
  callback: { card: callback(), says: 'Call +1 415-555-0123' },
  loading: { card: 'never', says: 'Ana Ruiz' },
  'taken-from-the-email': {
    card: voicemail({ takenFromEmail: { by: 'Ada Jones', at: minutesAgo(2) } }),
    says: /^Taken by Ada Jones from the email/,
  },
  'busy-caller': {
    card: voicemail({
      attempts: 1,
      listenedBy: [
        { worker: 'Sam Rivera', at: minutesAgo(3) },
        { worker: 'Ana Costa', at: minutesAgo(1) },
      ],
      otherTasks: [
        { taskSid: `WT${'1'.repeat(32)}`, taskType: 'callback', receivedAt: minutesAgo(90) },
        { taskSid: `WT${'2'.repeat(32)}`, taskType: 'voicemail', receivedAt: minutesAgo(1500) },
      ],
    }),
    says: /^2 more from this caller/,
  },
  'other-zone': { card: voicemail({ timeZone: 'Asia/Tokyo' }), says: /at the business \(Asia\/Tokyo\)/ },
  'transcript-pending': {
    card: voicemail({ transcript: { state: 'pending' } }),
    says: 'The transcript is on its way.',
  },
  'transcript-failed': { card: voicemail({ transcript: { state: 'failed' } }), says: /transcription failed/ },
  'transcript-long': { card: voicemail({ transcript: { state: 'ready', text: long } }), says: /^I have called/ },
  'transcript-whole': {
    card: voicemail({ transcript: { state: 'ready', text: long } }),
    act: press(/^more/),
    says: /Thank you\.$/,
  },
  'mail-pending': { card: voicemail({ email: { state: 'pending', recipients: 0 } }), says: 'The email is being sent' },
  'mail-off': { card: voicemail({ email: { state: 'off', recipients: 0 } }), says: 'Voicemails are not emailed' },
  'email-failed': {
    card: voicemail({ email: { state: 'failed', recipients: 3, problem: 'key-refused' } }),
    says: /not set up correctly/,
  },
  'mail-partly-delivered': {
    card: voicemail({
      email: {
        ...{ state: 'sent', recipients: 3, sentAt: minutesAgo(14), accepted: 2, refused: 1, waiting: 0 },
        refusedProblem: 'recipient-refused',
      },
    }),
    says: /^Emailed to 2 people .*ago · refused for 1: the email service rejected it/,
  },
  'mail-bounced': {
    card: voicemail({
      email: {
        state: 'sent',
        recipients: 3,
        sentAt: minutesAgo(14),
        delivered: 2,
        bounced: 1,
        bounceReason: 'user over quota',
      },
    }),
    says: 'Not delivered to 1 of 3: user over quota',
  },
  'mail-held': {
    card: voicemail({ email: { state: 'pending', recipients: 0, summaryAt: minutesAgo(-25) } }),
    says: /^The email waits until .* for other voicemails of this caller/,
  },
  'mail-summarized-later': {
    card: voicemail({ email: { state: 'summarized', recipients: 0, summaryAt: minutesAgo(-25) } }),
    says: /^In one email with others, at /,
  },
  'mail-summarized': {
    card: voicemail({ email: { state: 'summarized', recipients: 0, summaryAt: minutesAgo(5), others: 12 } }),
    says: /^In one email with 12 others, at /,
  },
  'mail-that-sums-up': {
    card: voicemail({ email: { state: 'sent', recipients: 3, sentAt: minutesAgo(5), delivered: 3, others: 12 } }),
    says: /In one email with 12 others, at /,
  },
  playing: {
    card: voicemail(),
    act: async (page) => {
      await press('Play')(page);
      await page.waitForFunction(
        () => Number(document.querySelector('[role=slider]')?.getAttribute('aria-valuenow') ?? 0) >= 3,
      );
      await press('Pause')(page);
    },
    says: /^0:0[2-9] \/ 0:09$/,
  },
  'sound-loading': {
    card: voicemail(),
    audio: 'never',
    act: async (page) => {
      await press('Play')(page);
      await card(page).locator('title', { hasText: 'Loading the recording' }).waitFor({ state: 'attached' });
    },
    says: '0:00 / 0:09',
  },
  'sound-failed': {
    card: voicemail(),
    audio: refusal(502, 'failed'),
    act: press('Play'),
    says: /The recording could not be loaded/,
  },
  'sound-deleted': { card: voicemail({ recording: { state: 'deleted' } }), says: 'The recording was deleted.' },
  'sound-none': { card: voicemail({ recording: { state: 'none' } }), says: 'The caller left no recording.' },
  'details-failed': { card: refusal(500, 'failed'), says: 'The details could not be loaded.' },
  'session-ended': { card: refusal(401, 'token-invalid'), says: 'Your session has ended. Sign in to Flex again.' },
  withheld: {
    card: voicemail({ numberToCall: '+266696687', callBlock: 'number-withheld', callerName: undefined }),
    says: 'The number is withheld and cannot be called.',
  },
  'country-not-allowed': {
    card: callback({
      numberToCall: '+442079460123',
      numberToCallText: '+44 20 7946 0123',
      callBlock: 'number-country-not-allowed',
    }),
    says: 'Calls to this country are not allowed.',
  },
  'no-attempts-left': { card: callback({ attempts: 2, mayRequeue: false }), says: /All 3 attempts are used/ },
  'requeue-off': { card: callback({ mayRequeue: false }), says: 'Putting it back in the queue is turned off.' },
  'confirm-needed': {
    card: callback({ callerVerdict: 'failed', confirmation: { state: 'needed', asksLeft: 3 } }),
    says: /^The caller’s number is not verified/,
  },
  'confirm-asking': {
    card: callback({ confirmation: { state: 'calling', asksLeft: 2, at: minutesAgo(0) } }),
    says: 'An automated call asks whether a callback is wanted.',
  },
  'confirm-confirmed': {
    card: callback({ confirmation: { state: 'confirmed', asksLeft: 2, at: minutesAgo(0) } }),
    says: 'A callback was confirmed at this number.',
  },
  'confirm-declined': {
    card: callback({ confirmation: { state: 'declined', asksLeft: 2, at: minutesAgo(1) } }),
    says: 'A callback was declined at this number.',
  },
  'confirm-unanswered': {
    card: voicemail({ confirmation: { state: 'unanswered', asksLeft: 1, at: minutesAgo(1) } }),
    says: 'Nobody confirmed a callback at this number.',
  },
  'putting-back': {
    card: callback(),
    requeue: 'never',
    act: press('Try again later'),
    says: 'Putting it back in the queue …',
  },
  'put-back-failed': {
    card: callback(),
    requeue: refusal(502, 'failed'),
    act: press('Try again later'),
    says: /That did not work/,
  },
  'agent-offline': { card: callback(), activity: 'Offline', says: /You are offline in Flex/ },
  supervisor: { card: voicemail(), who: 'sue', says: 'Delete recording' },
  'supervisor-asks': { card: voicemail(), who: 'sue', act: press('Delete recording'), says: 'Delete this recording?' },
};

const card = (page: Page) => page.getByRole('region', { name: /^(Voicemail|Callback)$/ });

/** Flex fades its panels in; axe must not check the contrast of half-faded text. */
const waitForFadeIn = (page: Page) =>
  page.waitForFunction(() => {
    let element = document.querySelector('[data-paste-element="CALLBACK_AND_VOICEMAIL_EMAIL_CARD"]');
    for (; element !== null; element = element.parentElement)
      if (getComputedStyle(element).opacity !== '1') return false;
    return true;
  });

/** `never`: no response. */
const toStubResponse = (what: VoicemailCard | StubResponse | 'never'): StubResponse | undefined =>
  what === 'never' ? undefined : 'body' in what ? what : { body: JSON.stringify(what) };

/** The task of such a card, offered to available workers. */
function makeTask(shown: VoicemailCard): Task {
  const { tasks, workflows } = harness.world;
  return tasks.create({
    workflowSid: [...workflows.keys()][0]!,
    taskChannel: 'voice',
    attributes: JSON.stringify({
      ...{ taskType: shown.taskType, direction: 'inbound' },
      ...{ name: shown.callerName ?? shown.numberToCallText, from: shown.numberToCall, to: shown.numberToCallFrom },
      callBackData: {
        ...{ numberToCall: shown.numberToCall, numberToCallFrom: shown.numberToCallFrom, attempts: shown.attempts },
        ...{ utcDateTimeReceived: shown.receivedAt, mainTimeZone: shown.timeZone, isDeleted: false },
      },
      callback_and_voicemail: {
        voicemail_id: shown.voicemail_id,
        queue: shown.queue,
        ...(shown.callBlock === 'number-withheld' ? { withheld_number: true } : {}),
      },
    }),
  });
}

/** Ends the task in any state, so that the next test starts without tasks. */
async function clear(task: Task, identity: string, page: Page): Promise<void> {
  const { taskRouter, tasks } = harness.world;
  const open = taskRouter.reservations({ task }).find(({ status }) => status === 'pending' || status === 'accepted');
  if (open?.status === 'accepted') tasks.update(task.sid, { assignmentStatus: 'completed' });
  else if (task.assignmentStatus !== 'completed') tasks.update(task.sid, { assignmentStatus: 'canceled' });
  taskRouter.setActivity(harness.desk(identity).worker, 'Offline');
  await page.getByText('No active tasks').waitFor();
}

/** A picture of the card, and what axe finds wrong with it. */
async function checkState(page: Page, name: string): Promise<string[][]> {
  await waitForFadeIn(page);
  const isSmall = page.viewportSize()?.width === 1024;
  const clip = isSmall ? undefined : { x: 372, y: 52, width: 336, height: 808 };
  await page.screenshot({ path: path.join(shots, `${name}.png`), clip });
  expect(await overflowsInSmallWindows(page, '[data-paste-element="CALLBACK_AND_VOICEMAIL_EMAIL_CARD"]', name)).toEqual(
    [],
  );
  return axeViolations(page, 'CALLBACK_AND_VOICEMAIL_EMAIL_CARD');
}

/** In every run: the only place that measures where "Call" is in a laptop's window. */
const ALWAYS = 'voicemail-in-a-small-window';
const states = Object.entries(STATES);
const shown = [
  ...states.filter(([name]) => name === ALWAYS),
  ...sampleCases(
    states.filter(([name]) => name !== ALWAYS),
    STATES_PER_RUN - 1,
    'card states',
  ),
];

test.each(shown)('%s', async (name, state) => {
  const {
    who: identity = 'sam',
    card: answer,
    audio,
    requeue,
    activity = 'Available',
    act,
    says: expectedText,
  } = state;
  const page = pages[identity]!;
  harness.functions.respond = (functionName, fields) => {
    if (functionName === 'voicemail') return toStubResponse(answer);
    if (functionName === 'voicemail-audio') return audio === undefined ? sound(fields) : toStubResponse(audio);
    if (functionName === 'requeue-callback') return requeue && toStubResponse(requeue);
    return { body: '{"ok":true}' };
  };
  const { taskRouter } = harness.world;
  taskRouter.setActivity(harness.desk(identity).worker, 'Available');
  const task = makeTask(typeof answer === 'object' && 'taskType' in answer ? answer : voicemail());
  try {
    await page.bringToFront();
    if (state.size !== undefined) await page.setViewportSize(state.size);
    await page.locator('.Twilio-TaskListBaseItem').first().click();
    if (state.notAccepted) await page.getByText('Info', { exact: true }).first().click();
    else await page.locator('button[aria-label^="Accept"]').first().click();
    await card(page).waitFor();
    if (activity !== 'Available') taskRouter.setActivity(harness.desk(identity).worker, activity);
    await act?.(page);
    await card(page).getByText(expectedText).first().waitFor();
    expect(await checkState(page, name)).toEqual([]);
  } finally {
    // What was chosen in this browser holds for the next card.
    await page.evaluate(() => window.localStorage.removeItem('callback-and-voicemail-preferences'));
    await page.setViewportSize({ width: 1360, height: 860 });
    await clear(task, identity, page);
  }
});

test.each(sampleCases(LANGUAGES, LANGUAGES_PER_RUN, 'card languages'))(
  'in the language of Flex: %s',
  async (locale) => {
    // One page for all: it has compiled Flex's 17 MB of scripts already.
    pages.ana ??= await context.newPage();
    const page = pages.ana;
    await page.goto(`${harness.desk('ana').origin}/?language=${locale}`);
    await waitForFlex(page);
    harness.functions.respond = (functionName) =>
      toStubResponse(functionName === 'voicemail' ? voicemail() : { body: '{"ok":true}' });
    harness.world.taskRouter.setActivity(harness.desk('ana').worker, 'Available');
    const task = makeTask(voicemail());
    try {
      await page.locator('button[aria-label^="Accept"]').first().click();
      const words = createTranslator(locale);
      const region = page.locator('[data-paste-element="CALLBACK_AND_VOICEMAIL_EMAIL_CARD"]');
      await region.getByText(words.t('NotListened')).waitFor();
      await region.getByRole('button', { name: words.t('Call', { number: '+1 415-555-0123' }) }).waitFor();
      expect(await checkState(page, `voicemail-${locale}`)).toEqual([]);
    } finally {
      await clear(task, 'ana', page);
    }
  },
);
