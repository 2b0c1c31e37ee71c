import { createHash } from 'node:crypto';
import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { closeHarnesses, openHarnessOverHttp } from '../../e2e/support/harness';
import { recordingWebhooks } from '../src/event-streams';
import { waitUntil, workerProcesses } from './support/worker-processes';

const SINK = 'https://worker.example.com';
let workers: ReturnType<typeof workerProcesses> | undefined;

afterEach(async () => {
  await workers?.stopAll();
  workers = undefined;
  await closeHarnesses();
});

/** As Twilio's documentation shows them: https://www.twilio.com/docs/events/event-types/voice/status-callback */
const event = (url: string, parameters: Record<string, string>, type = 'recording.processed') => ({
  specversion: '1.0',
  type: `com.twilio.voice.status-callback.${type}`,
  source: 'AB00000000000000000000000001',
  id: 'NO00000000000000000000000001',
  dataschema: 'https://events-schemas.twilio.com/Voice.WebhookEvent/2',
  datacontenttype: 'application/json',
  time: '2026-11-22T14:00:00.000Z',
  data: { sid: parameters.CallSid, request: { method: 'POST', url, parameters }, response: { responseCode: 502 } },
});

/** A webhook that never reached the Functions, in a product without Redis whose worker takes events. */
async function openProduct() {
  const environment = { NOTIFICATION_QUEUE: 'event-streams' };
  const harness = await openHarnessOverHttp({ environment, settings: { send_when: 'recorded' } });
  harness.holdWebhooks(/recording-status/);
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  workers = workerProcesses(harness, environment);
  const worker = await workers.start({
    WORKER_PUBLIC_URL: SINK,
    WORKER_LOOK_SECONDS: '3600',
    WORKER_SWEEP_SECONDS: '0',
  });
  const post = (body: string, signedBody = body) => {
    const path = `/event-streams?bodySHA256=${createHash('sha256').update(signedBody).digest('hex')}`;
    const signature = getExpectedTwilioSignature(harness.world.account.authToken, `${SINK}${path}`, {});
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    return fetch(`http://127.0.0.1:${worker.port}${path}`, { method: 'POST', headers, body });
  };
  const [held] = harness.heldWebhooks();
  return { harness, worker, post, batch: JSON.stringify([event(held!.url, held!.params)]) };
}

test('an event of a recording makes the voicemail, also when it comes twice: one task, one mail', async () => {
  const { harness, worker, post, batch } = await openProduct();
  expect((await post(batch)).status).toBe(204);
  await waitUntil(
    () => harness.mailbox.list().length > 0,
    () => JSON.stringify(worker.logs()),
  );
  expect((await post(batch)).status).toBe(204);
  await waitUntil(
    async () => (await worker.health()).active === 0,
    () => '',
  );
  expect(harness.mailbox.list()).toHaveLength(1);
  expect(harness.productTasks()).toHaveLength(1);
});

test('a request that Twilio did not sign as it is says nothing', async () => {
  const { harness, post, batch } = await openProduct();
  expect((await post(batch, '[]')).status).toBe(403);
  expect(harness.productTasks()).toHaveLength(0);
});

test('while Sync is down, Twilio is asked to send the events again', async () => {
  const { harness, post, batch } = await openProduct();
  const remove = harness.injectFault({ host: 'sync.twilio.com', kind: 'status', status: 503 });
  expect((await post(batch)).status).toBe(503);
  remove();
  expect((await post(batch)).status).toBe(204);
});

test('only webhooks of our recordings are read, and what is no batch is refused', () => {
  const ours = `https://functions.example.com${FEATURE_PATH}/studio/recording-status?attempt=1`;
  const parameters = { CallSid: 'CA1', RecordingSid: 'RE1' };
  const read = (...events: object[]) => recordingWebhooks(JSON.stringify(events));
  expect(read(event(ours, parameters))).toEqual([{ ...parameters, attempt: '1' }]);
  expect(read(event(ours, { call_sid: 'CA1', recording_sid: 'RE1' }))).toEqual([{ ...parameters, attempt: '1' }]);
  expect(read(event('https://other.example.com/recorded', parameters))).toEqual([]);
  expect(read(event(ours, parameters, 'call.completed'))).toEqual([]);
  expect(read({ type: 'com.twilio.eventstreams.test-event', data: { test_id: '1' } })).toEqual([]);
  expect(recordingWebhooks('{"type":"x"}')).toBeUndefined();
  expect(recordingWebhooks('nonsense')).toBeUndefined();
});
