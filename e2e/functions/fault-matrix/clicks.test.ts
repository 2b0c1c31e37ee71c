import type { EmailSettingsResponse } from '@callback-and-voicemail/contract';
import {
  conflictFaults,
  dieAtRequest,
  type FaultMode,
  type FaultTarget,
  faultTargets,
  WRITE_FAULTS,
} from '../../support/fault-modes';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';
import { sampleCases } from '../../support/sampling';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';

afterEach(closeHarnesses);

/**
 * Each write of each click of an agent or supervisor, failing in each way, and what people do next. The writes are not
 * listed: those of a click without a fault fail one after the other. "Mark as handled" and "Call back" are Flex's own
 * actions in the browser: none of the Functions takes part.
 */
interface Click {
  name: string;
  /** Brings about what is clicked on, in the n-th case of a harness. */
  prepare(stage: Stage, n: number): Promise<Clicked>;
}
interface Clicked {
  click(): Promise<Reply>;
  /** What the plugin does about an answer. */
  react?(answer: Reply): void;
  /** Somebody else does something with the same thing. */
  interfere?(): Promise<void>;
  /** What is wrong directly after these answers. */
  problemsAtOnce?(answers: readonly Reply[]): Promise<string[]>;
  /** What is wrong once everything has had time to be put right. */
  problems(answers: readonly Reply[]): Promise<string[]>;
  /** In the end an agent handles what they hold. */
  handle?(): Promise<void>;
  /** What is wrong after that. */
  problemsWhenHandled?(): Promise<string[]>;
}
interface Reply {
  status: number;
  body: Record<string, unknown>;
  /** The process died, so the user got no answer. */
  isLost?: true;
}
interface Stage {
  harness: Harness;
  sue: { token: string };
  ada: { token: string };
}

const callerNumber = (n: number) => `+1202555${2000 + n}`;
const isOk = ({ status, isLost }: Reply) => status < 300 && isLost !== true;
const OPEN = ['pending', 'reserved', 'assigned', 'wrapping'];

async function ask(harness: Harness, page: string, { token }: { token: string }, params: Record<string, string>) {
  const answer = await harness.postFlex(page, token, params);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown> };
}

const entryIdOf = ({ attributes }: { attributes: Record<string, unknown> }) =>
  (attributes.callback_and_voicemail as { voicemail_id: string }).voicemail_id;
const tasksOf = (harness: Harness, id: string) => harness.productTasks().filter((task) => entryIdOf(task) === id);
const openTasksOf = (harness: Harness, id: string) =>
  tasksOf(harness, id).filter(({ assignmentStatus }) => OPEN.includes(assignmentStatus));

interface TaskStep {
  state: string;
  sid?: string;
  closed?: true;
}
const taskStep = async (harness: Harness, id: string) => ((await harness.document(id)) as { task: TaskStep }).task;

/** A callback in line, made by another program. */
async function createCallback(harness: Harness, n: number) {
  const params = {
    numberToCall: callerNumber(n),
    numberToCallFrom: harness.numbers.support,
    idempotencyKey: `key ${n}`,
  };
  expect((await harness.post('studio/create-callback', params)).status).toBe(200);
  const task = harness.productTasks().at(-1)!;
  return { sid: task.sid, id: entryIdOf(task) };
}

async function leaveVoicemail(harness: Harness, n: number) {
  const caller = await harness.dial({ to: harness.numbers.voicemail, from: callerNumber(n) });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(20_000);
  const id = `voicemail-${caller.sid}-1`;
  return { id, sid: tasksOf(harness, id)[0]!.sid };
}

/** One task for what was promised, and the entry knows it. */
async function problemsOfOneTask(harness: Harness, id: string): Promise<string[]> {
  const open = openTasksOf(harness, id);
  const step = await taskStep(harness, id);
  if (open.length !== 1) return [`${open.length} open tasks, the entry's task is ${step.state}`];
  return step.sid === open[0]!.sid ? [] : [`the entry has another task (${step.state})`];
}

