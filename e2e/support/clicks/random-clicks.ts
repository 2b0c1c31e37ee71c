import type { AuditAction, AuditItem, AuditResponse, EmailSettingsResponse } from '@callback-and-voicemail/contract';
import type { LedgerEntry } from '../../../serverless-functions/src/ledger/entry';
import { createCaller } from '../caller';
import { CONFIRMING, madeCalls, QUESTION } from '../confirmation';
import { type Harness, openHarness } from '../harness';
import type { Rng } from '../rng';
import { runScheduledSweeps } from '../scheduled-sweeps';
import { isOk, type Reply } from './click';
import { createCallback, leaveVoicemail } from './clicks';
import { askFlex } from './flex-request';
import { openTasksOf, problemsOfOneTask, taskStep } from './invariants';
import { readPanel, save } from './save-click';

/**
 * Several supervisors and an agent click in random order, often at the same moment, while mails fail now and then. All of
 * it comes of one source of chance.
 */
interface Person {
  name: string;
  sid: string;
  token: string;
}
/** What was clicked and answered, and the record of it that the audit must have. */
interface Played {
  what: string;
  by: Person;
  reply: Reply;
  /** Absent where nothing is noted: nothing was to be done. */
  record?: { act: AuditAction; subject: string };
}
interface Entry {
  id: string;
  isVoicemail: boolean;
  isDeleted: boolean;
}
interface Save {
  base: string;
  name: string;
  revision: string;
}
/** What the called person pressed who was asked whether a callback is wanted. */
interface Pressed {
  number: string;
  key: string;
}
interface Stage {
  harness: Harness;
  rng: Rng;
  supervisors: Person[];
  agent: Person;
  entries: Entry[];
  played: Played[];
  saves: Save[];
  pressed: Pressed[];
  tests: { address: string; reply: Reply }[];
  /** The settings as somebody's panel shows them, perhaps not the newest. */
  panel: EmailSettingsResponse;
  recoverMail: (() => void) | undefined;
}

const [VOICEMAILS, CALLBACKS] = [6, 3];
const MAIL = { host: 'api.mailgun.net', method: 'POST', kind: 'status' } as const;
const WEIGHTS = {
  'resend one': 20,
  'resend all': 6,
  'test mail': 8,
  'put back': 12,
  'try again later': 12,
  delete: 3,
  save: 12,
  'read the panel again': 4,
  'open the card': 8,
  'the agent puts back': 8,
  'ask to confirm': 24,
};
type ClickName = keyof typeof WEIGHTS;

/** @returns what is wrong, with all that was done; nothing when all is well */
export async function playRandomClicks(rng: Rng, moments: number): Promise<string[]> {
  const stage = await openStage(rng);
  const { harness } = stage;
  for (let n = 0; n < moments; n += 1) {
    await changeCircumstances(stage);
    const count = rng.weighted({ 1: 5, 2: 3, 3: 2 });
    await Promise.all(Array.from({ length: Number(count) }, () => click(stage, rng.weighted(WEIGHTS))));
    await harness.advance(rng.between(0, 40_000));
  }
  const problems = [
    ...(await problemsOfAudit(stage)),
    ...(await problemsOfConfirmations(stage)),
    ...(await problemsAtTheEnd(stage)),
  ];
  return problems.length === 0 ? [] : [...problems, '', ...stage.played.map(describe)];
}

const describe = ({ what, by, reply }: Played) => `${by.name}: ${what}: ${reply.status} ${JSON.stringify(reply.body)}`;

async function openStage(rng: Rng): Promise<Stage> {
  const harness = await openHarness(CONFIRMING);
  await harness.createIndexMaps();
  const signIn = (name: string) => ({ name, ...harness.signIn(name, ['supervisor'], 'Offline') });
  const supervisors = ['sue', 'ada', 'bo'].map(signIn);
  const entries: Entry[] = [];
  for (let n = 0; n < VOICEMAILS; n += 1) {
    const recover = harness.injectFault({ ...MAIL, status: rng.pick([400, 500]) });
    entries.push({ id: (await leaveVoicemail(harness, n)).id, isVoicemail: true, isDeleted: false });
    recover();
  }
  for (let n = 0; n < CALLBACKS; n += 1)
    entries.push({ id: (await createCallback(harness, VOICEMAILS + n)).id, isVoicemail: false, isDeleted: false });
  const agent = { name: 'sam', ...harness.signIn('sam') };
  const panel = await readPanel({ harness, sue: supervisors[0]!, ada: supervisors[1]! });
  const rest = { played: [], saves: [], pressed: [], tests: [], panel, recoverMail: undefined };
  return { harness, rng, supervisors, agent, entries, ...rest };
}

