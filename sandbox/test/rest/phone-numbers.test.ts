import { createVoice } from '../../src/voice/voice';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

test('the account’s numbers are those the voice engine answers, in the 2010 API’s shape', async () => {
  const { client, world } = await openRest();
  expect(await client.incomingPhoneNumbers.list()).toEqual([]);
  const numbers = {
    '+12025550102': { voiceUrl: 'https://example.com/b' },
    '+12025550101': { voiceUrl: 'https://example.com/a' },
  };
  const voice = createVoice(world, { numbers });
  const listed = await client.incomingPhoneNumbers.list({ pageSize: 1 });
  expect(listed.map(({ phoneNumber, voiceUrl }) => [phoneNumber, voiceUrl])).toEqual([
    ['+12025550101', 'https://example.com/a'],
    ['+12025550102', 'https://example.com/b'],
  ]);
  for (const [phoneNumber, found] of [
    ['+12025550102', ['+12025550102']],
    ['555010', ['+12025550101', '+12025550102']],
    ['+1202555*102', ['+12025550102']],
    ['+12025550103', []],
  ] as const)
    expect((await client.incomingPhoneNumbers.list({ phoneNumber })).map((one) => one.phoneNumber)).toEqual(found);
  expect(listed[0]!.sid).toMatch(/^PN[0-9a-f]{32}$/);
  voice.close();
});

test('what would filter the list is refused, not ignored', async () => {
  const { client } = await openRest();
  await expect(client.incomingPhoneNumbers.list({ friendlyName: 'Support' })).rejects.toMatchObject({ status: 400 });
});

test('what answers a number is changed over REST, removed again, and left alone by a refused change', async () => {
  const { client, world } = await openRest();
  const voice = createVoice(world, { numbers: { '+12025550101': { voiceUrl: 'https://example.com/a' } } });
  const [listed] = await client.incomingPhoneNumbers.list();
  const number = client.incomingPhoneNumbers(listed!.sid);
  expect(await number.fetch()).toMatchObject({ phoneNumber: '+12025550101', voiceMethod: 'POST' });
  const change = {
    friendlyName: 'Support',
    voiceUrl: 'https://example.com/b',
    voiceMethod: 'GET' as const,
    statusCallback: 'https://example.com/ended',
  };
  expect(await number.update(change)).toMatchObject(change);
  expect(await number.update({ voiceUrl: '', statusCallback: '' })).toMatchObject({ voiceUrl: '', voiceMethod: 'GET' });
  for (const wrong of [{ voiceUrl: 'b' }, { voiceMethod: 'PUT' }, { trunkSid: `TK${'0'.repeat(32)}` }]) {
    expect(await refusal(number.update({ friendlyName: 'X', ...wrong }))).toMatchObject({ status: 400 });
  }
  expect((await number.fetch()).friendlyName).toBe('Support');
  const other = client.incomingPhoneNumbers(`PN${'0'.repeat(32)}`);
  expect(await refusal(other.update({ voiceUrl: 'https://example.com/a' }))).toMatchObject({ status: 404 });
  voice.close();
});