/** An agent handles what they hold: nothing is left of it. */
function handling(harness: Harness, id: string): Pick<Clicked, 'handle' | 'problemsWhenHandled'> {
  let wasHandled = false;
  return {
    async handle() {
      for (const { sid, assignmentStatus } of openTasksOf(harness, id)) {
        if (assignmentStatus !== 'assigned') continue;
        wasHandled = true;
        harness.world.tasks.update(sid, { assignmentStatus: 'completed' });
      }
    },
    async problemsWhenHandled() {
      if (!wasHandled) return [];
      const step = await taskStep(harness, id);
      const open = openTasksOf(harness, id).length;
      return open === 0 && step.closed ? [] : [`handled, and ${open} tasks are open; the entry says ${step.state}`];
    },
  };
}

const ruleSet = (name: string) => ({
  version: 1,
  rules: [{ id: 'a', recipients: [{ address: `${name}@example.com` }] }],
});
async function readPanel({ harness, sue }: Stage): Promise<EmailSettingsResponse> {
  const { status, body } = await ask(harness, 'email-settings', sue, {});
  expect(status).toBe(200);
  return body as unknown as EmailSettingsResponse;
}
function save(stage: Stage, by: { token: string }, from: EmailSettingsResponse, name: string) {
  const Settings = JSON.stringify({ ...from.settings, organization: name });
  const fields = { Action: 'save', Settings, Rules: JSON.stringify(ruleSet(name)), Revision: from.revision };
  return ask(stage.harness, 'email-settings', by, fields);
}

/** Saves made from the same revision; what was answered as saved last is what applies. */
async function prepareSave(stage: Stage, n: number): Promise<Clicked> {
  const { harness, ada } = stage;
  const before = await readPanel(stage);
  const own = `own${n}`;
  const others = `others${n}`;
  let isOthersSaved = false;
  return {
    click: () => save(stage, stage.sue, before, own),
    async interfere() {
      const now = await readPanel(stage);
      isOthersSaved = isOk(await save(stage, ada, now, others));
    },
    async problems(answers) {
      // The rules of a save that failed are gone by then.
      await harness.advance(25 * 60 * 60_000);
      const ada2 = harness.signIn(`ada ${n}`, ['supervisor'], 'Offline');
      const { settings, rules, source } = await readPanel({ ...stage, sue: ada2 });
      stage.sue = harness.signIn(`sue ${n}`, ['supervisor'], 'Offline');
      stage.ada = ada2;
      const problems: string[] = [];
      const name = settings.organization ?? '';
      if (source === 'corrupt') problems.push('what is stored cannot be read');
      const isChanged = name !== (before.settings.organization ?? '');
      const [recipient] = rules.rules[0]?.recipients ?? [];
      if (isChanged && recipient?.address !== `${name}@example.com`) problems.push(`${name} with other rules`);
      if (isOthersSaved && name !== others) problems.push(`${others} was saved, and ${name} applies`);
      const isSaid = answers.some(isOk);
      if (isSaid && !isOthersSaved && name !== own) problems.push(`${own} was said to be saved, and ${name} applies`);
      const last = answers.at(-1)!;
      if (name === own && !isSaid && /Nothing was changed/.test(String(last.body.advice)))
        problems.push('said that nothing was changed, and it was saved');
      return problems;
    },
  };
}

