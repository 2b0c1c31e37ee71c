import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type InProcessFunctions, startFunctionsInProcess } from '../../src/functions-runtime/in-process';
import { createVisibilityLookup, listAssets } from '../../src/functions-runtime/resources';
import { spawnTwilioRun } from '../../src/functions-runtime/twilio-run';
import { installVirtualClock } from '../../src/testing/virtual-clock';
import { createWorld } from '../../src/world/world';
import { type FunctionsFolder, makeFunctionsFolder } from './functions-folder';

const ECHO = `exports.handler = (context, event, callback) => {
  const { request, ...params } = event;
  callback(null, { domain: context.DOMAIN_NAME, secret: context.SECRET, path: context.PATH, params });
};`;
const TWIML = `exports.handler = (context, event, callback) => {
  const twiml = new Twilio.twiml.VoiceResponse();
  twiml.say('Hello ' + event.Name);
  setTimeout(() => callback(null, twiml), 5000);
};`;

/** Which of two HTTP clients a client of the runtime's uses, and one of the Function's own SDK. */
const CLIENTS = `const { Twilio } = require(${JSON.stringify(require.resolve('twilio'))});
exports.handler = async (context, event, callback) => {
  const httpClient = { request: async () => ({ statusCode: 200, body: { sid: 'mine' } }) };
  const own = new Twilio(context.ACCOUNT_SID, context.AUTH_TOKEN, { httpClient });
  const given = context.getTwilioClient({ httpClient, region: 'ie1' });
  callback(null, { own: own.httpClient === httpClient, given: given.httpClient === httpClient, region: given.region });
};`;
const ACCOUNT = { ACCOUNT_SID: `AC${'1'.repeat(32)}`, AUTH_TOKEN: '2'.repeat(32) };

let folder: FunctionsFolder;
beforeAll(() => {
  folder = makeFunctionsFolder(
    {
      'open.js': ECHO,
      'clients.js': CLIENTS,
      'deep/er/twiml.protected.js': TWIML,
      'lib/helper.private.js': 'exports.help = () => 1;',
      'readme.txt': 'not a Function',
    },
    { 'music/hold.mp3': Buffer.from([0xff, 0xf3]), 'keys.private.json': '{}' },
  );
});
afterAll(() => folder.remove());

describe('file names', () => {
  it('decide who may ask for a path', () => {
    const visibility = createVisibilityLookup(folder.functionsDir);
    expect(['/open', '/deep/er/twiml', '/lib/helper', '/readme', '/nothing'].map(visibility)).toEqual([
      'public',
      'protected',
      'private',
      'public',
      'public',
    ]);
  });

  it('keep their extension as assets', () => {
    expect(listAssets(folder.assetsDir).map(({ path, access }) => [path, access])).toEqual([
      ['/keys.json', 'private'],
      ['/music/hold.mp3', 'public'],
    ]);
  });

  it('need not be there', () => {
    expect(listAssets(join(folder.dir, 'none'))).toEqual([]);
  });
});

describe('Functions in this process', () => {
  let functions: InProcessFunctions;
  beforeEach(async () => {
    functions = await startFunctionsInProcess({
      ...folder,
      env: { ...ACCOUNT, SECRET: 's3cret', DOMAIN_NAME: 'voicemail-1-dev.twil.io' },
    });
  });
  afterEach(() => functions.close());

  it('get their variables, parameters and domain', async () => {
    const answer = await fetch(`${functions.url}/open?a=1`, { method: 'POST', body: new URLSearchParams({ b: '2' }) });
    expect(await answer.json()).toEqual({
      domain: 'voicemail-1-dev.twil.io',
      secret: 's3cret',
      path: '/open',
      params: { a: '1', b: '2' },
    });
  });

  it('cannot change the client that the runtime gives them', async () => {
    expect(await (await fetch(`${functions.url}/clients`)).json()).toEqual({ own: true, given: false });
  });

  it('share virtual time', async () => {
    const world = createWorld();
    const clock = installVirtualClock(world.activity, Date.UTC(2026, 0, 1));
    try {
      let body = '';
      const done = world.activity.begin('request', 'test');
      void fetch(`${functions.url}/deep/er/twiml?Name=Ana`)
        .then((answer) => answer.text())
        .then((text) => {
          body = text;
          done();
        });
      await clock.advance(4999);
      expect(body).toBe('');
      await clock.advance(1);
      expect(body).toContain('<Say>Hello Ana</Say>');
    } finally {
      clock.uninstall();
    }
  });

  it('serve assets', async () => {
    const answer = await fetch(`${functions.url}/music/hold.mp3`);
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    expect((await answer.arrayBuffer()).byteLength).toBe(2);
    expect((await fetch(`${functions.url}/keys.json`)).status).toBe(403);
  });
});

it('runs Functions under the real twilio-run, in a separate process that only this machine reaches', async () => {
  const port = await freePort();
  const lines: string[] = [];
  const run = await spawnTwilioRun({
    projectDir: folder.dir,
    functionsFolder: 'dist/functions',
    assetsFolder: 'dist/assets',
    env: { ...ACCOUNT, SECRET: `it's "quoted" $HOME \\n`, DOMAIN_NAME: '127.0.0.1:1' },
    port,
    cacheDir: join(folder.dir, '.cache'),
    bin: require.resolve('twilio-run/bin/twilio-run.js'),
    onLine: (line) => lines.push(line),
  });
  try {
    const answer = await fetch(`${run.url}/open`);
    expect(await answer.json()).toMatchObject({ secret: `it's "quoted" $HOME \\n`, domain: '127.0.0.1:1' });
    expect(await (await fetch(`${run.url}/clients`)).json()).toEqual({ own: true, given: false });
    // A server that listens on all addresses would answer at this one, too.
    await expect(fetch(`http://127.0.0.2:${port}/open`)).rejects.toThrow('fetch failed');
  } finally {
    await run.close();
  }
  await expect(fetch(`${run.url}/open`)).rejects.toThrow();
});

it('when two start at once in one checkout, each reads its own variables', async () => {
  const start = async (secret: string) =>
    spawnTwilioRun({
      projectDir: folder.dir,
      functionsFolder: 'dist/functions',
      assetsFolder: 'dist/assets',
      env: { SECRET: secret, DOMAIN_NAME: '127.0.0.1:1' },
      port: await freePort(),
      cacheDir: join(folder.dir, '.cache'),
      bin: require.resolve('twilio-run/bin/twilio-run.js'),
    });
  const runs = await Promise.all([start('first'), start('second')]);
  try {
    const secrets = await Promise.all(
      runs.map(async ({ url }) => ((await (await fetch(`${url}/open`)).json()) as { secret: string }).secret),
    );
    expect(secrets).toEqual(['first', 'second']);
  } finally {
    await Promise.all(runs.map((run) => run.close()));
  }
});

it('when twilio-run does not start, reports why', async () => {
  const port = await freePort();
  const start = spawnTwilioRun({
    projectDir: folder.dir,
    functionsFolder: 'dist/functions',
    assetsFolder: 'dist/assets',
    env: {},
    port,
    cacheDir: join(folder.dir, '.cache'),
    bin: join(folder.dir, 'missing.js'),
  });
  await expect(start).rejects.toThrow(/twilio-run ended at once[\s\S]*missing\.js/);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
