import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

async function flex() {
  const setup = await openRest();
  const { accountSid } = setup.world.account;
  const post = async (body: unknown) => {
    const answer = await fetch(`${setup.server.url}/flex-api.twilio.com/v1/Configuration`, {
      method: 'POST',
      headers: { Authorization: setup.authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { ...setup, accountSid, post, api: setup.client.flexApi.v1 };
}

test('a property of the Flex Configuration that is set replaces the whole of it, and no other', async () => {
  const { api, post, accountSid: account_sid, world } = await flex();
  const before = await api.configuration().fetch();
  expect(before).toMatchObject({ accountSid: account_sid, taskrouterWorkspaceSid: world.workspaceSid, status: 'ok' });
  await post({ account_sid, ui_attributes: { version_compatibility: 'yes', custom_data: { a: 1 } } });
  await api.configuration().update({ account_sid, call_recording_enabled: true });
  const second = await post({ account_sid, ui_attributes: { custom_data: { b: 2 } } });
  expect(second.body).toMatchObject({ call_recording_enabled: true });
  expect(second.body.ui_attributes).toEqual({ custom_data: { b: 2 } });
  const after = await api.configuration().fetch();
  expect(after.uiAttributes).toEqual({ custom_data: { b: 2 } });
  expect(after.taskrouterSkills).toEqual(before.taskrouterSkills);
});

test('the Flex Configuration is changed with the account’s sid only, and not by unknown names', async () => {
  const { post, accountSid: account_sid, world } = await flex();
  const before = { ...world.flex.configuration };
  for (const wrong of [
    { ui_attributes: {} },
    { account_sid: `AC${'0'.repeat(32)}`, ui_attributes: {} },
    { account_sid, ui_attribute: {} },
    { account_sid, taskrouter_workspace_sid: `WS${'0'.repeat(32)}` },
    [],
  ]) {
    expect(await post(wrong)).toMatchObject({ status: 400, body: { code: 20001 } });
  }
  expect(world.flex.configuration).toEqual(before);
  // As it was read: what cannot be changed is left as it is.
  expect((await post(before)).status).toBe(200);
});

async function withPlugin() {
  const setup = await flex();
  const { api } = setup;
  const plugin = await api.plugins.create({ uniqueName: 'plugin-voicemail', friendlyName: 'Voicemail' });
  const versions = api.plugins(plugin.sid).pluginVersions;
  const add = (version: string) =>
    versions.create({ versionParam: version, pluginUrl: `https://example.com/${version}/bundle.js` });
  const configure = (...sids: string[]) =>
    api.pluginConfigurations.create({
      name: 'Setup',
      plugins: sids.map((sid) => JSON.stringify({ plugin_version: sid, phase: 3 })),
    });
  return { ...setup, plugin, versions, add, configure };
}

test('a plugin’s version is configured and released, and then read as the active one', async () => {
  const { api, plugin, versions, add, configure } = await withPlugin();
  expect((await api.plugins('plugin-voicemail').fetch()).sid).toBe(plugin.sid);
  expect(await api.plugins(plugin.sid).update({ description: 'Callbacks' })).toMatchObject({
    friendlyName: 'Voicemail',
    description: 'Callbacks',
  });
  await add('1.0.0');
  const second = await add('1.1.0');
  expect(second).toMatchObject({ pluginUrl: 'https://example.com/1.1.0/bundle.js', archived: false, _private: false });
  expect((await versions('latest').fetch()).sid).toBe(second.sid);
  expect((await versions.list()).map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
  expect(await refusal(api.pluginReleases('active').fetch())).toMatchObject({ status: 404 });
  const configuration = await configure(second.sid);
  const release = await api.pluginReleases.create({ configurationId: configuration.sid });
  expect((await api.pluginReleases('active').fetch()).sid).toBe(release.sid);
  expect(await api.pluginConfigurations('active').plugins.list()).toMatchObject([
    { uniqueName: 'plugin-voicemail', version: '1.1.0', phase: 3, pluginVersionSid: second.sid },
  ]);
  const configured = api.pluginConfigurations(configuration.sid).plugins(plugin.sid);
  expect((await configured.fetch()).version).toBe('1.1.0');
  expect(await api.pluginConfigurations.list()).toHaveLength(1);
  expect(await api.pluginReleases.list()).toHaveLength(1);
});

test('plugins, versions and configurations that cannot be are refused', async () => {
  const { api, add, configure } = await withPlugin();
  const first = await add('1.0.0');
  const second = await add('1.0.1');
  expect(await refusal(api.plugins.create({ uniqueName: 'plugin-voicemail' }))).toMatchObject({ status: 409 });
  expect(await refusal(add('1.0.0'))).toMatchObject({ status: 409 });
  expect(await refusal(add('one'))).toMatchObject({ status: 400 });
  expect(await refusal(configure(`FV${'0'.repeat(32)}`))).toMatchObject({ status: 400 });
  expect(await refusal(configure(first.sid, second.sid))).toMatchObject({ status: 400 });
  const badly = api.pluginConfigurations.create({ name: 'Setup', plugins: [first.sid] });
  expect(await refusal(badly)).toMatchObject({ status: 400 });
  const nothing = api.pluginReleases.create({ configurationId: `FJ${'0'.repeat(32)}` });
  expect(await refusal(nothing)).toMatchObject({ status: 400 });
  expect(await refusal(api.plugins('plugin-other').fetch())).toMatchObject({ status: 404, code: 20404 });
});

test('what is enabled cannot be archived, and what is archived cannot be released again', async () => {
  const { api, send, plugin, add, configure } = await withPlugin();
  const archive = (path: string) => send('POST', `flex-api.twilio.com/v1/PluginService/${path}/Archive`);
  const version = await add('1.0.0');
  const configuration = await configure(version.sid);
  await api.pluginReleases.create({ configurationId: configuration.sid });
  for (const path of [
    `Plugins/${plugin.sid}`,
    `Plugins/${plugin.sid}/Versions/${version.sid}`,
    `Configurations/${configuration.sid}`,
  ]) {
    expect((await archive(path)).status).toBe(400);
  }
  const empty = await configure();
  await api.pluginReleases.create({ configurationId: empty.sid });
  const archived = await archive(`Plugins/${plugin.sid}/Versions/${version.sid}`);
  expect(await archived.json()).toMatchObject({ archived: true });
  expect((await archive(`Plugins/${plugin.sid}/Versions/${version.sid}`)).status).toBe(400);
  expect(await refusal(configure(version.sid))).toMatchObject({ status: 400 });
  const again = api.pluginReleases.create({ configurationId: configuration.sid });
  expect(await refusal(again)).toMatchObject({ status: 400 });
  expect((await archive(`Plugins/${plugin.sid}`)).status).toBe(200);
  expect(await refusal(add('1.0.1'))).toMatchObject({ status: 400 });
  expect((await archive(`Configurations/${configuration.sid}`)).status).toBe(200);
});

test('without credentials, Flex’s API answers nothing', async () => {
  const { server } = await flex();
  for (const path of ['Configuration', 'PluginService/Plugins']) {
    expect((await fetch(`${server.url}/flex-api.twilio.com/v1/${path}`)).status).toBe(401);
  }
});
