import { installVirtualClock, type VirtualClock } from '../../src/testing/virtual-clock';
import { closeAll, openRest, refusal } from './rest-setup';

let clock: VirtualClock | undefined;
afterEach(async () => {
  clock?.uninstall();
  clock = undefined;
  await closeAll();
});

async function service() {
  const setup = await openRest();
  clock = installVirtualClock(setup.world.activity, Date.UTC(2026, 0, 5), 'http');
  const { services } = setup.client.serverless.v1;
  const made = await services.create({ uniqueName: 'voicemail', friendlyName: 'Voicemail' });
  const one = services(made.sid);
  const upload = async (kind: 'Functions' | 'Assets', sid: string, parts: Record<string, string | Blob>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(parts)) body.append(name, value);
    const path = `serverless-upload.twilio.com/v1/Services/${made.sid}/${kind}/${sid}/Versions`;
    const authorization = { Authorization: setup.authorization };
    const answer = await fetch(`${setup.server.url}/${path}`, { method: 'POST', headers: authorization, body });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const addFunction = async (path: string, code = 'exports.handler = (c, e, callback) => callback(null, 1);') => {
    const { sid } = await one.functions.create({ friendlyName: path });
    const Content = new Blob([code], { type: 'application/javascript' });
    return (await upload('Functions', sid, { Path: path, Visibility: 'public', Content })).body;
  };
  return { ...setup, services, made, one, upload, addFunction };
}

test('a serverless service is found by its name, changed and deleted', async () => {
  const { services, made, one } = await service();
  expect(made).toMatchObject({ uniqueName: 'voicemail', includeCredentials: true, uiEditable: false });
  expect(made.domainBase).toMatch(/^voicemail-\d{4}$/);
  expect((await services('voicemail').fetch()).sid).toBe(made.sid);
  expect(await one.update({ friendlyName: 'V', uiEditable: true })).toMatchObject({ friendlyName: 'V' });
  expect((await services.list()).map(({ sid }) => sid)).toEqual([made.sid]);
  expect(await refusal(services.create({ uniqueName: 'voicemail', friendlyName: 'V' }))).toMatchObject({ status: 409 });
  for (const uniqueName of ['a'.repeat(51), 'a b', '']) {
    expect(await refusal(services.create({ uniqueName, friendlyName: 'V' }))).toMatchObject({ status: 400 });
  }
  expect(await one.remove()).toBe(true);
  expect(await refusal(one.fetch())).toMatchObject({ status: 404, code: 20404 });
});

test('an account has at most 50 serverless services', async () => {
  const { services, world } = await service();
  for (let count = 1; count < 50; count += 1) {
    world.serverless.addService({ uniqueName: `service-${count}`, friendlyName: 'One of many' });
  }
  expect(await refusal(services.create({ uniqueName: 'more', friendlyName: 'More' }))).toEqual({
    status: 400,
    code: 20001,
    message: 'Services are limited to less than or equal to 50',
  });
});

test('environments have domains of their own, and no two the same name or suffix', async () => {
  const { one, made } = await service();
  const live = await one.environments.create({ uniqueName: 'production' });
  expect(live).toMatchObject({ domainSuffix: null, buildSid: null, domainName: `${made.domainBase}.twil.io` });
  const dev = await one.environments.create({ uniqueName: 'dev-environment', domainSuffix: 'dev' });
  expect(dev.domainName).toBe(`${made.domainBase}-dev.twil.io`);
  for (const [uniqueName, domainSuffix] of [
    ['production', 'x'],
    ['another', 'dev'],
  ] as const) {
    expect(await refusal(one.environments.create({ uniqueName, domainSuffix }))).toMatchObject({
      status: 409,
      message: 'Environment with this UniqueName or DomainSuffix already exists.',
    });
  }
  const long = one.environments.create({ uniqueName: 'long', domainSuffix: 'a'.repeat(17) });
  expect(await refusal(long)).toMatchObject({ status: 400 });
  expect(await one.environments(dev.sid).remove()).toBe(true);
  expect((await one.environments.list()).map(({ sid }) => sid)).toEqual([live.sid]);
});

test('a variable has at most 450 bytes and one key, and stays out of the log', async () => {
  const { one, world } = await service();
  const { sid } = await one.environments.create({ uniqueName: 'production' });
  const { variables } = one.environments(sid);
  const full = await variables.create({ key: 'FULL', value: 'é'.repeat(225) });
  for (const [key, value] of [
    ['LONG', 'é'.repeat(226)],
    ['A-B', 'x'],
    ['1ST', 'x'],
    ['K'.repeat(129), 'x'],
  ] as const) {
    expect(await refusal(variables.create({ key, value }))).toMatchObject({ status: 400, code: 20001 });
  }
  expect(await refusal(variables.create({ key: 'FULL', value: 'x' }))).toMatchObject({ status: 409 });
  expect(await refusal(variables(full.sid).update({ value: 'x'.repeat(451) }))).toMatchObject({ status: 400 });
  expect((await variables(full.sid).update({ value: 'a-secret-value' })).value).toBe('a-secret-value');
  expect((await variables.list()).map(({ key, value }) => [key, value])).toEqual([['FULL', 'a-secret-value']]);
  expect(JSON.stringify(world.eventLog.entries())).not.toContain('a-secret-value');
  expect(await variables(full.sid).remove()).toBe(true);
  expect(await variables.list()).toEqual([]);
});

