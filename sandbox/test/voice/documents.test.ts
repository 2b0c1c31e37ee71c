import { validateRequest } from 'twilio';
import { CALLER, createVoiceHarness, NUMBER, type VoiceHarness } from './voice-harness';

let harness: VoiceHarness;
beforeEach(async () => {
  harness = await createVoiceHarness();
});
afterEach(() => harness.close());

describe('a document', () => {
  it('is played verb by verb and the call ends after the last', async () => {
    harness.product.on('/voice', '<Say>Hello</Say><Pause length="3"/><Say voice="alice" language="en-GB">Bye</Say>');
    const sid = await harness.call();
    expect(harness.heard(sid)).toEqual(['say:Hello']);
    expect(harness.voice.get(sid)?.status).toBe('in-progress');
    await harness.clock.advance(1000 + 2999);
    expect(harness.heard(sid)).toEqual(['say:Hello']);
    await harness.clock.advance(1);
    expect(harness.heard(sid)).toEqual(['say:Hello', 'say:Bye']);
    expect(harness.voice.callEvents(sid)).toContainEqual(
      expect.objectContaining({ voice: 'alice', language: 'en-GB' }),
    );
    await harness.clock.advance(1000);
    expect(harness.heard(sid).at(-1)).toBe('ended');
    expect(harness.voice.get(sid)?.status).toBe('completed');
  });

  it('is requested with the parameters Twilio sends, signed', async () => {
    harness.product.on('/voice', '<Hangup/>');
    await harness.call();
    const [request] = harness.product.to('/voice');
    expect(Object.keys(request!.form).sort()).toEqual(
      [
        ...['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'Called', 'Caller', 'Direction', 'From', 'To'],
        ...['CalledCity', 'CalledCountry', 'CalledState', 'CalledZip', 'CallerCity', 'CallerCountry', 'CallerState'],
        ...['CallerZip', 'FromCity', 'FromCountry', 'FromState', 'FromZip', 'ToCity', 'ToCountry', 'ToState', 'ToZip'],
      ].sort(),
    );
    expect(request!.form).toMatchObject({
      CallStatus: 'ringing',
      From: CALLER,
      To: NUMBER,
      ToCity: 'CAMP HILL',
      FromCountry: 'US',
    });
    const signature = String(request!.headers['x-twilio-signature']);
    const { authToken } = harness.world.account;
    expect(validateRequest(authToken, signature, harness.product.url + request!.url, request!.form)).toBe(true);
    expect(validateRequest(authToken, signature, `${harness.product.url}/other`, request!.form)).toBe(false);
  });

  it('names the country of a withheld number as Twilio does, and none for SIP', async () => {
    harness.product.on('/voice', '<Hangup/>');
    await harness.call('+266696687');
    await harness.call('sip:ana@example.com');
    await harness.call('');
    expect(harness.product.to('/voice').map(({ form }) => form.FromCountry)).toEqual(['LS', '', '']);
  });

  it('leads to another by Redirect, relative to itself, by GET with the parameters in the query', async () => {
    harness.product.on('/voice', '<Redirect method="GET">next/one?a=1&amp;b=x%20y</Redirect>');
    harness.product.on('/next/one', '<Redirect>../two</Redirect>');
    harness.product.on('/two', '<Say>Here</Say>');
    const sid = await harness.call();
    const [get] = harness.product.to('/next/one');
    expect(get).toMatchObject({ method: 'GET', form: {}, params: { a: '1', b: 'x y', From: CALLER } });
    expect(
      validateRequest(
        harness.world.account.authToken,
        String(get!.headers['x-twilio-signature']),
        harness.product.url + get!.url,
        {},
      ),
    ).toBe(true);
    expect(harness.product.to('/two')[0]).toMatchObject({ method: 'POST' });
    expect(harness.heard(sid)).toEqual(['say:Here']);
  });

  it('asks itself again for an empty Redirect', async () => {
    let times = 0;
    harness.product.on('/voice', () => {
      times += 1;
      return times < 3 ? '<Pause/><Redirect/>' : '<Say>Enough</Say>';
    });
    const sid = await harness.call();
    await harness.clock.advance(2000);
    expect(harness.heard(sid)).toEqual(['say:Enough']);
  });

  it('takes about as long as its words', async () => {
    harness.product.on('/voice', `<Say>${'a'.repeat(140)}</Say><Say>next</Say>`);
    const sid = await harness.call();
    await harness.clock.advance(9_999);
    expect(harness.heard(sid)).toHaveLength(1);
    await harness.clock.advance(1);
    expect(harness.heard(sid)).toHaveLength(2);
  });

  it('may be plain text, which is said', async () => {
    harness.product.on('/voice', { type: 'text/plain', body: 'Just words' });
    expect(harness.heard(await harness.call())).toEqual(['say:Just words']);
  });

  it('reads the words of speech markup', async () => {
    harness.product.on('/voice', '<Say>Call <say-as interpret-as="telephone">555</say-as><break/> now</Say>');
    expect(harness.heard(await harness.call())).toEqual(['say:Call 555 now']);
  });

  it('refuses a call before it is answered, and not after', async () => {
    harness.product.on('/voice', '<Reject reason="busy"/>');
    const sid = await harness.call();
    expect(harness.voice.get(sid)).toMatchObject({ status: 'busy' });
    harness.product.on('/voice', '<Say>Hi</Say><Reject/>');
    const other = await harness.call();
    await harness.clock.advance(1000);
    expect(harness.voice.get(other)).toMatchObject({ status: 'completed' });
  });
});

describe('what cannot be played', () => {
  const SORRY = 'say:We are sorry, an application error has occurred. Goodbye.';
  const wrong: [string, Parameters<VoiceHarness['product']['on']>[1], string][] = [
    ['an HTTP error', { status: 500 }, '11200'],
    ['no XML', { body: '<Response><Say>' }, '12100'],
    ['blanks before the header', { body: '\n<?xml version="1.0"?><Response/>' }, '12100'],
    ['another root', { body: '<Answer/>' }, '12100'],
    ['JSON', { type: 'application/json', body: '{}' }, '12300'],
    ['an unknown verb', '<Sing>la</Sing>', '12200'],
    ['a verb in the wrong case', '<say>la</say>', '12200'],
    ['a verb in a verb that may not hold it', '<Gather><Record/></Gather>', '12200'],
    ['Record inside Say', '<Say>Hi<Record/></Say>', '12200'],
    ['a verb the sandbox does not model', '<Connect><Stream/></Connect>', 'does not model <Connect>'],
    ['speech input', '<Gather input="dtmf speech"/>', 'does not model'],
    ['an invalid URL', '<Redirect>http://</Redirect>', '11100'],
    ['a sound by the name of its file', '<Play>tune.mp3</Play>', '11100'],
    ['a sound by its path', '<Play>/assets/tune.mp3</Play>', '11100'],
    ['a sound without a scheme', '<Play>//example.com/tune.mp3</Play>', '11100'],
    ['a sound by its path in a menu', '<Gather><Play>/assets/tune.mp3</Play></Gather>', '11100'],
    ['a file that is not there', () => `<Play>${harness.product.url}/missing.mp3</Play>`, '11200'],
    ['a file that is no sound', () => `<Play>${harness.product.url}/voice</Play>`, '12300'],
    ['documents that lead to each other for ever', '<Redirect/>', '11215'],
    ['too long a document', `<Say>${'long '.repeat(14_000)}</Say>`, '11750'],
  ];

  it.each(wrong)('%s: says an application error and ends the call', async (_name, answer, logged) => {
    harness.product.on('/voice', answer);
    const sid = await harness.call();
    expect(harness.heard(sid)).toEqual([SORRY]);
    await harness.clock.advance(5000);
    expect(harness.heard(sid)).toEqual([SORRY, 'ended']);
    expect(harness.logged('error').join('\n')).toContain(logged);
  });

  it('plays what comes before a verb that is not modeled', async () => {
    harness.product.on('/voice', '<Say>First</Say><Echo/>');
    const sid = await harness.call();
    await harness.clock.advance(1000);
    expect(harness.heard(sid)).toEqual(['say:First', SORRY]);
  });

  it('only warns of an attribute that does not exist or has a wrong value', async () => {
    harness.product.on('/voice', '<Say speed="3">Hi</Say><Pause length="long"/><Say>Bye</Say>');
    const sid = await harness.call();
    await harness.clock.advance(2000);
    expect(harness.heard(sid)).toEqual(['say:Hi', 'say:Bye']);
    expect(harness.logged('warning')).toEqual([
      '12200 <Say> has no attribute speed',
      '12200 <Pause length="long"> is not allowed',
    ]);
  });

  it('cannot call a number that is not configured', () => {
    expect(() => harness.voice.placeCall({ from: CALLER, to: '+15550199999' })).toThrow(
      expect.objectContaining({ status: 400, code: 21401 }),
    );
  });
});
