import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import { DEFAULT_ACCOUNT, DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { CALLER, closeFlowCalls, createFlow, NUMBER, playFlow, RETURN_URL, say, widget } from './play-flow';

afterEach(closeFlowCalls);

const APPLICATION_ERROR = 'We are sorry, an application error has occurred. Goodbye.';
const condition = (tested: string, type: string, value: string) => [
  { friendly_name: 'If', arguments: [tested], type, value },
];
const split = (
  name: string,
  tested: string,
  matches: [type: string, value: string, next: string][],
  noMatch: string,
) => ({
  ...widget(name, 'split-based-on', { input: tested }),
  transitions: [
    { event: 'noMatch', next: noMatch },
    ...matches.map(([type, value, next]) => ({ event: 'match', next, conditions: condition(tested, type, value) })),
  ],
});

describe('speaking and listening', () => {
  const menu = createFlow(
    widget('vars', 'set-variables', { variables: [{ key: 'who', value: '{{trigger.call.From}}' }] }, { next: 'hello' }),
    say('hello', 'Hello {{flow.variables.who}}.', 'menu'),
    widget(
      'menu',
      'gather-input-on-call',
      { say: 'Press a key.', number_of_digits: 1, timeout: 5, finish_on_key: '#', stop_gather: true },
      { keypress: 'choice', speech: undefined, timeout: 'late' },
    ),
    split(
      'choice',
      '{{widgets.menu.Digits}}',
      [
        ['equal_to', '1', 'one'],
        ['matches_any_of', '2,3', 'more'],
      ],
      'other',
    ),
    say('one', 'One.'),
    say('more', 'Two or three.'),
    say('other', 'You pressed {{widgets.menu.Digits}}.', 'menu'),
    say('late', 'You pressed nothing.'),
  );

  test.each([
    ['1', 'One.'],
    ['3', 'Two or three.'],
    ['9', 'You pressed 9.'],
  ])('a pressed %s takes its way', async (key, answer) => {
    const call = await playFlow(() => menu);
    await call.advance(3_000);
    await call.press(key);
    expect(call.said()).toEqual([`Hello ${CALLER}.`, 'Press a key.', answer]);
    expect(call.logged('error')).toEqual([]);
  });

  test('who presses nothing takes the timeout, and the call ends with the flow', async () => {
    const call = await playFlow(() => menu);
    await call.advance(20_000);
    expect(call.said().at(-1)).toBe('You pressed nothing.');
    expect(call.status()).toBe('completed');
    expect(call.logged('info')).toContain('Studio: the flow ends at late (audioComplete)');
  });

  test('a voicemail of Studio itself: recorded, or nothing said', async () => {
    const recorder = createFlow(
      widget(
        'record',
        'record-voicemail',
        { timeout: 5, max_length: 60 },
        { recordingComplete: 'done', noAudio: 'none', hangup: undefined },
      ),
      say('done', 'Recorded {{widgets.record.RecordingDuration}} seconds.'),
      say('none', 'Nothing was recorded.'),
    );
    const call = await playFlow(() => recorder);
    await call.advance(30_000);
    expect(call.said()).toEqual(['Nothing was recorded.']);
  });
});

describe('asking a server', () => {
  const asking = (type: string, properties: Record<string, unknown>) =>
    createFlow(
      widget('ask', type, properties, { success: 'yes', fail: 'no', failed: 'no' }),
      say('yes', 'ok {{widgets.ask.parsed.ok}} {{widgets.ask.status_code}}.'),
      say('no', 'no: {{widgets.ask.parsed.message}} {{widgets.ask.status_code}}.'),
    );
  const parameters = [
    { key: 'numberToCall', value: '{{trigger.call.From}}' },
    { key: 'numberToCallFrom', value: '{{flow.channel.address}}' },
  ];
  const json = (status: number, body: object) => ({ status, type: 'application/json', body: JSON.stringify(body) });

  test('Run Function posts a signed form and keeps the JSON it gets', async () => {
    const call = await playFlow(
      (url) => asking('run-function', { url: `${url}/create`, parameters }),
      (product) => product.on('/create', json(200, { ok: true })),
    );
    expect(call.said()).toEqual(['ok true 200.']);
    const [request] = call.product.to('/create');
    const form = { numberToCall: CALLER, numberToCallFrom: NUMBER };
    expect(request).toMatchObject({ method: 'POST', form });
    const signature = String(request!.headers['x-twilio-signature']);
    const { authToken } = DEFAULT_ACCOUNT;
    expect(validateRequest(authToken, signature, `${call.product.url}/create`, form)).toBe(true);
  });

  test('a refusal follows the failure transition with its answer, and is logged with its Twilio code', async () => {
    const call = await playFlow(
      (url) => asking('run-function', { url: `${url}/create`, parameters }),
      (product) => product.on('/create', json(400, { code: 'no_number', message: 'There is no number.' })),
    );
    expect(call.said()).toEqual(['no: There is no number. 400.']);
    expect(call.logged('error')).toEqual([
      expect.stringMatching(/^81017 Studio requested .* and failed: it answered 400$/),
    ]);
  });

  test('an answer that takes longer than 10 s has failed', async () => {
    const call = await playFlow(
      (url) => asking('run-function', { url: `${url}/create` }),
      (product) => product.on('/create', () => null),
    );
    await call.advance(9_000);
    expect(call.said()).toEqual([]);
    await call.advance(2_000);
    expect(call.said()).toEqual(['no: 0.']);
  });

  test('Make HTTP Request: a GET carries its parameters in the query', async () => {
    const call = await playFlow(
      (url) =>
        asking('make-http-request', {
          method: 'GET',
          content_type: 'application/x-www-form-urlencoded;charset=utf-8',
          url: `${url}/look?a=1`,
          parameters,
        }),
      (product) => product.on('/look', json(200, { ok: true })),
    );
    expect(call.said()).toEqual(['ok true 200.']);
    const [request] = call.product.to('/look');
    expect(request).toMatchObject({ method: 'GET', params: { a: '1', numberToCall: CALLER } });
    const { authToken } = DEFAULT_ACCOUNT;
    const signature = String(request!.headers['x-twilio-signature']);
    expect(validateRequest(authToken, signature, call.product.url + request!.url, {})).toBe(true);
  });

  test('Make HTTP Request: redirects are followed, and text is not parsed', async () => {
    const call = await playFlow(
      (url) =>
        asking('make-http-request', {
          method: 'POST',
          content_type: 'application/json',
          url: `${url}/here`,
          body: '{"from": "{{trigger.call.From}}"}',
        }),
      (product) => {
        product.on('/here', { status: 307, headers: { location: '/there' } });
        product.on('/there', { status: 200, type: 'text/plain', body: '{"ok": true}' });
      },
    );
    expect(call.said()).toEqual(['ok 200.']);
    expect(call.product.to('/there')[0]).toMatchObject({ method: 'POST' });
  });
});

describe('queues', () => {
  const workflow = DEFAULT_WORKFLOWS[0]!.sid;
  const toFlex = (url: string, over: Record<string, unknown> = {}) =>
    createFlow(
      widget(
        'flex',
        'send-to-flex',
        {
          workflow,
          channel: 'TC00000000000000000000000000000001',
          attributes: '{ "type": "inbound", "name": "{{trigger.call.From}}" }',
          priority: '5',
          timeout: '3600',
          waitUrl: `${url}/wait?for={{flow.variables.nothing}}`,
          waitUrlMethod: 'GET',
          ...over,
        },
        { callComplete: 'bye', failedToEnqueue: 'full', callFailure: undefined },
      ),
      say('bye', 'Goodbye: {{widgets.flex.QueueResult}}.'),
      say('full', 'The line is closed: {{widgets.flex.QueueResult}}.'),
    );

  test('Send to Flex: a task with the attributes, and the wait music', async () => {
    const call = await playFlow(toFlex, (product) => product.on('/wait', '<Say>Please hold.</Say>'));
    const [task] = call.twilio.world.tasks.list();
    expect(task).toMatchObject({ workflowSid: workflow, priority: 5, timeoutSeconds: 3600 });
    expect(JSON.parse(task!.attributes)).toMatchObject({ type: 'inbound', name: CALLER, call_sid: call.callSid });
    expect(call.said()).toEqual(['Please hold.']);
    expect(call.product.to('/wait')[0]).toMatchObject({ method: 'GET', params: { for: '' } });

    call.twilio.voice.connectAgent(call.callSid);
    await call.advance(1_000);
    call.twilio.voice.disconnectAgent(call.callSid);
    await call.advance(1_000);
    expect(call.said().at(-1)).toBe('Goodbye: bridged.');
  });

  test('a workflow that is not there: failed to enqueue', async () => {
    const call = await playFlow((url) => toFlex(url, { workflow: 'WW00000000000000000000000000000000' }));
    await call.advance(1_000);
    expect(call.said()).toEqual(['The line is closed: error.']);
  });

  test('who hangs up in the line ends the flow there', async () => {
    const call = await playFlow(toFlex, (product) => product.on('/wait', '<Say>Please hold.</Say>'));
    call.twilio.voice.hangUp(call.callSid);
    await call.advance(1_000);
    expect(call.logged('info')).toContain('Studio: the flow ends at flex (callFailure)');
  });

  test('Enqueue Call takes a workflow too', async () => {
    const call = await playFlow(
      (url) =>
        createFlow(
          widget('line', 'enqueue-call', {
            workflow_sid: workflow,
            task_attributes: '{"a": 1}',
            wait_url: `${url}/wait`,
          }),
        ),
      (product) => product.on('/wait', '<Say>Please hold.</Say>'),
    );
    expect(JSON.parse(call.twilio.world.tasks.list()[0]!.attributes)).toMatchObject({ a: 1 });
    expect(call.said()).toEqual(['Please hold.']);
  });
});

describe('TwiML elsewhere', () => {
  const away = (timeout: string) => (url: string) =>
    createFlow(
      widget(
        'away',
        'add-twiml-redirect',
        { url: `${url}/doc`, method: 'POST', timeout },
        { return: 'back', timeout: 'tell', fail: undefined },
      ),
      say('back', 'Back with {{widgets.away.foo}}.'),
      widget('tell', 'run-function', { url: `${url}/gone` }, { success: undefined, fail: undefined }),
    );

  test('it comes back under the address of production, with variables', async () => {
    const call = await playFlow(away('14400'), (product) =>
      product.on('/doc', `<Say>Elsewhere.</Say><Redirect>${RETURN_URL}&amp;foo=bar</Redirect>`),
    );
    await call.advance(2_000);
    expect(call.said()).toEqual(['Elsewhere.', 'Back with bar.']);
  });

  test('it may never come back: then the timeout goes on without the call', async () => {
    const call = await playFlow(away('60'), (product) => {
      product.on('/doc', '<Pause length="120"/><Say>Done.</Say>');
      product.on('/gone', { status: 204 });
    });
    await call.advance(59_000);
    expect(call.product.to('/gone')).toHaveLength(0);
    await call.advance(2_000);
    expect(call.product.to('/gone')).toHaveLength(1);
    await call.advance(70_000);
    expect(call.said()).toEqual(['Done.']);
    expect(call.logged('error')).toEqual([]);
  });

  test('who comes back too late is refused', async () => {
    const call = await playFlow(away('0'), (product) => {
      product.on('/doc', `<Pause length="5"/><Redirect>${RETURN_URL}</Redirect>`);
      product.on('/gone', { status: 204 });
    });
    await call.advance(10_000);
    expect(call.product.to('/gone')).toHaveLength(1);
    expect(call.said()).toEqual([APPLICATION_ERROR]);
    expect(call.logged('error')).toContainEqual(expect.stringContaining('FlowEvent return of'));
  });

  test('nothing can be said to a call that has left', async () => {
    const call = await playFlow(
      (url) =>
        createFlow(
          widget('away', 'add-twiml-redirect', { url: `${url}/doc`, timeout: '0' }, { timeout: 'hello' }),
          say('hello', 'Hello?'),
        ),
      (product) => product.on('/doc', '<Say>Elsewhere.</Say>'),
    );
    await call.advance(5_000);
    expect(call.said()).toEqual(['Elsewhere.']);
    expect(call.logged('error')).toEqual([expect.stringContaining('does not model hello after the call has left')]);
  });
});

describe('failures are logged and end the call as on Twilio', () => {
  test.each([
    [
      'a widget that is not modeled',
      widget('text', 'send-message', { body: 'Hi' }),
      'does not model text (send-message)',
    ],
    ['a template that is none', say('hello', '{{ trigger.call.From'), 'Liquid cannot render'],
    ['a property that is missing', widget('away', 'add-twiml-redirect', {}), 'has no url'],
    ['a number that is none', widget('hello', 'say-play', { say: 'Hi', loop: 'often' }), 'is no number: often'],
    [
      'a condition that is not modeled',
      split('s', '1', [['is_holiday', '1', 's']], 's'),
      'does not model the condition is_holiday',
    ],
    ['an expression that is none', split('s', '1', [['regex', '(', 's']], 's'), 'Invalid regular expression'],
    [
      'credentials of the account',
      widget('h', 'make-http-request', {
        url: 'http://127.0.0.1:9',
        method: 'GET',
        content_type: 'x',
        add_twilio_auth: true,
      }),
      'does not model add_twilio_auth',
    ],
  ])('%s', async (_name, broken, words) => {
    const call = await playFlow(() => createFlow(broken));
    await call.advance(10_000);
    expect(call.said()).toEqual([APPLICATION_ERROR]);
    expect(call.logged('error')).toContainEqual(
      expect.stringMatching(new RegExp(`^Studio: .*${words.replace(/[()]/g, '\\$&')}`)),
    );
    expect(call.status()).toBe('completed');
  });

  test('a transition that is not there', async () => {
    const call = await playFlow(() => createFlow(widget('hello', 'say-play', { say: 'Hello.' })));
    await call.advance(10_000);
    expect(call.said()).toEqual(['Hello.']);
    expect(call.logged('error')).toEqual(['Studio: hello has no transition audioComplete; the flow ends']);
  });

  test('ends a flow that loops endlessly', async () => {
    const vars = (name: string, next: string) => widget(name, 'set-variables', { variables: [] }, { next });
    const call = await playFlow(() => createFlow(vars('a', 'b'), vars('b', 'a')));
    await call.advance(10_000);
    expect(call.said()).toEqual([APPLICATION_ERROR]);
  });

  test('refuses an unknown flow or account, and a request without a call', async () => {
    const call = await playFlow(() => createFlow(say('hello', 'Hello.')));
    const { stubUrl, voice } = call.twilio;
    const [voiceUrl] = voice.webhooks.map(({ url }) => url);
    const ask = async (url: string, params: Record<string, string>) => {
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(params) });
      return { status: answer.status, code: ((await answer.json()) as { code: number }).code };
    };
    const elsewhere = `${stubUrl}/webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1`;
    expect(await ask(elsewhere, { CallSid: 'CA1' })).toEqual({ status: 404, code: 20404 });
    expect(await ask(voiceUrl!, { MessageSid: 'SM1' })).toEqual({ status: 400, code: 20001 });
  });
});