const CLICKS: Click[] = [
  {
    name: 'Try again later',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await createCallback(harness, n);
      harness.world.tasks.update(sid, { assignmentStatus: 'assigned' });
      const isSaid = (reply: Reply) => isOk(reply) || (!reply.isLost && reply.body.code === 'already-requeued');
      return {
        click: () => ask(harness, 'requeue-callback', sue, { TaskSid: sid, Voicemail: id }),
        react(reply) {
          // The plugin ends the agent's task as well.
          if (isSaid(reply) && harness.task(sid).assignmentStatus === 'assigned')
            harness.world.tasks.update(sid, { assignmentStatus: 'completed' });
        },
        async problems(answers) {
          const problems = await problemsOfOneTask(harness, id);
          const [task] = openTasksOf(harness, id);
          const isBack = task !== undefined && task.sid !== sid;
          if (answers.some(isSaid) && !isBack) problems.push('said to be put back, and it is not');
          if (!answers.some(isSaid) && isBack && answers.every(({ isLost }) => !isLost))
            problems.push('said not to be put back, and it is');
          const { attempts } = (task?.attributes.callBackData ?? {}) as { attempts?: number };
          if (task && attempts !== (isBack ? 1 : 0)) problems.push(`${attempts} attempts`);
          return problems;
        },
        ...handling(harness, id),
      };
    },
  },
  {
    name: 'Put back in line, a lost task',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await createCallback(harness, n);
      harness.world.tasks.remove(sid);
      await harness.runOutboxSweep();
      expect((await taskStep(harness, id)).state).toBe('lost');
      return {
        click: () => ask(harness, 'restore-task', sue, { Voicemail: id }),
        async problems(answers) {
          const { state } = await taskStep(harness, id);
          // A supervisor still sees it as lost.
          if (!answers.some(isOk) && state === 'lost' && openTasksOf(harness, id).length === 0) return [];
          return problemsOfOneTask(harness, id);
        },
      };
    },
  },
  {
    name: 'Put back in line, a held task',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await createCallback(harness, n);
      harness.world.tasks.update(sid, { assignmentStatus: 'assigned' });
      return {
        click: () => ask(harness, 'restore-task', sue, { Voicemail: id }),
        async problems(answers) {
          const problems = await problemsOfOneTask(harness, id);
          if (answers.some(isOk) && openTasksOf(harness, id)[0]?.sid === sid)
            problems.push('said to be put back, and it is not');
          return problems;
        },
        ...handling(harness, id),
      };
    },
  },
  {
    name: 'Delete',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await leaveVoicemail(harness, n);
      const { recording } = (await harness.document(id)) as { recording: { recordingSid: string } };
      const { recordingSid } = recording;
      const isAtTwilio = () =>
        harness.recordings().some((one) => one.sid === recordingSid) || harness.transcriptions(recordingSid).length > 0;
      const problemsNow = async (isSaid: boolean) => {
        const problems: string[] = [];
        const entry = (await harness.document(id)) as { recording: { state: string }; transcript: { state: string } };
        const isDeleted = entry.recording.state === 'deleted';
        if (isSaid && !isDeleted) problems.push(`said to be deleted, and the entry says ${entry.recording.state}`);
        if (isSaid && isAtTwilio()) problems.push('said to be deleted, and Twilio has it');
        if (isDeleted && entry.transcript.state !== 'none') problems.push('its transcript is kept');
        return problems;
      };
      return {
        click: () => ask(harness, 'delete-voicemail', sue, { TaskSid: sid }),
        problemsAtOnce: (answers) => problemsNow(answers.some(isOk)),
        async problems(answers) {
          const problems = await problemsNow(answers.some(isOk));
          const { state } = ((await harness.document(id)) as { recording: { state: string } }).recording;
          const has = harness.recordings().some((one) => one.sid === recordingSid);
          if (has !== (state === 'completed')) problems.push(`the entry says ${state}; at Twilio: ${has}`);
          const { callBackData } = harness.task(sid).attributes;
          const isShown = /transcriptText|recordingSid/.test(JSON.stringify(callBackData));
          if (isShown !== has) problems.push(`on the task: ${isShown}; at Twilio: ${has}`);
          return problems.concat(await problemsOfOneTask(harness, id));
        },
      };
    },
  },
  { name: 'Save, the first time', prepare: prepareSave },
  {
    name: 'Save',
    async prepare(stage, n) {
      const { settings } = await readPanel(stage);
      if (settings.saved === undefined && n === 0) await save(stage, stage.sue, await readPanel(stage), 'start');
      return prepareSave(stage, n);
    },
  },
  ...['one', 'all'].map(
    (which): Click => ({
      name: `Send again, ${which}`,
      async prepare({ harness, sue }, n) {
        const removeFault = harness.injectFault({
          host: 'api.mailgun.net',
          method: 'POST',
          kind: 'status',
          status: 400,
        });
        const { id } = await leaveVoicemail(harness, n);
        removeFault();
        const step = async () =>
          ((await harness.document(id)) as { email: { state: string; lastError?: string } }).email;
        expect((await step()).state).toBe('failed');
        const name = `-0${callerNumber(n).slice(-3)}`;
        const copies = async () =>
          (await harness.mails()).filter(({ header }) => header('message-id')?.includes(id)).length;
        return {
          click: () => ask(harness, 'email-resend', sue, which === 'all' ? { All: 'true' } : { Voicemail: id }),
          async problems(answers) {
            const { state, lastError } = await step();
            const sent = await copies();
            const problems: string[] = [];
            if (sent > 1) problems.push(`${name}: ${sent} mails`);
            if ((state === 'sent') !== (sent === 1)) problems.push(`the entry says ${state}, and ${sent} mails`);
            if (state !== 'sent' && lastError === undefined) problems.push(`${state} without a reason`);
            const isSaid = answers.some((reply) => isOk(reply) && reply.body.sent === 1);
            if (isSaid && sent !== 1) problems.push(`said to be sent, and ${sent} mails`);
            const isQueued = answers.some((reply) => isOk(reply) && reply.body.queued === 1);
            if (isQueued && sent !== 1) problems.push(`said to be sent soon, and ${sent} mails`);
            return problems;
          },
        };
      },
    }),
  ),
  {
    name: 'Send a test mail',
    async prepare({ harness }, n) {
      const address = `test${n}@example.com`;
      // Each supervisor may send five an hour.
      await harness.advance(20 * 60_000);
      const sue = harness.signIn(`sue ${n}`, ['supervisor'], 'Offline');
      return {
        click: () => ask(harness, 'email-test', sue, { Address: address }),
        async problems(answers) {
          const sent = (await harness.mails()).filter(({ to }) => to.join().includes(address)).length;
          const said = answers.filter(isOk).length;
          const isOpen = ({ body, isLost }: Reply) =>
            isLost === true || (body.provider as { problem?: string } | undefined)?.problem === 'unreachable';
          const most = said + answers.filter(isOpen).length;
          return sent >= said && sent <= most
            ? []
            : [`${said} of ${answers.length} said to be sent, and ${sent} mails`];
        },
      };
    },
  },
  {
    name: 'opening the card',
    async prepare(stage, n) {
      const { harness } = stage;
      const { sid, id } = await createCallback(harness, n);
      const sam = harness.signIn(`sam ${n}`);
      await harness.advance(1_000);
      harness.accept(sam, sid);
      return {
        click: () => ask(harness, 'voicemail', sam, { TaskSid: sid }),
        async problems(answers) {
          harness.world.taskRouter.setActivity(sam.sid, 'Offline');
          const wrong = answers.filter((reply) => !reply.isLost && !isOk(reply));
          return [...wrong.map(({ status }) => `answered ${status}`), ...(await problemsOfOneTask(harness, id))];
        },
        ...handling(harness, id),
      };
    },
  },
  {
    name: 'listening to the message',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await leaveVoicemail(harness, n);
      return {
        click: () => ask(harness, 'voicemail-audio', sue, { TaskSid: sid, Start: '0' }),
        async problems(answers) {
          const { listenedBy = [] } = (await harness.document(id)) as { listenedBy?: unknown[] };
          const wrong = answers.filter((reply) => !reply.isLost && !isOk(reply));
          const problems = wrong.map(({ status }) => `answered ${status}`);
          if (listenedBy.length > 1) problems.push(`${listenedBy.length} listeners`);
          return problems.concat(await problemsOfOneTask(harness, id));
        },
      };
    },
  },
];