/** What nobody clicks: mails fail or go again, tasks are accepted or lost, a sweep runs. */
async function changeCircumstances(stage: Stage): Promise<void> {
  const { harness, rng, agent, entries } = stage;
  if (rng.chance(0.15)) {
    stage.recoverMail?.();
    stage.recoverMail = rng.chance(0.5)
      ? harness.injectFault({ ...MAIL, status: rng.pick([400, 429, 500]) })
      : undefined;
  }
  if (rng.chance(0.3)) {
    const [task] = openTasksOf(harness, rng.pick(entries).id);
    if (task?.assignmentStatus === 'pending') harness.world.tasks.update(task.sid, { assignmentStatus: 'assigned' });
  }
  if (rng.chance(0.3)) {
    const { taskRouter } = harness.world;
    const [offer] = taskRouter.reservations({ worker: agent.sid, status: 'pending' });
    if (offer !== undefined) taskRouter.accept(offer);
  }
  if (rng.chance(0.05)) {
    const [task] = openTasksOf(harness, rng.pick(entries).id);
    if (task?.assignmentStatus === 'pending') harness.world.tasks.remove(task.sid);
  }
  if (rng.chance(0.2)) await harness.runOutboxSweep();
  if (rng.chance(0.6)) await answerTelephone(stage);
}

/** Whoever is being asked whether a callback is wanted picks up, and presses a key or hangs up. */
async function answerTelephone({ harness, rng, pressed }: Stage): Promise<void> {
  const ringing = madeCalls(harness).find(({ status }) => status === 'ringing');
  if (ringing === undefined) return;
  harness.voice.pickUp(ringing.sid);
  await harness.clock.settle();
  const called = createCaller(harness.voice, harness.clock, ringing.sid, ringing.to);
  await called.waitForPrompt(QUESTION);
  const key = rng.pick(['1', '1', '2', '9', '']);
  if (key === '') called.hangUp();
  else called.press(key);
  pressed.push({ number: ringing.to, key });
}

async function click(stage: Stage, name: ClickName): Promise<void> {
  const { harness, rng, supervisors, entries, played } = stage;
  const by = rng.pick(supervisors);
  const entry = rng.pick(entries);
  const ask = async (
    page: string,
    params: Record<string, string>,
    record?: Played['record'],
    who = by,
  ): Promise<Reply> => {
    const reply = await askFlex(harness, page, who, params);
    played.push({ what: `${name} ${JSON.stringify(params)}`, by: who, reply, record });
    return reply;
  };
  switch (name) {
    case 'resend one':
      await ask('email-resend', { Voicemail: entry.id }, { act: 'resend', subject: entry.id });
      return;
    case 'resend all':
      await ask('email-resend', { All: 'true' });
      return;
    case 'test mail': {
      const address = `test${stage.tests.length}@example.com`;
      const test = { address, reply: { status: 0, body: {} } as Reply };
      stage.tests.push(test);
      test.reply = await ask('email-test', { Address: address }, { act: 'test-mail', subject: address });
      return;
    }
    case 'put back':
      await ask('restore-task', { Voicemail: entry.id }, { act: 'restore', subject: entry.id });
      return;
    case 'try again later': {
      const task = openTasksOf(harness, entry.id).find(({ assignmentStatus }) => assignmentStatus === 'assigned');
      if (task !== undefined) await putBack(stage, ask, task.sid, entry.id);
      return;
    }
    case 'delete': {
      const [task] = openTasksOf(harness, entry.id);
      if (task === undefined || !entry.isVoicemail) return;
      const reply = await ask('delete-voicemail', { TaskSid: task.sid }, { act: 'delete', subject: entry.id });
      entry.isDeleted ||= isOk(reply);
      return;
    }
    case 'save':
      await saveSettings(stage, by);
      return;
    case 'read the panel again':
      stage.panel = await readPanel({ harness, sue: by, ada: by });
      return;
    case 'open the card':
    case 'ask to confirm':
    case 'the agent puts back': {
      const held = heldBy(stage);
      if (held === undefined) return;
      const { taskSid: TaskSid, id } = held;
      const record = { act: 'confirm-caller', subject: id } as const;
      if (name === 'open the card') await ask('voicemail', { TaskSid }, undefined, stage.agent);
      else if (name === 'ask to confirm') await ask('confirm-caller', { TaskSid }, record, stage.agent);
      else await putBack(stage, (page, params, noted) => ask(page, params, noted, stage.agent), TaskSid, id);
    }
  }
}

