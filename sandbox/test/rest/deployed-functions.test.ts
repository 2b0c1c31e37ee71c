import { createTestTwilio } from '../../src/testing/test-twilio';

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