test('Functions and assets are uploaded as versions, and their code can be read', async () => {
  const { one, upload } = await service();
  const made = await one.functions.create({ friendlyName: '/greet' });
  const code = new Blob(['exports.handler = 1;'], { type: 'application/javascript' });
  const version = await upload('Functions', made.sid, { Path: 'greet', Visibility: 'protected', Content: code });
  expect(version).toMatchObject({ status: 201, body: { path: '/greet', visibility: 'protected' } });
  const versions = one.functions(made.sid).functionVersions;
  expect((await versions.list()).map(({ sid }) => sid)).toEqual([version.body.sid]);
  const read = await versions(version.body.sid!).functionVersionContent().fetch();
  expect(read.content).toBe('exports.handler = 1;');
  const asset = await one.assets.create({ friendlyName: '/hold.mp3' });
  const sound = { Path: '/hold.mp3', Visibility: 'public', Content: new Blob(['abc'], { type: 'audio/mpeg' }) };
  expect((await upload('Assets', asset.sid, sound)).status).toBe(201);
  expect((await one.assets(asset.sid).assetVersions.list())[0]).toMatchObject({ path: '/hold.mp3' });

  const parts = { Path: '/greet', Visibility: 'public', Content: code };
  const { Content: _content, ...withoutContent } = parts;
  for (const wrong of [
    { ...parts, Visibility: 'secret' },
    { ...parts, Path: '/../greet' },
    { ...parts, Path: `/${'a'.repeat(255)}` },
    withoutContent,
  ]) {
    expect((await upload('Functions', made.sid, wrong)).status).toBe(400);
  }
  const large = { ...parts, Content: new Blob(['x'.repeat(1_000_001)]) };
  expect((await upload('Functions', made.sid, large)).status).toBe(413);
  expect((await upload('Functions', asset.sid, parts)).status).toBe(404);
});

test('a build is complete after a while, and only then deployed', async () => {
  const { one, addFunction, world } = await service();
  const version = await addFunction('/greet');
  const environment = await one.environments.create({ uniqueName: 'production' });
  const { deployments } = one.environments(environment.sid);
  const build = await one.builds.create({ functionVersions: [version.sid!], runtime: 'node22' });
  expect(build).toMatchObject({ status: 'building', runtime: 'node22', assetVersions: [] });
  expect(await refusal(deployments.create({ buildSid: build.sid }))).toMatchObject({ status: 400, code: 20001 });
  await clock!.advance(world.serverless.buildMs);
  expect((await one.builds(build.sid).buildStatus().fetch()).status).toBe('completed');
  const deployment = await deployments.create({ buildSid: build.sid });
  expect((await deployments(deployment.sid).fetch()).buildSid).toBe(build.sid);
  expect((await one.environments(environment.sid).fetch()).buildSid).toBe(build.sid);
  expect(await refusal(one.builds(build.sid).remove())).toMatchObject({ status: 400 });
  expect(await one.environments(environment.sid).logs.list()).toEqual([]);
});

test('a build with a runtime handler that the platform does not have is refused in Twilio’s words', async () => {
  const { one, addFunction } = await service();
  const functionVersions = [(await addFunction('/greet')).sid!];
  const withHandler = (version: string) =>
    one.builds.create({
      functionVersions,
      dependencies: JSON.stringify([{ name: '@twilio/runtime-handler', version }]),
    });
  expect(await refusal(withHandler('2.1.0'))).toEqual({
    status: 400,
    code: 20001,
    message: expect.stringContaining('No matching version found for @twilio/runtime-handler@2.1.0.'),
  });
  expect((await withHandler('2.0.1')).dependencies).toEqual([{ name: '@twilio/runtime-handler', version: '2.0.1' }]);
  for (const wrong of [
    { functionVersions: [] },
    { functionVersions: [`ZN${'0'.repeat(32)}`] },
    { functionVersions, runtime: 'node10' },
    { functionVersions, dependencies: 'twilio' },
  ]) {
    expect(await refusal(one.builds.create(wrong))).toMatchObject({ status: 400, code: 20001 });
  }
});

test('a build with two Functions at one path fails', async () => {
  const { one, addFunction, world } = await service();
  const versions = [await addFunction('/greet'), await addFunction('/greet')];
  const build = await one.builds.create({ functionVersions: versions.map(({ sid }) => sid!) });
  await clock!.advance(world.serverless.buildMs);
  expect((await one.builds(build.sid).fetch()).status).toBe('failed');
});

test('without credentials, nothing can be uploaded', async () => {
  const { server, made } = await service();
  const path = `serverless-upload.twilio.com/v1/Services/${made.sid}/Functions/ZH${'0'.repeat(32)}/Versions`;
  const answer = await fetch(`${server.url}/${path}`, { method: 'POST', body: new FormData() });
  expect(answer.status).toBe(401);
});