/** What people and sweeps do between the failure and the end. */
const NEXT: [string, (clicked: Clicked, harness: Harness, again: () => Promise<void>) => Promise<void>][] = [
  ['nobody clicks again', async () => undefined],
  ['clicked again at once', (_clicked, _harness, again) => again()],
  [
    'a sweep, then clicked again',
    async (_clicked, harness, again) => {
      await harness.advance(16_000);
      await harness.runOutboxSweep();
      await again();
    },
  ],
  [
    'somebody else, then clicked again',
    async ({ interfere }, _harness, again) => {
      await interfere?.();
      await again();
    },
  ],
];

type Strike = (harness: Harness, target: FaultTarget) => () => void;
const DEATHS: [string, Strike][] = [
  ['dies before it', (harness, target) => dieAtRequest(harness, target, false)],
  ['dies after it', (harness, target) => dieAtRequest(harness, target, true)],
];
const strikes =
  (how: FaultMode, times: number | undefined): Strike =>
  (harness, { match }) =>
    harness.injectFault({ ...match, ...how, times });
const isRepeated = ({ kind, status }: FaultMode) => kind === 'status' && (status === 429 || status === 503);

/** Once, and where the client tries again, as often as it does. */
function strikesOn(target: FaultTarget): [string, Strike][] {
  const faults = [...WRITE_FAULTS, ...conflictFaults(target)];
  return [
    ...faults.flatMap(([name, how]): [string, Strike][] => [
      [name, strikes(how, 1)],
      ...(isRepeated(how) ? [[`${name} twice`, strikes(how, 2)] as [string, Strike]] : []),
      ...(how.kind === 'status' ? [[`${name} until it is over`, strikes(how, undefined)] as [string, Strike]] : []),
    ]),
    ...DEATHS,
  ];
}

