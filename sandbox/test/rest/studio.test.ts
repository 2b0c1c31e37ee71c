import twilio from 'twilio';
import { stubHttpClient } from '../../src/testing/stub-http-client';
import { createTestTwilio } from '../../src/testing/test-twilio';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { createFlow, say, widget } from '../studio/play-flow';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

const NUMBER = '+12025550101';
const greeting = (text: string) => createFlow(say('greet', text));
const published = (definition: unknown, more = {}) => ({
  friendlyName: 'Voicemail',
  status: 'published' as const,
  definition,
  ...more,
});

test('a Studio flow is made, listed without its definition, fetched, revised and deleted', async () => {
  const { client, world, send } = await openRest();
  const { flows } = client.studio.v2;
  const made = await flows.create(published(greeting('One.'), { commitMessage: 'first' }));
  expect(made).toMatchObject({
    friendlyName: 'Voicemail',
    status: 'published',
    revision: 1,
    valid: true,
    errors: [],
    commitMessage: 'first',
    webhookUrl: `https://webhooks.twilio.com/v1/Accounts/${world.account.accountSid}/Flows/${made.sid}`,
  });
  expect(await flows.list()).toMatchObject([{ sid: made.sid, definition: null }]);
  const changed = await flows(made.sid).update({ status: 'draft', definition: greeting('Two.') });
  expect(changed).toMatchObject({ friendlyName: 'Voicemail', status: 'draft', revision: 2, commitMessage: null });
  expect((await flows(made.sid).fetch()).definition).toEqual(greeting('Two.'));
  // By hand: the SDK (6.2.0) throws while it reads this list.
  const listed = await send('GET', `studio.twilio.com/v2/Flows/${made.sid}/Revisions`);
  const { revisions } = (await listed.json()) as { revisions: { revision: number }[] };
  expect(revisions.map(({ revision }) => revision)).toEqual([2, 1]);
  expect(await flows(made.sid).revisions('1').fetch()).toMatchObject({ definition: greeting('One.') });
  expect(await flows(made.sid).revisions('LatestPublished').fetch()).toMatchObject({ revision: 1 });
  expect(await refusal(flows(made.sid).revisions('3').fetch())).toMatchObject({ status: 404 });
  expect(await flows(made.sid).remove()).toBe(true);
  expect(await refusal(flows(made.sid).fetch())).toMatchObject({ status: 404, code: 20404 });
});

test('a definition that Studio would not take is refused with the places that are wrong', async () => {
  const { client, send } = await openRest();
  const { flows, flowValidate } = client.studio.v2;
  const good = await flows.create(published(greeting('One.')));
  const extra = createFlow(
    widget('greet', 'say-play', { say: 'Hi', loop: 1, volume: 3 }, { audioComplete: undefined }),
  );
  const nowhere = createFlow(say('greet', 'Hi', 'missing'));
  for (const [definition, place] of [
    [extra, '#/states/1/properties'],
    [nowhere, '#'],
    [{}, '#'],
  ] as const) {
    for (const work of [
      () => flows.create(published(definition)),
      () => flowValidate.update(published(definition)),
      () => flows(good.sid).update({ status: 'published', definition }),
    ]) {
      const error = (await work().catch((reason: unknown) => reason)) as {
        status: number;
        code: number;
        details: { errors: { property_path: string; message: string }[] };
      };
      expect(error).toMatchObject({ status: 400, code: 20001 });
      expect(error.details.errors[0]!.property_path).toBe(place);
    }
  }
  expect((await flowValidate.update(published(greeting('One.')))).valid).toBe(true);
  expect((await flows(good.sid).fetch()).revision).toBe(1);
  const form = { FriendlyName: 'X', Status: 'published', Definition: '{' };
  expect((await send('POST', 'studio.twilio.com/v2/Flows', { form })).status).toBe(400);
  const live = { ...form, Definition: '{}', Status: 'live' };
  expect((await send('POST', 'studio.twilio.com/v2/Flows', { form: live })).status).toBe(400);
});

test('a number whose voice URL is set over REST is answered by the published revision of the flow', async () => {
  const test = await createTestTwilio({ numbers: () => ({ [NUMBER]: { voiceUrl: '' } }) });
  const { accountSid, authToken } = DEFAULT_ACCOUNT;
  const client = twilio(accountSid, authToken, { httpClient: stubHttpClient(test.stubUrl) });
  const { flows } = client.studio.v2;
  const flow = await flows.create(published(greeting('One.')));
  const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: NUMBER });
  const changed = await client.incomingPhoneNumbers(number!.sid).update({
    voiceUrl: flow.webhookUrl,
    voiceMethod: 'POST',
  });
  expect(changed.voiceUrl).toBe(flow.webhookUrl);

  const call = async () => {
    const sid = test.voice.placeCall({ from: '+12025550177', to: NUMBER });
    await test.clock.advance(20_000);
    return test.voice.callEvents(sid).flatMap((event) => (event.type === 'say' ? [event.text] : []));
  };
  expect(await call()).toEqual(['One.']);
  await flows(flow.sid).update({ status: 'draft', definition: greeting('Two.') });
  expect(await call()).toEqual(['One.']);
  await flows(flow.sid).update({ status: 'published' });
  expect(await call()).toEqual(['Two.']);
  await flows(flow.sid).remove();
  expect((await call()).join()).toContain('an application error has occurred');
  await test.close();
});