type Ask = (page: string, params: Record<string, string>, record: NonNullable<Played['record']>) => Promise<Reply>;

/** As the plugin does it: it also ends the agent's task. */
async function putBack({ harness }: Stage, ask: Ask, taskSid: string, id: string): Promise<void> {
  const reply = await ask('requeue-callback', { TaskSid: taskSid, Voicemail: id }, { act: 'requeue', subject: id });
  const isSaid = isOk(reply) || reply.body.code === 'already-requeued';
  if (isSaid && harness.task(taskSid).assignmentStatus === 'assigned')
    harness.world.tasks.update(taskSid, { assignmentStatus: 'completed' });
}

/** The task that the agent has, and its entry. */
function heldBy({ harness, agent, entries }: Stage): { taskSid: string; id: string } | undefined {
  const [accepted] = harness.world.taskRouter.reservations({ worker: agent.sid, status: 'accepted' });
  const entry = entries.find(({ id }) => openTasksOf(harness, id).some(({ sid }) => sid === accepted?.taskSid));
  return accepted && entry && { taskSid: accepted.taskSid, id: entry.id };
}

async function saveSettings(stage: Stage, by: Person): Promise<void> {
  const { harness, panel, saves, played } = stage;
  const name = `save${played.length}x${saves.length}`;
  const reply = await save({ harness, sue: by, ada: by }, by, panel, name);
  const answer = reply.body as unknown as EmailSettingsResponse & { current?: EmailSettingsResponse };
  if (isOk(reply)) saves.push({ base: panel.revision, name, revision: answer.revision });
  stage.panel = (isOk(reply) ? answer : answer.current) ?? panel;
  const record = { act: 'save-settings', subject: name } as const;
  played.push({ what: `save ${name} from ${panel.revision}`, by, reply: { ...reply, body: {} }, record });
}

/** Everything that was done is in the audit, once, with who did it; and nothing is there that nobody did. */
async function problemsOfAudit({ harness, supervisors, played }: Stage): Promise<string[]> {
  await harness.advance(60_000);
  await runScheduledSweeps(harness, 2);
  const items = await readWholeAudit(harness, supervisors[0]!);
  const wasDone = ({ result }: AuditItem) => result === 'allowed' || result === 'done';
  const subjectsOf = ({ act, entries = [], detail, changes = [] }: AuditItem): (string | undefined)[] => {
    if (act === 'test-mail') return [detail];
    if (act !== 'save-settings') return entries;
    return [changes.find(({ field }) => field === 'organization')?.to?.replaceAll('"', '')];
  };
  const keyOf = (act: string, by: string, subject: string | undefined) => `${act} ${by} ${subject}`;
  const single = items.filter(({ act, entries = [] }) => act !== 'resend' || entries.length === 1);
  const noted = countBy(
    single.filter(wasDone).flatMap((item) => subjectsOf(item).map((one) => keyOf(item.act, item.by, one))),
  );
  const done = countBy(
    played.flatMap(({ by, reply, record }) =>
      record !== undefined && isOk(reply) ? [keyOf(record.act, by.sid, record.subject)] : [],
    ),
  );
  const isCounted = (key: string) => /^(test-mail|restore|requeue|delete|save-settings|confirm-caller) /.test(key);
  const all = new Set([...done.keys(), ...[...noted.keys()].filter(isCounted)]);
  // "Send all again" with one that failed has a record like that of "Send again".
  const isMore = (key: string) => key.startsWith('resend ') && (noted.get(key) ?? 0) > (done.get(key) ?? 0);
  const differing = [...all].filter((key) => (done.get(key) ?? 0) !== (noted.get(key) ?? 0) && !isMore(key));
  const problems = differing.map(
    (key) => `${key}: done ${done.get(key) ?? 0} times, ${noted.get(key) ?? 0} times in the audit`,
  );
  for (const { by, what, reply } of played.filter(({ what: one }) => one.startsWith('open the card')))
    if (isOk(reply) && !items.some(({ act, by: sid }) => act === 'read' && sid === by.sid))
      problems.push(`${what}: not in the audit`);
  return problems;
}

const countBy = (keys: readonly string[]) =>
  keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map<string, number>());