const isWrite = ({ method, host, path }: { method: string; host: string; path: string }) =>
  method !== 'GET' && !(host === 'iam.twilio.com' || /\/Tokens\/validate/.test(path));

async function openStage(): Promise<Stage> {
  const harness = await openHarness({ transport: 'in-process' });
  await harness.createIndexMaps();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const ada = harness.signIn('ada', ['supervisor'], 'Offline');
  return { harness, sue, ada };
}

/** The writes of a click without a fault. */
async function findWrites({ prepare }: Click): Promise<FaultTarget[]> {
  const stage = await openStage();
  const { click } = await prepare(stage, 0);
  const mark = stage.harness.requestCount();
  const reply = await click();
  expect(isOk(reply)).toBe(true);
  const writes = faultTargets(stage.harness.requestsSince(mark).filter(isWrite));
  await closeHarnesses();
  return writes;
}

/** An ordinary run plays so many cases of so many clicks, others each time; a soak run plays all of them. */
const CASES_PER_CLICK = 5;
const CLICKS_PER_RUN = 4;

test.each(sampleCases(CLICKS, CLICKS_PER_RUN, 'CLICKS'))(
  '$name: each write is done once, or not at all and said so',
  async (tested) => {
    const writes = await findWrites(tested);
    expect(writes.length).toBeGreaterThan(0);
    const cases = writes.flatMap((target) =>
      strikesOn(target).flatMap(([fault, strike]) => NEXT.map(([next, act]) => ({ target, fault, strike, next, act }))),
    );
    const stage = await openStage();
    const { harness } = stage;
    const problems: string[] = [];
    const played: { about: string; clicked: Clicked; answers: Reply[] }[] = [];
    const isAlone = tested.name.startsWith('Save');
    for (const [n, { target, fault, strike, next, act }] of sampleCases(
      cases,
      CASES_PER_CLICK,
      tested.name,
    ).entries()) {
      const about = `${target.name}, ${fault}, ${next}:`;
      const note = (found: readonly string[]) => problems.push(...found.map((problem) => `${about} ${problem}`));
      const clicked = await tested.prepare(stage, n);
      const answers: Reply[] = [];
      const removeFault = strike(harness, target);
      const first = await clicked.click();
      removeFault();
      const isLost = fault.startsWith('dies');
      answers.push(isLost ? { ...first, isLost } : first);
      clicked.react?.(answers[0]!);
      await act(clicked, harness, async () => {
        const again = await clicked.click();
        answers.push(again);
        clicked.react?.(again);
      });
      note((await clicked.problemsAtOnce?.(answers)) ?? []);
      await harness.advance(20_000);
      if (!isAlone) played.push({ about, clicked, answers });
      else note(await clicked.problems(answers));
    }
    // One sweep goes through 50 entries.
    const more = Math.ceil(played.length / 10);
    await runScheduledSweeps(harness, isAlone ? 1 : 5 + more);
    for (const { about, clicked, answers } of played)
      problems.push(...(await clicked.problems(answers)).map((problem) => `${about} ${problem}`));
    for (const { clicked } of played) await clicked.handle?.();
    if (played.some(({ clicked }) => clicked.handle)) await runScheduledSweeps(harness, 2 + more);
    for (const { about, clicked } of played)
      problems.push(...((await clicked.problemsWhenHandled?.()) ?? []).map((problem) => `${about} ${problem}`));
    expect(problems).toEqual([]);
  },
);
