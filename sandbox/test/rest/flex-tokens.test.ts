import { basic, closeAll, openRest } from './rest-setup';

afterEach(closeAll);

async function validator() {
  const { world, server } = await openRest();
  const { accountSid, authToken } = world.account;
  const validate = async (token: unknown, account = accountSid) => {
    const answer = await fetch(`${server.url}/iam.twilio.com/v1/Accounts/${account}/Tokens/validate`, {
      method: 'POST',
      headers: { Authorization: basic(accountSid, authToken), 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { world, validate };
}

test('a token identifies its user and roles', async () => {
  const { world, validate } = await validator();
  const workerSid = `WK${'0'.repeat(32)}`;
  const { token } = world.flexTokens.issue({ identity: 'ana', roles: ['supervisor'], workerSid });
  const { status, body } = await validate(token);
  expect(status).toBe(200);
  expect(body).toMatchObject({ valid: true, identity: 'ana', roles: ['supervisor'], worker_sid: workerSid });
  expect(Date.parse(body.expiration as string)).toBeGreaterThan(Date.now());
});

test('an unknown, an expired and a missing token are not valid', async () => {
  const { world, validate } = await validator();
  expect((await validate('made up')).body).toMatchObject({ valid: false });
  const { token } = world.flexTokens.issue({ identity: 'ana', roles: [], expiresAt: Date.now() - 1 });
  expect((await validate(token)).body).toMatchObject({ valid: false });
  expect((await validate(undefined)).status).toBe(400);
  expect((await validate(token, `AC${'0'.repeat(32)}`)).status).toBe(404);
});
