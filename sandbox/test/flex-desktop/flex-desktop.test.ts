import { request } from 'node:http';
import { createRedirect } from '../../src/flex-desktop/page/shim';
import { type FlexDesktopSetup, FUNCTIONS, openFlexDesktop, type Received } from './flex-desktop-setup';

let setup: FlexDesktopSetup;
beforeEach(async () => {
  setup = await openFlexDesktop();
});
afterEach(() => setup.close());

const basic = (token: string) => `Basic ${Buffer.from(`token:${token}`).toString('base64')}`;
const ask = async (key: string, path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${setup.desktop(key).origin}/__twilio/${path}`, {
    ...init,
    headers: { Authorization: basic(setup.token(key)), ...(init.headers as Record<string, string>) },
  });
  return { status: answer.status, body: (await answer.json()) as Received };
};

test('the page is its worker’s, with a token that Tokens/Info and the validator of the Functions know', async () => {
  const { origin, worker } = setup.desktop('sue');
  const html = await (await fetch(`${origin}/teams`, { headers: { Accept: 'text/html' } })).text();
  const settings = JSON.parse(/id="flex-settings">(.*?)<\/script>/.exec(html)![1]!);
  expect(settings).toMatchObject({ roles: ['supervisor'], passthroughOrigins: [FUNCTIONS] });
  expect(setup.world.flexTokens.find(settings.token)).toMatchObject({ workerSid: worker.sid, roles: ['supervisor'] });
  const { body } = await ask('sue', `flex-api.twilio.com/v1/Accounts/${settings.accountSid}/Tokens/Info`, {
    method: 'POST',
    body: new URLSearchParams({ Token: settings.token }),
  });
  expect(body).toMatchObject({
    valid: true,
    worker_sid: worker.sid,
    roles: ['supervisor'],
    identity: settings.identity,
  });
});

test('the configuration carries the account’s own settings; plugins are listed once they are built', async () => {
  const { body } = await ask('sam', 'flex-api.twilio.com/v1/Configuration?UiVersion=2.17.1');
  expect(body.ui_attributes).toEqual({
    version_compatibility: 'yes',
    custom_data: { serverless_functions_domain: 'localhost:5999' },
  });
  const plugins = (await ask('sam', 'flex.twilio.com/plugins?roles=agent')).body;
  expect(plugins).toMatchObject([{ name: 'some-plugin', src: '/plugins/some-plugin.js' }]);
  const script = await fetch(`${setup.desktop('sam').origin}${plugins[0].src}`);
  expect([script.headers.get('content-type'), await script.text()]).toEqual([
    expect.stringContaining('javascript'),
    '// some-plugin.js\n',
  ]);
  expect((await fetch(`${setup.desktop('sam').origin}/plugins/not-built.js`)).status).toBe(404);
});

test('refuses requests without a token, from another origin or for another host name', async () => {
  expect((await ask('sam', 'flex-api.twilio.com/v1/Configuration', { headers: { Authorization: '' } })).status).toBe(
    401,
  );
  expect(
    (await ask('sam', 'flex-api.twilio.com/v1/Configuration', { headers: { Authorization: basic('nobody') } })).body,
  ).toMatchObject({ code: 20101, status: 401 });
  expect(
    (await ask('sam', 'flex-api.twilio.com/v1/Configuration', { headers: { Origin: 'http://evil.test' } })).status,
  ).toBe(403);
  const { port } = new URL(setup.desktop('sam').origin);
  const status = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { Host: 'evil.test' } }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('the shim sends every foreign origin to the sandbox, but for those that are reached as they are', () => {
  const redirect = createRedirect(new URL('http://localhost:4003/agent-desktop'), ['http://localhost:4002'], 'p1');
  expect(redirect('https://flex-api.twilio.com/v1/Configuration?a=b')).toBe(
    'http://localhost:4003/__twilio/flex-api.twilio.com/v1/Configuration?a=b',
  );
  expect(redirect('wss://tsock.us1.twilio.com/v3/wsconnect')).toBe(
    'ws://localhost:4003/__twilio/tsock.us1.twilio.com/v3/wsconnect?flex-page=p1',
  );
  expect(redirect('//cdn.example.com/x.js')).toBe('http://localhost:4003/__twilio/cdn.example.com/x.js');
  expect(redirect('https://localhost:4002/flex/voicemail')).toBe('http://localhost:4002/flex/voicemail');
  for (const same of ['/plugins/x.js', 'blob:http://localhost:4003/1', 'data:,', 'http://localhost:4003/a']) {
    expect(redirect(same)).toBe(same);
  }
});

test('a caller and an agent are connected when the agent’s browser answers, and parted when it hangs up', async () => {
  const { worker } = setup.desktop('sam');
  setup.world.taskRouter.setActivity(worker, 'Break');
  const signal = await setup.open('sam', '/__twilio/voice-js.roaming.twilio.com/signal?flex-page=p1');
  const remotePeer = await setup.open('sam', '/remote-peer?flex-page=p1');
  signal.send({ type: 'listen', payload: { token: setup.token('sam') } });
  expect(await signal.next()).toMatchObject({
    type: 'connected',
    payload: { token: { identity: worker.friendlyName } },
  });
  signal.send({ type: 'register', payload: { media: { audio: true } } });
  expect((await signal.next()).type).toBe('ready');

  const task = setup.world.tasks.create({
    ...{ workflowSid: [...setup.world.workflows.keys()][0]!, taskChannel: 'voice' },
    attributes: JSON.stringify({ direction: 'outbound', outbound_to: '+14155550123', from: '+12025550101' }),
    ...{ routingTarget: worker.sid, taskQueueSid: setup.world.taskRouter.queues()[0]!.sid },
  });
  const reservations = () => setup.world.taskRouter.reservations({ task });
  while (reservations().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const [reservation] = reservations();
  const path = `Workspaces/${setup.world.workspaceSid}/Workers/${worker.sid}/Reservations/${reservation!.sid}`;
  expect((await setup.bridge('sam', 'POST', path, { Instruction: 'conference' })).status).toBe(200);
  const { callSid } = await remotePeer.next();
  remotePeer.send({ act: 'offer', callSid, sdp: 'an offer' });
  expect(await signal.next()).toMatchObject({ type: 'invite', payload: { callsid: callSid, sdp: 'an offer' } });
  expect(reservation!.status).toBe('pending');
  signal.send({ type: 'answer', payload: { callsid: callSid, sdp: 'an answer' } });
  expect(await remotePeer.next()).toEqual({ act: 'answer', callSid, sdp: 'an answer' });
  expect(reservation!.status).toBe('accepted');

  const [call] = setup.voice.list();
  expect(call).toMatchObject({ status: 'ringing', to: '+14155550123', from: '+12025550101' });
  setup.voice.pickUp(call!.sid);
  expect(call!.status).toBe('in-progress');
  signal.send({ type: 'hangup', payload: { callsid: callSid } });
  expect(await remotePeer.next()).toEqual({ act: 'end', callSid });
  expect([call!.status, reservation!.status]).toEqual(['completed', 'wrapping']);
});
