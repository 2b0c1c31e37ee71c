import { closeHarnesses, openHarness } from '../support/harness';
import { codeOf } from '../support/task-of-sam';

afterAll(closeHarnesses);

/** Who asks × what for × of which task. Refusals only, so that one account serves all of them. */
const FUNCTIONS = ['voicemail', 'voicemail-audio', 'requeue-callback', 'delete-voicemail'] as const;
const ROLES = ['guest', 'agent', 'supervisor', 'admin', 'removed'] as const;
type Role = (typeof ROLES)[number];

async function openAccount() {
  const harness = await openHarness();
  for (const n of [0, 1, 2, 3, 4]) await harness.leaveVoicemail({ from: `+120255501${20 + n}` });
  await harness.advance(60_000);
  const [own, others, unheld, rewritten, forged] = harness.productTasks();
  const take = async (name: string, sid: string, roles?: string[]) => {
    const worker = harness.signIn(name, roles);
    await harness.advance(1_000);
    harness.world.taskRouter.setActivity(worker, 'Offline');
    const [reservation] = harness.world.taskRouter.reservations({ task: sid, worker: worker.sid });
    if (reservation?.status === 'pending') harness.world.taskRouter.accept(reservation);
    return worker;
  };
  const eve = await take('eve', own!.sid);
  const ids = { own: own!, others: others!, unheld: unheld!, rewritten: rewritten!, forged: forged! };
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
  return { harness, tokens, ids };
}

/** The refusal of a task that this role does not hold; undefined where it may be allowed. */
function expectedRefusal(role: Role, page: string, target: string): [number, string] | undefined {
  if (role === 'guest' || role === 'removed') return [401, 'token-invalid'];
  if (role === 'agent' && page === 'delete-voicemail') return [403, 'role-missing'];
  if (role === 'agent') return target === 'own' ? undefined : [403, 'not-yours'];
  if (target === 'rewritten') return [403, 'not-this-task'];
  return target === 'forged' ? [404, 'not-ours'] : undefined;
}

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
  expect(given.length).toBeGreaterThan(70);
  expect([harness.recordings().length, harness.productTasks().length, (await harness.mails()).length]).toEqual(before);
});
