import type { EmailDeliveryResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** Whether mails arrived, as supervisors are told. */
async function deliveries(harness: Harness, ids: readonly string[], who = 'sue') {
  const sue = harness.signIn(who, ['supervisor'], 'Offline');
  const answer = await harness.postFlex('email-delivery', sue.token, { Voicemails: ids.join(',') });
  return { status: answer.status, body: (await answer.json()) as EmailDeliveryResponse };
}

test('tells supervisors who got a mail and who did not, and lists what bounced', async () => {
  const recipients = ['admin@example.com', 'mailbox-full@example.com'].map((address) => ({ address }));
  const harness = await openHarness({ settings: { recipients } });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const id = `voicemail-${caller.sid}-1`;
  const bounced = [{ address: 'mailbox-full@example.com', reason: 'mailbox-full' as const }];
  const { body } = await deliveries(harness, [id, `voicemail-CA${'0'.repeat(32)}-1`]);
  expect(body).toEqual({
    deliveries: { [id]: { delivered: 1, bounced: [{ ...bounced[0]!, words: '5.2.2 …: user over quota' }] } },
    bounced: [
      {
        ...{ voicemail_id: id, taskType: 'voicemail', kind: 'email-bounced', since: expect.any(String) },
        ...{ queue: 'Support', caller: '+1 202-•••-0123', bounced },
      },
    ],
    complete: true,
  } satisfies EmailDeliveryResponse);
  // What bounced is listed whatever is shown; after three days it is not.
  expect((await deliveries(harness, [], 'eve')).body.bounced).toHaveLength(1);
  await harness.advance(3 * 24 * 60 * 60_000);
  expect((await deliveries(harness, [], 'ann')).body.bounced).toEqual([]);
});

test('when the provider cannot report deliveries, says that nothing is known', async () => {
  const harness = await openHarness();
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  harness.injectFault({ host: 'api.mailgun.net', method: 'GET', kind: 'no-answer' });
  const { status, body } = await deliveries(harness, [`voicemail-${caller.sid}-1`]);
  expect({ status, ...body }).toEqual({ status: 200, deliveries: {}, bounced: [], complete: false });
});

test.each([['email-settings'], [Array.from({ length: 51 }, (_, n) => `voicemail-CA${'0'.repeat(32)}-${n}`).join(',')]])(
  'refuses ids that are none, or too many (%#)',
  async (ids) => {
    const harness = await openHarness();
    expect(await deliveries(harness, [ids])).toMatchObject({ status: 422, body: { code: 'invalid' } });
  },
);
