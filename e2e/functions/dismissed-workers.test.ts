import { closeHarnesses, openHarness } from '../support/harness';
import { acceptVoicemailAsSam, codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** A Flex token lives for an hour; who its worker is may change before. */
const BELIEVED_MS = 4 * 60_000;

test('a worker who was removed loses access within minutes, also as a supervisor', async () => {
  const harness = await openHarness();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  expect((await harness.postFlex('email-settings', sue.token)).status).toBe(200);
  harness.world.taskRouter.removeWorker(sue.sid);
  await harness.advance(BELIEVED_MS);
  for (const page of ['email-settings', 'email-history', 'email-resend', 'personal-data', 'sweep']) {
    const refused = await harness.postFlex(page, sue.token);
    expect([page, refused.status, await codeOf(refused)]).toEqual([page, 401, 'token-invalid']);
  }
});

test('a supervisor who lost the role loses access within minutes, until they sign in again', async () => {
  const harness = await openHarness();
  const sue = harness.signIn('sue', ['agent', 'supervisor'], 'Offline', { roles: ['agent', 'supervisor'] });
  expect((await harness.postFlex('email-settings', sue.token)).status).toBe(200);
  harness.world.taskRouter.setAttributes(sue.sid, { roles: ['agent'] });
  await harness.advance(BELIEVED_MS);
  const refused = await harness.postFlex('email-settings', sue.token);
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'role-missing']);
});

test('an agent who writes a role into their own attributes gets none', async () => {
  const { harness, sam } = await acceptVoicemailAsSam();
  harness.world.taskRouter.setAttributes(sam.sid, { roles: ['admin', 'supervisor'] });
  const refused = await harness.postFlex('email-settings', sam.token);
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'role-missing']);
});

test('while TaskRouter does not answer for a worker, the token alone counts', async () => {
  const harness = await openHarness();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  harness.injectFault({ host: 'taskrouter.twilio.com', method: 'GET', path: /Workers/, kind: 'status', status: 503 });
  expect((await harness.postFlex('email-settings', sue.token)).status).toBe(200);
});
