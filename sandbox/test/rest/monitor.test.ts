import { createVoice } from '../../src/voice/voice';
import { startProductApp } from '../voice/product-app';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

test('a webhook that fails is one alert with Twilio’s error code, found by level and time', async () => {
  const { client, world } = await openRest();
  expect(await client.monitor.v1.alerts.list()).toEqual([]);
  const product = await startProductApp();
  const voice = createVoice(world, { numbers: { '+12025550101': { voiceUrl: `${product.url}/missing` } } });
  const ended = new Promise<void>((resolve) => {
    voice.subscribe((event) => event.type === 'say' && resolve());
  });
  const callSid = voice.placeCall({ from: '+12025550177', to: '+12025550101' });
  await ended;
  const alerts = await client.monitor.v1.alerts.list();
  const shown = alerts.map(({ errorCode, logLevel, resourceSid, moreInfo }) => [
    errorCode,
    logLevel,
    resourceSid,
    moreInfo,
  ]);
  expect(shown).toEqual([['11200', 'error', callSid, 'https://www.twilio.com/docs/errors/11200']]);
  expect((await client.monitor.v1.alerts(alerts[0]!.sid).fetch()).errorCode).toBe('11200');
  const day = new Date();
  const list = (query: object) => client.monitor.v1.alerts.list(query);
  expect(await list({ logLevel: 'warning' })).toEqual([]);
  expect(
    await list({ startDate: new Date(day.getTime() - 60_000), endDate: new Date(day.getTime() + 60_000) }),
  ).toHaveLength(1);
  expect(await list({ startDate: new Date(day.getTime() + 60_000) })).toEqual([]);
  expect(await refusal(client.monitor.v1.alerts(`NO${'0'.repeat(32)}`).fetch())).toMatchObject({ status: 404 });
  voice.close();
  await product.close();
});

test('countries that may be called are listed and filtered', async () => {
  const { client, world } = await openRest();
  const { countries } = client.voice.v1.dialingPermissions;
  expect((await countries.list({ lowRiskNumbersEnabled: true })).map(({ isoCode }) => isoCode)).toEqual(['US']);
  world.account.dialingPermissions.set('DE', { lowRisk: true, highRiskSpecial: false, highRiskTollfraud: false });
  expect(await countries('DE').fetch()).toMatchObject({
    countryCodes: ['+49'],
    lowRiskNumbersEnabled: true,
    highRiskTollfraudNumbersEnabled: false,
  });
  expect(await countries.list({ countryCode: '+44' })).toMatchObject([{ isoCode: 'GB', lowRiskNumbersEnabled: false }]);
  expect(await countries.list({ isoCode: 'FR' })).toMatchObject([{ continent: 'EUROPE' }]);
  expect(await refusal(countries('XX').fetch())).toMatchObject({ status: 404, code: 20404 });
});
