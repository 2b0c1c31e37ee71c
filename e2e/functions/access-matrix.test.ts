import { readdirSync } from 'node:fs';
import path from 'node:path';
import { closeHarnesses, openHarness } from '../support/harness';
import { codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** Who asks × what for × of which task. Refusals only, so that one account serves all of them. */
const FUNCTIONS = ['voicemail', 'voicemail-audio', 'requeue-callback', 'delete-voicemail', 'confirm-caller'] as const;
const ROLES = ['guest', 'agent', 'supervisor', 'admin', 'removed'] as const;
type Role = (typeof ROLES)[number];

async function openAccount() {
  const harness = await openHarness();
  for (const n of [0, 1, 2, 3, 4, 5, 6]) await harness.leaveVoicemail({ from: `+120255501${20 + n}` });
  await harness.advance(60_000);
  const [handled, own, others, unheld, rewritten, forged, deleted] = harness.productTasks();
  const take = async (name: string, sid: string, roles?: string[]) => {
    const worker = harness.signIn(name, roles);
    await harness.advance(1_000);
    harness.world.taskRouter.setActivity(worker, 'Offline');
    const [reservation] = harness.world.taskRouter.reservations({ task: sid, worker: worker.sid });
    if (reservation?.status === 'pending') harness.world.taskRouter.accept(reservation);
    return worker;
  };
  const eve = await take('eve', handled!.sid);
  harness.world.tasks.update(handled!.sid, { assignmentStatus: 'completed' });
  harness.world.taskRouter.setActivity(eve, 'Available');
  await harness.advance(1_000);
  harness.accept(eve, own!.sid);
  const ids = {
    own: own!,
    others: others!,
    unheld: unheld!,
    rewritten: rewritten!,
    forged: forged!,
    handled: handled!,
    deleted: deleted!,
  };
  const { callback_and_voicemail: feature } = forged!.attributes as { callback_and_voicemail: object };
  harness.setAttributes(rewritten!.sid, others!.attributes);
  harness.setAttributes(forged!.sid, {
    ...forged!.attributes,
    callback_and_voicemail: { ...feature, voicemail_id: `voicemail-CA${'0'.repeat(32)}-1` },
  });
  const removed = harness.signIn('ron', ['admin'], 'Offline');
  harness.world.taskRouter.removeWorker(removed.sid);
  const guest = harness.world.flexTokens.issue({ identity: 'guest', roles: ['guest'], workerSid: '' });
  const tokens: Record<Role, string> = {
    guest: guest.token,
    agent: eve.token,
    supervisor: harness.signIn('sue', ['supervisor'], 'Offline').token,
    admin: harness.signIn('ada', ['admin'], 'Offline').token,
    removed: removed.token,
  };
  await harness.postFlex('delete-voicemail', tokens.supervisor, { TaskSid: deleted!.sid });
  return { harness, tokens, ids };
}

/** The refusal of a task that this role does not hold; undefined where it may be allowed. */
function expectedRefusal(role: Role, page: string, target: string): [number, string] | undefined {
  if (role === 'guest') return [401, 'token-invalid'];
  if (role === 'agent' && page === 'delete-voicemail') return [403, 'role-missing'];
  // For who holds the task alone: supervisors do not talk to the person who is asked.
  if (page === 'confirm-caller' && role !== 'agent') return [403, 'not-yours'];
  if (role === 'removed') return [401, 'token-invalid'];
  if (role === 'agent') return target === 'own' ? undefined : [403, 'not-yours'];
  if (target === 'rewritten') return [403, 'not-this-task'];
  if (target === 'forged') return [404, 'not-ours'];
  // What a supervisor may do with any task, as far as there is something left to do it with.
  if (page === 'requeue-callback') return target === 'own' ? undefined : [409, 'task-not-held'];
  return target === 'deleted' && page === 'voicemail-audio' ? [410, 'recording-deleted'] : undefined;
}

/** The panel's Functions, with a request that is well formed. */
const PANEL_FUNCTIONS = {
  'email-settings': { Action: 'read' },
  'email-test': { Address: 'admin@example.com' },
  'email-preview': { Settings: JSON.stringify({ version: 1, enabled: true, recipients: [] }) },
  'email-history': {},
  'email-delivery': { Voicemails: `voicemail-CA${'0'.repeat(32)}-1` },
  'email-resend': { All: 'true' },
  'restore-task': { Voicemail: `voicemail-CA${'0'.repeat(32)}-1` },
  audit: { Format: 'csv' },
  'personal-data': { Action: 'erase', Number: '+12025550120' },
  reconcile: { Action: 'take-up', Voicemail: `voicemail-CA${'0'.repeat(32)}-1`, At: '2026-11-22T14:00:00Z' },
} as const;

test('every role is refused what is not its own, by every Function, and nothing changes', async () => {
  const { harness, tokens, ids } = await openAccount();
  const before = [harness.recordings().length, harness.productTasks().length, (await harness.mails()).length];
  const given: string[] = [];
  const wanted: string[] = [];
  for (const role of ROLES)
    for (const page of FUNCTIONS)
      for (const [target, { sid }] of Object.entries(ids)) {
        const refusal = expectedRefusal(role, page, target);
        if (refusal === undefined) continue;
        const answer = await harness.postFlex(page, tokens[role], { TaskSid: sid });
        given.push([role, page, target, answer.status, await codeOf(answer)].join(' '));
        wanted.push([role, page, target, ...refusal].join(' '));
      }
  expect(given).toEqual(wanted);
  expect(given.length).toBeGreaterThan(90);
  expect([harness.recordings().length, harness.productTasks().length, (await harness.mails()).length]).toEqual(before);
});

test('every role below a supervisor is refused by every Function of the panel', async () => {
  const { harness, tokens } = await openAccount();
  const answers: string[] = [];
  for (const role of ['guest', 'agent', 'removed'] as const)
    for (const [page, fields] of Object.entries(PANEL_FUNCTIONS)) {
      const answer = await harness.postFlex(page as keyof typeof PANEL_FUNCTIONS, tokens[role], fields);
      answers.push([role, page, answer.status, await codeOf(answer)].join(' '));
    }
  const refusal = (role: string) => (role === 'agent' ? '403 role-missing' : '401 token-invalid');
  expect(answers).toEqual(
    ['guest', 'agent', 'removed'].flatMap((role) =>
      Object.keys(PANEL_FUNCTIONS).map((page) => `${role} ${page} ${refusal(role)}`),
    ),
  );
});

test('the two tables name every Function for Flex, but the sweep that each signed-in worker may start', () => {
  const folder = '../../serverless-functions/src/functions/features/callback-and-voicemail-with-email/flex';
  const pages = readdirSync(path.join(__dirname, folder)).map((file) => path.basename(file, '.ts'));
  expect([...FUNCTIONS, ...Object.keys(PANEL_FUNCTIONS), 'sweep'].sort()).toEqual(pages.sort());
});

/** Those that others than Flex and Twilio request, each with a secret of its own, and what they say without it. */
const OUTSIDE_FUNCTIONS = { 'run-outbox': 401, reconcile: 401, 'events/mailgun': 406, 'events/sendgrid': 403 };

test('what a scheduler and mail providers request is refused without their secrets, and nothing changes', async () => {
  const folder = '../../serverless-functions/src/functions/features/callback-and-voicemail-with-email/email';
  const files = readdirSync(path.join(__dirname, folder), { recursive: true, encoding: 'utf8' });
  const pages = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  expect(pages.sort()).toEqual(Object.keys(OUTSIDE_FUNCTIONS).sort());
  const harness = await openHarness({
    environment: { MAILGUN_WEBHOOK_SIGNING_KEY: 'm'.repeat(32), SENDGRID_WEBHOOK_TOKEN: 's'.repeat(32) },
  });
  const { token } = harness.signIn('ada', ['admin'], 'Offline');
  const before = harness.requestCount();
  for (const [page, status] of Object.entries(OUTSIDE_FUNCTIONS))
    for (const body of [{}, { Token: token, token: 'x', signature: { token: 'x', timestamp: '1', signature: 'x' } }])
      expect([page, (await harness.postJson(`email/${page}`, body)).status]).toEqual([page, status]);
  expect(harness.requestsSince(before)).toEqual([]);
});

/** Besides `FUNCTIONS`, those that act on what the request names: each refuses what is of another queue. */
const BY_ENTRY = ['email-resend', 'restore-task', 'email-delivery', 'personal-data'] as const;

test('supervisors of other queues, and those without any, are refused by every Function', async () => {
  const harness = await openHarness();
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [task] = harness.productTasks();
  const { voicemail_id: id } = task!.attributes.callback_and_voicemail as { voicemail_id: string };
  const people = Object.fromEntries(
    ['own', 'foreign', 'empty', 'unnamed', 'lookalike'].map((name) => [
      name,
      harness.signIn(name, ['supervisor', 'admin'], 'Offline', { queues: ['Support'], roles: ['admin'] }),
    ]),
  );
  const scopes = { own: ['Support'], foreign: ['Sales'], empty: [], lookalike: ['support', 'Support '] };
  await harness.redeploy({
    SUPERVISOR_QUEUES: JSON.stringify(
      Object.fromEntries(Object.entries(scopes).map(([name, queues]) => [people[name]!.sid, queues])),
    ),
  });
  const before = [harness.recordings().length, harness.productTasks().length, (await harness.mails()).length];
  const given: string[] = [];
  for (const name of ['foreign', 'empty', 'unnamed', 'lookalike'])
    for (const page of [...FUNCTIONS, ...BY_ENTRY]) {
      const fields = { TaskSid: task!.sid, Voicemail: id, Voicemails: id, Queue: 'Support', SUPERVISOR_QUEUES: '{}' };
      const answer = await harness.postFlex(page, people[name]!.token, fields);
      given.push(`${name} ${page} ${answer.status} ${await codeOf(answer)}`);
    }
  expect(given.filter((line) => !/ (403 not-your-queue|403 not-yours)$/.test(line))).toEqual([]);
  expect(given).toHaveLength(36);
  expect([harness.recordings().length, harness.productTasks().length, (await harness.mails()).length]).toEqual(before);
  const answers = [];
  for (const page of ['voicemail', 'voicemail-audio', 'email-delivery'])
    answers.push((await harness.postFlex(page, people.own!.token, { TaskSid: task!.sid, Voicemails: id })).status);
  expect(answers).toEqual([200, 206, 200]);
});
