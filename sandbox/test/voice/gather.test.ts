import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import { createVoiceHarness, tone, type VoiceHarness } from './voice-harness';

let harness: VoiceHarness;
beforeEach(async () => {
  harness = await createVoiceHarness();
  harness.product.on('/chosen', '<Say>Thanks</Say>');
});
afterEach(() => harness.close());

const chosen = () => harness.product.to('/chosen').map(({ form }) => form);

describe('Gather', () => {
  it('sends the parameters Twilio sends, at the key that completes numDigits', async () => {
    harness.product.on('/voice', '<Gather numDigits="1" action="/chosen"><Say>Press a key, please, now</Say></Gather>');
    const sid = await harness.call();
    harness.voice.press(sid, '2');
    await harness.clock.settle();
    expect(harness.heard(sid)).toEqual(['say:Press a key, please, now', 'stop', 'say:Thanks']);
    const [form] = chosen();
    expect(form).toMatchObject({ Digits: '2', FinishedOnKey: '', msg: 'Gather End', CallStatus: 'in-progress' });
    expect(Object.keys(form!)).toHaveLength(25 + 3);
  });

  it('waits its timeout after the prompts, then the next verb follows without a request', async () => {
    harness.product.on('/voice', '<Gather timeout="4" action="/chosen"><Say>Hi</Say></Gather><Say>Nothing</Say>');
    const sid = await harness.call();
    await harness.clock.advance(1000 + 3999);
    expect(harness.heard(sid)).toEqual(['say:Hi']);
    await harness.clock.advance(1);
    expect(harness.heard(sid)).toEqual(['say:Hi', 'say:Nothing']);
    expect(chosen()).toEqual([]);
  });

  it('without numDigits waits its timeout again after each key', async () => {
    harness.product.on('/voice', '<Gather timeout="3" action="/chosen"/>');
    const sid = await harness.call();
    for (const key of ['1', '2', '3']) {
      harness.voice.press(sid, key);
      await harness.clock.advance(2999);
    }
    expect(chosen()).toEqual([]);
    await harness.clock.advance(1);
    expect(chosen()).toMatchObject([{ Digits: '123' }]);
  });

  it('ends at once at the finishing key, which is no digit', async () => {
    harness.product.on('/voice', '<Gather action="/chosen"/>');
    const sid = await harness.call();
    for (const key of '45#') harness.voice.press(sid, key);
    await harness.clock.settle();
    expect(chosen()).toMatchObject([{ Digits: '45', FinishedOnKey: '#' }]);
  });

  it('goes on to the next verb when the finishing key comes first', async () => {
    harness.product.on('/voice', '<Gather action="/chosen"/><Say>Nothing</Say>');
    const sid = await harness.call();
    harness.voice.press(sid, '#');
    await harness.clock.settle();
    expect(harness.heard(sid)).toEqual(['say:Nothing']);
    expect(chosen()).toEqual([]);
  });

  it('takes * and # as digits when finishOnKey is empty', async () => {
    harness.product.on('/voice', '<Gather action="/chosen" finishOnKey="" numDigits="2"/>');
    const sid = await harness.call();
    harness.voice.press(sid, '*');
    harness.voice.press(sid, '#');
    await harness.clock.settle();
    expect(chosen()).toMatchObject([{ Digits: '*#', FinishedOnKey: '' }]);
  });

  it('requests the action without digits with actionOnEmptyResult', async () => {
    harness.product.on('/voice', '<Gather action="/chosen" actionOnEmptyResult="true" timeout="2"/>');
    await harness.call();
    await harness.clock.advance(2000);
    expect(chosen()).toMatchObject([{ Digits: '' }]);
  });

  it('asks its own document when it has no action', async () => {
    harness.product.on('/voice', ({ form }) => (form.Digits ? '<Say>Got it</Say>' : '<Gather numDigits="1"/>'));
    const sid = await harness.call();
    harness.voice.press(sid, '7');
    await harness.clock.settle();
    expect(harness.heard(sid)).toEqual(['say:Got it']);
  });

  it('loses a key that is pressed while nothing listens', async () => {
    harness.product.on('/voice', '<Say>Hi</Say><Gather numDigits="1" action="/chosen" timeout="2"/>');
    const sid = await harness.call();
    harness.voice.press(sid, '1');
    await harness.clock.advance(3000);
    expect(chosen()).toEqual([]);
    expect(harness.world.eventLog.entries().map(({ text }) => text)).toContain('caller pressed 1 (nothing listens)');
  });

  it('refuses characters that are not keys', async () => {
    harness.product.on('/voice', '<Gather/>');
    const sid = await harness.call();
    expect(() => harness.voice.press(sid, '12')).toThrow(RangeError);
  });
});

describe('Play', () => {
  /** Silent frames of MPEG 2 layer III, 32 kbit/s at 16 kHz: 144 bytes and 36 ms each, behind an ID3 tag. */
  const mp3 = (seconds: number): Buffer => {
    const frame = Buffer.alloc(144);
    frame.writeUInt32BE(0xff_f3_48_c0);
    const tag = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 2]);
    return Buffer.concat([tag, Buffer.alloc(130), ...Array.from({ length: Math.ceil(seconds / 0.036) }, () => frame)]);
  };

  it('plays for the length of the file, as often as loop says, and fetches it once', async () => {
    harness.product.on('/tune.wav', { type: 'audio/wav', body: writeTelephoneWav(tone(2.5)) });
    harness.product.on('/voice', `<Play loop="3">${harness.product.url}/tune.wav</Play><Say>Over</Say>`);
    const sid = await harness.call();
    await harness.clock.advance(7499);
    expect(harness.heard(sid)).toEqual(['play:/tune.wav', 'play:/tune.wav', 'play:/tune.wav']);
    await harness.clock.advance(1);
    expect(harness.heard(sid).at(-1)).toBe('say:Over');
    expect(harness.product.to('/tune.wav')).toHaveLength(1);
  });

  it('knows the length of an MP3', async () => {
    harness.product.on('/tune.mp3', { type: 'audio/mpeg', body: mp3(4) });
    harness.product.on('/voice', `<Play>${harness.product.url}/tune.mp3</Play><Say>Over</Say>`);
    const sid = await harness.call();
    await harness.clock.advance(3900);
    expect(harness.heard(sid)).toEqual(['play:/tune.mp3']);
    await harness.clock.advance(300);
    expect(harness.heard(sid).at(-1)).toBe('say:Over');
  });

  it('plays for ever with loop 0, until a key', async () => {
    harness.product.on('/tune.wav', { type: 'audio/wav', body: writeTelephoneWav(tone(1)) });
    const tune = `${harness.product.url}/tune.wav`;
    harness.product.on('/voice', `<Gather numDigits="1" action="/chosen"><Play loop="0">${tune}</Play></Gather>`);
    const sid = await harness.call();
    await harness.clock.advance(3_600_000);
    expect(harness.heard(sid)).toHaveLength(3601);
    harness.voice.press(sid, '1');
    await harness.clock.settle();
    expect(harness.heard(sid).slice(-2)).toEqual(['stop', 'say:Thanks']);
  });

  it('plays keys', async () => {
    harness.product.on('/voice', '<Play digits="1w2"/><Say>Done</Say>');
    const sid = await harness.call();
    await harness.clock.advance(1000);
    expect(harness.heard(sid).at(-1)).toBe('say:Done');
  });
});
