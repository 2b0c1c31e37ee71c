import { readTelephoneWav, writeTelephoneWav } from '../../src/voice/telephone-audio';
import { CALLER, createVoiceHarness, NUMBER, tone, type VoiceHarness } from './voice-harness';

const ALL_EVENTS = 'recordingStatusCallbackEvent="in-progress completed absent"';
let harness: VoiceHarness;
beforeEach(async () => {
  harness = await createVoiceHarness();
  harness.product.on('/left', '<Say>Thank you</Say>');
  harness.product.on('/recorded', { status: 204, type: 'text/plain' });
  harness.product.on('/transcribed', { status: 204, type: 'text/plain' });
});
afterEach(() => harness.close());

/** Calls a number that records at once, with these attributes. */
const callRecorder = async (attributes = '') => {
  harness.product.on(
    '/voice',
    `<Record playBeep="false" action="/left" recordingStatusCallback="/recorded" ${attributes}/><Say>Next</Say>`,
  );
  return harness.call();
};
const speak = (sid: string, seconds: number, transcript?: string) => {
  const sound = tone(seconds);
  harness.voice.speak(sid, writeTelephoneWav(sound), transcript === undefined ? {} : { transcript });
  return sound;
};
const forms = (path: string) => harness.product.to(path).map(({ form }) => form);
const recording = () => harness.world.recordings.list()[0]!;

describe('a recording that the call plays itself', () => {
  const SORRY = 'say:We are sorry, an application error has occurred. Goodbye.';
  /** Records three seconds, and plays them from Twilio's own address after so many milliseconds. */
  const playBack = async (ms: number) => {
    harness.product.on(
      '/left',
      ({ params }) => `<Pause length="${ms / 1_000}"/><Play>${params.RecordingUrl}.mp3</Play>`,
    );
    const sid = await callRecorder();
    speak(sid, 3);
    await harness.clock.advance(2_500);
    harness.voice.press(sid, '#');
    await harness.clock.advance(ms + 1_000);
    return harness.heard(sid);
  };

  it('cannot be read without credentials where the account asks for them', async () => {
    expect(await playBack(4_000)).toEqual([SORRY]);
    expect(harness.logged('error').join('\n')).toMatch(/11200 Got HTTP 401/);
  });

  it('cannot be read before it is processed', async () => {
    harness.world.account.mediaAuthentication = false;
    expect(await playBack(1_000)).toEqual([SORRY]);
    expect(harness.logged('error').join('\n')).toMatch(/11200 Got HTTP 404/);
  });

  it('is heard where media need no credentials', async () => {
    harness.world.account.mediaAuthentication = false;
    expect(await playBack(4_000)).toEqual([expect.stringMatching(/^play:.*\/Recordings\/RE\w+\.mp3$/)]);
  });
});

