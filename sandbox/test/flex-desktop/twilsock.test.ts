import { decodeFrame, encodeFrame } from '../../src/flex-desktop/twilsock/framing';
import { type FlexDesktopSetup, openFlexDesktop, type TestSocket } from './flex-desktop-setup';

describe('a Twilsock frame', () => {
  it('comes back as it was sent, whatever is in it', () => {
    const frame = { header: { id: 'TM1', method: 'message' }, payload: { text: 'ünï\r\ncode', list: [1, null] } };
    const bytes = encodeFrame(frame);
    const head = /^TWILSOCK V3\.0 (\d+)\r\n/.exec(bytes.toString())!;
    expect(bytes.subarray(head[0].length, head[0].length + Number(head[1])).toString()).toMatch(/^\{.*\}$/);
    expect(decodeFrame(bytes)).toMatchObject(frame);
    expect(decodeFrame(encodeFrame({ header: { id: 'TM2', method: 'close' } }))).toEqual({
      header: { id: 'TM2', method: 'close', payload_size: 0 },
    });
  });
  it.each([
    ['nothing like it'],
    ['TWILSOCK V3.0 99\r\n{}'],
    ['TWILSOCK V3.0 27\r\n{"id":"a","payload_size":9}\r\nshort'],
  ])('is refused: %s', (text) => {
    expect(() => decodeFrame(Buffer.from(text))).toThrow(RangeError);
  });
});

describe('a Twilsock', () => {
  let setup: FlexDesktopSetup;
  beforeEach(async () => {
    setup = await openFlexDesktop();
  });
  afterEach(() => setup.close());

  const connect = async (key: string, token = setup.token(key)) => {
    const line = await setup.open(key, '/__twilio/tsock.us1.twilio.com/v3/wsconnect');
    const registrations = [{ product: 'flex_insights', type: 'ers', message_types: ['twilio.sync.event'] }];
    line.sendFrame({ header: { id: 'TM-init', method: 'init', token, capabilities: ['telemetry.v1'], registrations } });
    return { line, reply: await line.next() };
  };
  let asked = 0;
  const ask = async (
    line: TestSocket,
    method: string,
    path: string,
    payload?: unknown,
    host = 'cds.us1.twilio.com',
  ) => {
    asked += 1;
    const id = `TM${asked}`;
    line.sendFrame({ header: { id, method: 'message', http_request: { host, path, method, params: {} } }, payload });
    const { header, payload: body } = await line.next();
    expect(header).toMatchObject({ id, method: 'reply', status: { code: 200 } });
    return { status: header.http_status.code, body };
  };

  it('takes a token it knows, and closes on another', async () => {
    const { reply } = await connect('sam');
    expect(reply.header).toMatchObject({
      id: 'TM-init',
      method: 'reply',
      status: { code: 200 },
      offline_storage: { flex_insights: { storage_id: expect.any(String) } },
      init_registrations: [{ product: 'flex_insights', notification_ctx_id: 'ctx-flex_insights' }],
    });
    const { line, reply: refusal } = await connect('sam', 'nobody');
    expect(refusal.header.status.code).toBe(401);
    await line.closed;
  });

  it('carries documents: made, read, written, and pushed to another who subscribed', async () => {
    const { line: sam } = await connect('sam');
    const { line: ana } = await connect('ana');
    expect(await ask(sam, 'GET', '/v3/Documents/settings')).toMatchObject({ status: 404, body: { code: 54100 } });
    const made = await ask(sam, 'POST', '/v3/Documents', { unique_name: 'settings', data: { a: 1 } });
    expect(made).toMatchObject({ status: 201, body: { unique_name: 'settings', revision: '0', data: { a: 1 } } });
    expect((await ask(sam, 'POST', '/v3/Documents', { unique_name: 'settings' })).status).toBe(409);

    const requests = [{ object_sid: made.body.sid, object_type: 'document', last_event_id: 0 }];
    const order = { action: 'establish', correlation_id: 5, requests };
    expect((await ask(ana, 'POST', '/v4/Subscriptions', order)).status).toBe(202);
    expect((await ana.next()).payload).toMatchObject({ event_type: 'subscription_established', correlation_id: 5 });
    await ask(sam, 'POST', `/v3/Documents/${made.body.sid}`, { data: { a: 2 } });
    expect((await ana.next()).payload).toMatchObject({
      event_type: 'document_updated',
      event: { document_sid: made.body.sid, document_data: { a: 2 }, id: 1 },
    });
  });

  it('keeps a live query of workers up to date', async () => {
    const { line } = await connect('sue');
    const query = 'data.activity_name == "Offline" && (data.friendly_name not_in ["ana_40example_2Ecom"])';
    const { body } = await ask(line, 'POST', '/v3/Insights/tr-worker/Items', {
      query_string: query,
      type: 'live_query',
    });
    expect(body.items.map(({ data }: { data: { friendly_name: string } }) => data.friendly_name)).toEqual([
      'sam_40example_2Ecom',
      'sue_40example_2Ecom',
      'adam_40example_2Ecom',
    ]);
    const requests = [{ object_sid: body.query_id, object_type: 'live_query' }];
    await ask(line, 'POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 6, requests });
    // What happened meanwhile comes first, then that the subscription stands.
    expect((await line.next()).payload).toMatchObject({
      event_type: 'live_query_updated',
      event: { items: body.items.map(({ key }: { key: string }) => ({ key })) },
    });
    expect((await line.next()).payload.event_type).toBe('subscription_established');
    setup.world.taskRouter.setActivity(setup.desktop('sam').worker, 'Break');
    expect((await line.next()).payload).toMatchObject({
      event_type: 'live_query_item_removed',
      event: { query_id: body.query_id, item_key: setup.desktop('sam').worker.sid },
    });
    expect(setup.world.eventLog.entries().filter(({ level }) => level === 'warning')).toEqual([]);
  });

  it('answers what is not modeled with Twilio’s error and a line in the log', async () => {
    const { line } = await connect('sam');
    expect(await ask(line, 'POST', '/v3/Lists', {})).toMatchObject({ status: 404, body: { code: 20404, status: 404 } });
    expect(setup.world.eventLog.entries().at(-1)!.text).toBe(
      'the sandbox does not model POST cds.us1.twilio.com/v3/Lists (over Twilsock)',
    );
  });
});
