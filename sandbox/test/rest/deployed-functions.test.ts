import express from 'express';
import { createDeployedServices } from '../../src/serverless/deployed-services';
import { createTestTwilio } from '../../src/testing/test-twilio';
import { listenOnLoopback } from '../../src/transport/loopback-server';
import { createWorld } from '../../src/world/world';

const NUMBER = '+12025550101';

test('a number is answered by a Function that was deployed over REST', async () => {
  const test = await createTestTwilio({ numbers: () => ({ [NUMBER]: { voiceUrl: '' } }) });
  const { serverless } = test.world;
  const service = serverless.addService({ uniqueName: 'greeting', friendlyName: 'Greeting' });
  const environment = serverless.addEnvironment(service, 'production');
  const code = `exports.handler = (context, event, callback) => {
    const twiml = new Twilio.twiml.VoiceResponse();
    twiml.say('Hello ' + event.From);
    callback(null, twiml);
  };`;
  const version = serverless.addVersion(serverless.addContent(service, 'Function', '/greet'), {
    path: '/greet',
    visibility: 'protected',
    bytes: Buffer.from(code),
  });
  const build = serverless.addBuild(service, {
    versionSids: [version.sid],
    dependencies: undefined,
    runtime: undefined,
  });
  await test.clock.advance(serverless.buildMs);
  serverless.deploy(environment, build);
  test.world.phoneNumbers[0]!.voiceUrl = `https://${environment.domainName}/greet`;
  const sid = test.voice.placeCall({ from: '+12025550177', to: NUMBER });
  await test.clock.advance(20_000);
  expect(test.voice.callEvents(sid)).toContainEqual(expect.objectContaining({ text: 'Hello +12025550177' }));
  await test.close();
});

test('two environments of a service answer by turns, each with its own variables, and not once undeployed', async () => {
  const world = createWorld();
  const { serverless } = world;
  const deployed = createDeployedServices(world, { modulesFrom: process.cwd() });
  const server = await listenOnLoopback(express().use(deployed.router));
  const service = serverless.addService({ uniqueName: 'who', friendlyName: 'Who', includeCredentials: false });
  const code = `exports.handler = (context, event, callback) => {
    const other = require(Runtime.getFunctions().stage.path);
    callback(null, [context.STAGE, other.name, context.DOMAIN_NAME, context.ACCOUNT_SID ?? 'nobody'].join(' '));
  };`;
  const addBuild = (name: string) => {
    const files = { '/who': ['public', code], '/stage': ['private', `exports.name = '${name}';`] } as const;
    const versions = Object.entries(files).map(([path, [visibility, text]]) =>
      serverless.addVersion(serverless.addContent(service, 'Function', path), {
        path,
        visibility,
        bytes: Buffer.from(text),
      }),
    );
    const versionSids = versions.map(({ sid }) => sid);
    const build = serverless.addBuild(service, { versionSids, dependencies: undefined, runtime: undefined });
    // Complete, as after `buildMs`.
    build.status = 'completed';
    return build;
  };
  const environments = ['dev', 'stage'].map((name) => {
    const environment = serverless.addEnvironment(service, name, name);
    serverless.setVariable(environment, { key: 'STAGE', value: name });
    serverless.deploy(environment, addBuild(`build for ${name}`));
    return environment;
  });
  const ask = async (domain: string) => {
    const answer = await fetch(`${server.url}/${domain}/who`);
    return answer.ok ? answer.text() : answer.status;
  };
  const [dev, stage] = environments.map(({ domainName }) => domainName) as [string, string];
  for (const [domain, name] of [
    [dev, 'dev'],
    [stage, 'stage'],
    [dev, 'dev'],
  ] as const) {
    expect(await ask(domain)).toBe(`${name} build for ${name} ${domain} nobody`);
  }
  serverless.deploy(environments[0]!, null);
  expect(await ask(dev)).toBe(404);
  await deployed.close();
  await server.close();
});