describe('a recording', () => {
  it('begins after the beep', async () => {
    harness.product.on('/voice', '<Record action="/left"/>');
    const sid = await harness.call();
    expect(harness.heard(sid)).toEqual(['beep']);
    expect(harness.world.recordings.list()).toEqual([]);
    await harness.clock.advance(500);
    expect(recording()).toMatchObject({ callSid: sid, status: 'in-progress' });
    expect(harness.voice.callEvents(sid)).toContainEqual(expect.objectContaining({ type: 'recording', on: true }));
  });

  it('ended by a key asks the action with the names and values Twilio sends', async () => {
    const sid = await callRecorder();
    speak(sid, 3);
    await harness.clock.advance(3100);
    harness.voice.press(sid, '#');
    await harness.clock.settle();
    const [form] = forms('/left');
    expect(form).toMatchObject({
      CallStatus: 'in-progress',
      Digits: '#',
      RecordingDuration: '3',
      RecordingSid: recording().sid,
      RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${harness.world.account.accountSid}/Recordings/${recording().sid}`,
    });
    expect(Object.keys(form!)).toHaveLength(25 + 4);
    expect(harness.heard(sid)).toEqual(['say:Thank you']);
  });

  it('keeps the caller’s samples exactly and trims the silence around them', async () => {
    const sid = await callRecorder();
    await harness.clock.advance(2000);
    const first = speak(sid, 1.5);
    harness.voice.speak(sid, 2);
    const second = speak(sid, 1);
    await harness.clock.advance(4500 + 4999);
    expect(recording().status).toBe('in-progress');
    await harness.clock.advance(1);
    expect(recording()).toMatchObject({ status: 'processing', durationSeconds: 5, wav: null });
    await harness.clock.advance(2000);
    const pcm = readTelephoneWav(recording().wav!);
    expect(pcm.equals(Buffer.concat([first, Buffer.alloc(32_000), second]))).toBe(true);
  });

  it('keeps silence with trim="do-not-trim"', async () => {
    const sid = await callRecorder('trim="do-not-trim" timeout="3"');
    await harness.clock.advance(1000);
    speak(sid, 2);
    await harness.clock.advance(8000);
    expect(recording().durationSeconds).toBe(6);
    expect(readTelephoneWav(recording().wav!)).toHaveLength(6 * 16_000);
  });

  it('ends at its greatest length, in the middle of a word', async () => {
    const sid = await callRecorder('maxLength="4"');
    const sound = speak(sid, 10);
    await harness.clock.advance(6000);
    expect(forms('/left')).toMatchObject([{ Digits: '', RecordingDuration: '4' }]);
    expect(readTelephoneWav(recording().wav!).equals(sound.subarray(0, 4 * 16_000))).toBe(true);
  });

  it('only ends at keys of finishOnKey', async () => {
    const sid = await callRecorder('finishOnKey="*"');
    speak(sid, 3);
    await harness.clock.advance(2000);
    harness.voice.press(sid, '1');
    await harness.clock.advance(500);
    expect(recording().status).toBe('in-progress');
    harness.voice.press(sid, '*');
    await harness.clock.settle();
    expect(forms('/left')).toMatchObject([{ Digits: '*', RecordingDuration: '3' }]);
  });

  it('asks its own document when it has no action', async () => {
    harness.product.on('/voice', ({ form }) =>
      form.RecordingSid ? '<Say>Got it</Say>' : '<Record playBeep="false" timeout="1"/>',
    );
    const sid = await harness.call();
    speak(sid, 2);
    await harness.clock.advance(3000);
    expect(harness.heard(sid)).toEqual(['say:Got it']);
  });
});

describe('a recording’s status callbacks', () => {
  const NAMES = [
    ...['AccountSid', 'CallSid', 'ErrorCode', 'RecordingChannels', 'RecordingDuration', 'RecordingSid'],
    ...['RecordingSource', 'RecordingStartTime', 'RecordingStatus', 'RecordingUrl'],
  ];

  it('tell of completion a while later, without From or To', async () => {
    const sid = await callRecorder();
    speak(sid, 2);
    await harness.clock.advance(2000 + 5000 + 1999);
    expect(forms('/recorded')).toEqual([]);
    await harness.clock.advance(1);
    const [form] = forms('/recorded');
    expect(Object.keys(form!).sort()).toEqual(NAMES);
    expect(form).toMatchObject({
      ErrorCode: '0',
      RecordingStatus: 'completed',
      RecordingDuration: '2',
      RecordingSource: 'RecordVerb',
      RecordingStartTime: 'Mon, 05 Jan 2026 09:00:00 +0000',
    });
  });

  it('report every subscribed event, in order', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    speak(sid, 2);
    await harness.clock.advance(10_000);
    expect(forms('/recorded').map((form) => form.RecordingStatus)).toEqual(['in-progress', 'completed']);
  });

  it('tell of nothing said (16102), and the next verb follows without the action', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    await harness.clock.advance(5000);
    expect(forms('/recorded').map((form) => form.RecordingStatus)).toEqual(['in-progress', 'absent']);
    const absent = forms('/recorded').at(-1)!;
    expect(Object.keys(absent).sort()).toEqual(NAMES);
    expect(absent).toMatchObject({ ErrorCode: '16102', RecordingDuration: '0' });
    expect(forms('/left')).toEqual([]);
    expect(harness.heard(sid)).toEqual(['say:Next']);
    expect(recording()).toMatchObject({ status: 'absent', errorCode: 16102, wav: null });
  });

  it('tell of what was too short (16101)', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    speak(sid, 0.5);
    await harness.clock.advance(600);
    harness.voice.press(sid, '1');
    await harness.clock.settle();
    expect(forms('/recorded').at(-1)).toMatchObject({ RecordingStatus: 'absent', ErrorCode: '16101' });
    expect(harness.heard(sid)).toEqual(['say:Next']);
  });

  it('do not report absence unless subscribed', async () => {
    await callRecorder();
    await harness.clock.advance(20_000);
    expect(forms('/recorded')).toEqual([]);
  });

  it('are not sent for a recording deleted meanwhile', async () => {
    const sid = await callRecorder();
    speak(sid, 2);
    await harness.clock.advance(7000);
    harness.world.recordings.remove(recording().sid);
    await harness.clock.advance(10_000);
    expect(forms('/recorded')).toEqual([]);
  });
});

describe('hanging up while recording', () => {
  it('keeps the recording, requests the action with Digits=hangup and ignores its answer', async () => {
    const sid = await callRecorder();
    speak(sid, 12);
    await harness.clock.advance(8000);
    harness.voice.hangUp(sid);
    await harness.clock.settle();
    expect(forms('/left')).toMatchObject([{ CallStatus: 'completed', Digits: 'hangup', RecordingDuration: '8' }]);
    await harness.clock.advance(2000);
    expect(forms('/recorded')).toMatchObject([{ RecordingStatus: 'completed', RecordingDuration: '8' }]);
    expect(harness.heard(sid)).toEqual(['ended']);
    expect(readTelephoneWav(recording().wav!)).toHaveLength(8 * 16_000);
  });

  it('with nothing said asks no action', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    await harness.clock.advance(3000);
    harness.voice.hangUp(sid);
    await harness.clock.advance(10_000);
    expect(forms('/left')).toEqual([]);
    expect(forms('/recorded').at(-1)).toMatchObject({ RecordingStatus: 'absent', ErrorCode: '16102' });
  });

  it('during the beep leaves no recording', async () => {
    harness.product.on('/voice', '<Record action="/left"/>');
    const sid = await harness.call();
    harness.voice.hangUp(sid);
    await harness.clock.advance(10_000);
    expect(harness.world.recordings.list()).toEqual([]);
  });
});

describe('transcription', () => {
  const NAMES = [
    ...['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'Called', 'Caller', 'Direction', 'From', 'RecordingSid'],
    ...['RecordingUrl', 'To', 'TranscriptionSid', 'TranscriptionStatus', 'TranscriptionText', 'TranscriptionType'],
    ...['TranscriptionUrl', 'url'],
  ];
  const TRANSCRIBE = 'transcribe="true" transcribeCallback="/transcribed"';

  it('arrives some seconds after the recording, with the names Twilio sends', async () => {
    const sid = await callRecorder(TRANSCRIBE);
    speak(sid, 4, 'Please call me back.');
    await harness.clock.advance(9000 + 2000 + 9999);
    expect(forms('/transcribed')).toEqual([]);
    await harness.clock.advance(1);
    const [form] = forms('/transcribed');
    expect(Object.keys(form!).sort()).toEqual(NAMES);
    expect(form).toMatchObject({
      CallStatus: 'completed',
      From: CALLER,
      To: NUMBER,
      TranscriptionStatus: 'completed',
      TranscriptionText: 'Please call me back.',
      TranscriptionType: 'fast',
      url: `${harness.product.url}/transcribed`,
    });
    expect(harness.world.recordings.transcriptions(recording().sid)).toHaveLength(1);
  });

  it.each([
    ['too short', 1.5, 'Hi.'],
    ['without words', 4, undefined],
  ])('fails for a recording %s', async (_why, seconds, words) => {
    const sid = await callRecorder(TRANSCRIBE);
    speak(sid, seconds, words);
    await harness.clock.advance(30_000);
    expect(forms('/transcribed')).toMatchObject([{ TranscriptionStatus: 'failed', TranscriptionText: '' }]);
  });

  it('limits a recording to 120 s, which is one too many to transcribe', async () => {
    const sid = await callRecorder(TRANSCRIBE);
    speak(sid, 130, 'A long story.');
    await harness.clock.advance(140_000);
    expect(forms('/left')).toMatchObject([{ RecordingDuration: '120' }]);
    expect(forms('/transcribed')).toMatchObject([{ TranscriptionStatus: 'failed' }]);
  });

  it('is not made unless requested', async () => {
    const sid = await callRecorder();
    speak(sid, 4, 'Hello');
    await harness.clock.advance(30_000);
    expect(harness.world.recordings.transcriptions(recording().sid)).toEqual([]);
  });
});

it('refuses another kind of sound', async () => {
  const sid = await callRecorder();
  expect(() => harness.voice.speak(sid, Buffer.from('no sound'))).toThrow('not a WAV file');
  const stereo = writeTelephoneWav(tone(1));
  stereo.writeUInt16LE(2, 22);
  expect(() => harness.voice.speak(sid, stereo)).toThrow('8 kHz 16 bit mono');
});
