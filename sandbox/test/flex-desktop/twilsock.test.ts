import { decodeFrame, encodeFrame } from '../../src/flex-desktop/twilsock/framing';
import { type FlexDesktopSetup, openFlexDesktop, type TestSocket } from './flex-desktop-setup';

describe('a Twilsock frame', () => {
  it('returns any payload unchanged', () => {
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

const request = (path: string) => ({ host: 'cds.us1.twilio.com', path, method: 'PUT', params: {} });

interface AskOptions {
  host?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
}

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
    { host = 'cds.us1.twilio.com', headers = {}, params = {} }: AskOptions = {},
  ) => {
    asked += 1;
    const id = `TM${asked}`;
    const request = { host, path, method, params, headers };
    line.sendFrame({ header: { id, method: 'message', http_request: request }, payload });
    const { header, payload: body } = await line.next();
    expect(header).toMatchObject({ id, method: 'reply', status: { code: 200 } });
    return { status: header.http_status.code, body };
  };
  const subscribe = async (line: TestSocket, type: 'document' | 'map', sid: string) => {
    const requests = [{ object_sid: sid, object_type: type, last_event_id: 0 }];
    const order = { action: 'establish', correlation_id: 5, requests };
    expect((await ask(line, 'POST', '/v4/Subscriptions', order)).status).toBe(202);
    return (await line.next()).payload;
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

    expect(await subscribe(ana, 'document', made.body.sid)).toMatchObject({
      event_type: 'subscription_established',
      correlation_id: 5,
    });
    await ask(sam, 'POST', `/v3/Documents/${made.body.sid}`, { data: { a: 2 } });
    expect((await ana.next()).payload).toMatchObject({
      event_type: 'document_updated',
      event: { document_sid: made.body.sid, document_data: { a: 2 }, id: 1 },
    });
  });

  it('carries map items as the SDK writes them: put, put once, put by revision, listed in pages, removed', async () => {
    const { line } = await connect('sam');
    const { body: map } = await ask(line, 'POST', '/v3/Maps', { unique_name: 'states' });
    expect(await subscribe(line, 'map', map.sid)).toMatchObject({ event_type: 'subscription_established' });
    const item = `/v3/Maps/${map.sid}/Items/${encodeURIComponent('a/b')}`;
    const put = async (n: number, headers: Record<string, string>) => {
      const { status, body } = await ask(line, 'PUT', item, { data: { n } }, { headers });
      return status < 300 ? [status, body.revision] : [status, body.code];
    };
    line.sendFrame({ header: { id: 'TM-put', method: 'message', http_request: request(item) }, payload: { data: {} } });
    const pushed = { event_type: 'map_item_added', event: { id: 1, map_sid: map.sid, item_key: 'a/b', item_data: {} } };
    expect((await line.next()).payload).toMatchObject(pushed);
    expect((await line.next()).header).toMatchObject({ id: 'TM-put', http_status: { code: 201 } });
    // Without a subscription, only answers come.
    await ask(line, 'POST', '/v4/Subscriptions', {
      ...{ action: 'cancel', correlation_id: 6 },
      requests: [{ object_sid: map.sid, object_type: 'map' }],
    });
    expect((await line.next()).payload.event_type).toBe('subscription_canceled');
    expect(await put(1, { 'If-Match': '-1' })).toEqual([412, 54205]);
    expect(await put(1, { 'If-Match': '0' })).toEqual([200, '1']);
    expect(await put(2, { 'If-Match': '0' })).toEqual([412, 54205]);
    expect(await put(2, {})).toEqual([200, '2']);
    await ask(line, 'POST', `/v3/Maps/${map.sid}/Items`, { key: 'c', data: {} });
    const taken = await ask(line, 'POST', `/v3/Maps/${map.sid}/Items`, { key: 'c', data: {} });
    expect(taken).toMatchObject({ status: 409, body: { code: 54208 } });

    const list = (params: Record<string, string>) =>
      ask(line, 'GET', `/v3/Maps/${map.sid}/Items`, undefined, { params });
    const first = await list({ PageSize: '1', Order: 'asc' });
    expect(first.body.items).toMatchObject([{ key: 'a/b', data: { n: 2 }, revision: '2' }]);
    const second = await list({ PageToken: encodeURIComponent(first.body.meta.next_token) });
    expect(second.body.items).toMatchObject([{ key: 'c' }]);
    expect(second.body.meta.next_token).toBeNull();
    expect((await list({ Key: encodeURIComponent('a/b') })).body.items).toHaveLength(1);
    const removed = await ask(line, 'DELETE', item);
    expect(removed).toMatchObject({ status: 200, body: { last_event_id: 5 } });
    expect(await ask(line, 'DELETE', item)).toMatchObject({ status: 404, body: { code: 54201 } });
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

  it('fails the subscription to an object that is not there, with the error of a read', async () => {
    const { line } = await connect('sam');
    expect(await subscribe(line, 'map', 'MP0')).toMatchObject({
      event_type: 'subscription_failed',
      event: { object_sid: 'MP0', error: { status: 404, code: 54200 } },
    });
  });

  it('answers what is not modeled with Twilio’s error and a line in the log', async () => {
    const { line } = await connect('sam');
    expect(await ask(line, 'POST', '/v3/Lists', {})).toMatchObject({ status: 404, body: { code: 20404, status: 404 } });
    expect(setup.world.eventLog.entries().at(-1)!.text).toBe(
      'the sandbox does not model POST cds.us1.twilio.com/v3/Lists (over Twilsock)',
    );
  });
});