async function readWholeAudit(harness: Harness, by: Person): Promise<AuditItem[]> {
  const items: AuditItem[] = [];
  for (let cursor: string | undefined; ; ) {
    const answer = await harness.postFlex('audit', by.token, cursor === undefined ? {} : { Cursor: cursor });
    const page = (await answer.json()) as AuditResponse;
    items.push(...page.items);
    if (page.cursor === undefined) return items;
    cursor = page.cursor;
  }
}

const KEYS = { confirmed: '1', declined: '2' } as const;

/** Nobody is called more often than the entry says, nor after an answer; and only who pressed the key has answered. */
async function problemsOfConfirmations({ harness, entries, pressed }: Stage): Promise<string[]> {
  // By then each call has ended.
  await harness.advance(3 * 60_000);
  const all = await Promise.all(
    entries.map(async ({ id }) => {
      const entry = (await harness.document(id)) as unknown as Pick<LedgerEntry, 'from' | 'confirmation'>;
      const { state, asks = 0 } = entry.confirmation ?? {};
      const calls = madeCalls(harness).filter(({ to }) => to === entry.from).length;
      const keys = pressed.filter(({ number }) => number === entry.from).map(({ key }) => key);
      const problems: string[] = [];
      if (calls !== asks || calls > 3) problems.push(`${calls} calls, and it says ${asks}`);
      if ((state === 'confirmed' || state === 'declined') && keys.at(-1) !== KEYS[state])
        problems.push(`${state}, and the keys were ${keys.join()}`);
      if (keys.slice(0, -1).some((key) => key === '1' || key === '2')) problems.push('called again after an answer');
      return problems.map((problem) => `${id}: ${problem}`);
    }),
  );
  return all.flat();
}

/** Mails go again, and everything has had time to be put right. */
async function problemsAtTheEnd(stage: Stage): Promise<string[]> {
  const { harness, played, entries, saves, tests } = stage;
  stage.recoverMail?.();
  harness.world.taskRouter.setActivity(stage.agent.sid, 'Offline');
  // By then every mail may be sent again.
  await harness.advance(61 * 60_000);
  const sue = { name: 'sue', ...harness.signIn('sue at the end', ['supervisor'], 'Offline') };
  const last = await askFlex(harness, 'email-resend', sue, { All: 'true' });
  await runScheduledSweeps(harness, 8);
  const problems = [
    ...played.filter(({ reply }) => reply.status >= 500).map((one) => `failed: ${describe(one)}`),
    ...(last.status === 200 ? [] : [`the last "Send again" was answered ${last.status}`]),
  ];
  const mails = await harness.mails();
  for (const { id, isVoicemail, isDeleted } of entries) {
    const about = (found: readonly string[]) => problems.push(...found.map((one) => `${id}: ${one}`));
    const isLost = (await taskStep(harness, id)).state === 'lost' && openTasksOf(harness, id).length === 0;
    if (!isLost) about(await problemsOfOneTask(harness, id));
    if (!isVoicemail) continue;
    const copies = mails.filter(({ header }) => header('message-id')?.includes(id)).length;
    const entry = (await harness.document(id)) as {
      email: { state: string };
      recording: { state: string; recordingSid: string };
    };
    const isThere = harness.recordings().some(({ sid }) => sid === entry.recording.recordingSid);
    if (isThere === isDeleted) about([`deleted: ${isDeleted}, at Twilio: ${isThere}`]);
    if (copies > 1) about([`${copies} mails`]);
    if (!isDeleted && copies === 0) about([`no mail; the entry says ${entry.email.state}`]);
    if ((entry.email.state === 'sent') !== (copies === 1)) about([`${copies} mails, and it says ${entry.email.state}`]);
  }
  for (const { address, reply } of tests) {
    const sent = mails.filter(({ to }) => to.join().includes(address)).length;
    if (sent !== (isOk(reply) ? 1 : 0)) problems.push(`${address}: answered ${reply.status}, and ${sent} mails`);
  }
  return [...problems, ...(await problemsOfSaves(harness, sue, saves))];
}

/** Each save was made from the one before it, and the last one applies. */
async function problemsOfSaves(harness: Harness, sue: Person, saves: readonly Save[]): Promise<string[]> {
  const bases = countBy(saves.map(({ base }) => base));
  const problems = [...bases].flatMap(([base, n]) => (n > 1 ? [`${n} saves from ${base || 'the beginning'}`] : []));
  const { revision, settings } = await readPanel({ harness, sue, ada: sue });
  const last = saves.find((one) => !bases.has(one.revision));
  if (last !== undefined && (last.revision !== revision || last.name !== settings.organization))
    problems.push(`${last.name} was saved last, and ${settings.organization} applies`);
  return problems;
}
