import { readTelephoneWav, writeTelephoneWav } from '../../src/voice/telephone-audio';
import { CALLER, NUMBER, type Scene, stage, tone } from './stage-a-call';

const ALL_EVENTS = 'recordingStatusCallbackEvent="in-progress completed absent"';
let scene: Scene;
beforeEach(async () => {
  scene = await stage();
  scene.product.on('/left', '<Say>Thank you</Say>');
  scene.product.on('/recorded', { status: 204, type: 'text/plain' });
  scene.product.on('/transcribed', { status: 204, type: 'text/plain' });
});
afterEach(() => scene.close());

/** Calls a number that records at once, with these attributes. */
const callRecorder = async (attributes = '') => {
  scene.product.on(
    '/voice',
    `<Record playBeep="false" action="/left" recordingStatusCallback="/recorded" ${attributes}/><Say>Next</Say>`,
  );
  return scene.call();
};
const speak = (sid: string, seconds: number, transcript?: string) => {
  const sound = tone(seconds);
  scene.voice.speak(sid, writeTelephoneWav(sound), transcript === undefined ? {} : { transcript });
  return sound;
};
const forms = (path: string) => scene.product.to(path).map(({ form }) => form);
const recording = () => scene.world.recordings.list()[0]!;

describe('a recording', () => {
  it('begins after the beep', async () => {
    scene.product.on('/voice', '<Record action="/left"/>');
    const sid = await scene.call();
    expect(scene.heard(sid)).toEqual(['beep']);
    expect(scene.world.recordings.list()).toEqual([]);
    await scene.clock.advance(500);
    expect(recording()).toMatchObject({ callSid: sid, status: 'in-progress' });
    expect(scene.voice.heard(sid)).toContainEqual(expect.objectContaining({ type: 'recording', on: true }));
  });

  it('ended by a key asks the action with the names and values Twilio sends', async () => {
    const sid = await callRecorder();
    speak(sid, 3);
    await scene.clock.advance(3100);
    scene.voice.press(sid, '#');
    await scene.clock.settle();
    const [form] = forms('/left');
    expect(form).toMatchObject({
      CallStatus: 'in-progress',
      Digits: '#',
      RecordingDuration: '3',
      RecordingSid: recording().sid,
      RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${scene.world.account.accountSid}/Recordings/${recording().sid}`,
    });
    expect(Object.keys(form!)).toHaveLength(25 + 4);
    expect(scene.heard(sid)).toEqual(['say:Thank you']);
  });

  it('keeps the caller’s samples exactly and trims the silence around them', async () => {
    const sid = await callRecorder();
    await scene.clock.advance(2000);
    const first = speak(sid, 1.5);
    scene.voice.speak(sid, 2);
    const second = speak(sid, 1);
    await scene.clock.advance(4500 + 4999);
    expect(recording().status).toBe('in-progress');
    await scene.clock.advance(1);
    expect(recording()).toMatchObject({ status: 'processing', durationSeconds: 5, wav: null });
    await scene.clock.advance(2000);
    const pcm = readTelephoneWav(recording().wav!);
    expect(pcm.equals(Buffer.concat([first, Buffer.alloc(32_000), second]))).toBe(true);
  });

  it('keeps all of it when told not to trim', async () => {
    const sid = await callRecorder('trim="do-not-trim" timeout="3"');
    await scene.clock.advance(1000);
    speak(sid, 2);
    await scene.clock.advance(8000);
    expect(recording().durationSeconds).toBe(6);
    expect(readTelephoneWav(recording().wav!)).toHaveLength(6 * 16_000);
  });

  it('ends at its greatest length, in the middle of a word', async () => {
    const sid = await callRecorder('maxLength="4"');
    const sound = speak(sid, 10);
    await scene.clock.advance(6000);
    expect(forms('/left')).toMatchObject([{ Digits: '', RecordingDuration: '4' }]);
    expect(readTelephoneWav(recording().wav!).equals(sound.subarray(0, 4 * 16_000))).toBe(true);
  });

  it('only ends at keys of finishOnKey', async () => {
    const sid = await callRecorder('finishOnKey="*"');
    speak(sid, 3);
    await scene.clock.advance(2000);
    scene.voice.press(sid, '1');
    await scene.clock.advance(500);
    expect(recording().status).toBe('in-progress');
    scene.voice.press(sid, '*');
    await scene.clock.settle();
    expect(forms('/left')).toMatchObject([{ Digits: '*', RecordingDuration: '3' }]);
  });

  it('asks its own document when it has no action', async () => {
    scene.product.on('/voice', ({ form }) =>
      form.RecordingSid ? '<Say>Got it</Say>' : '<Record playBeep="false" timeout="1"/>',
    );
    const sid = await scene.call();
    speak(sid, 2);
    await scene.clock.advance(3000);
    expect(scene.heard(sid)).toEqual(['say:Got it']);
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
    await scene.clock.advance(2000 + 5000 + 1999);
    expect(forms('/recorded')).toEqual([]);
    await scene.clock.advance(1);
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

  it('tell of every event asked for, in order', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    speak(sid, 2);
    await scene.clock.advance(10_000);
    expect(forms('/recorded').map((form) => form.RecordingStatus)).toEqual(['in-progress', 'completed']);
  });

  it('tell of nothing said (16102), and the next verb follows without the action', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    await scene.clock.advance(5000);
    expect(forms('/recorded').map((form) => form.RecordingStatus)).toEqual(['in-progress', 'absent']);
    const absent = forms('/recorded').at(-1)!;
    expect(Object.keys(absent).sort()).toEqual(NAMES);
    expect(absent).toMatchObject({ ErrorCode: '16102', RecordingDuration: '0' });
    expect(forms('/left')).toEqual([]);
    expect(scene.heard(sid)).toEqual(['say:Next']);
    expect(recording()).toMatchObject({ status: 'absent', errorCode: 16102, wav: null });
  });

  it('tell of what was too short (16101)', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    speak(sid, 0.5);
    await scene.clock.advance(600);
    scene.voice.press(sid, '1');
    await scene.clock.settle();
    expect(forms('/recorded').at(-1)).toMatchObject({ RecordingStatus: 'absent', ErrorCode: '16101' });
    expect(scene.heard(sid)).toEqual(['say:Next']);
  });

  it('do not tell of absence unless asked', async () => {
    await callRecorder();
    await scene.clock.advance(20_000);
    expect(forms('/recorded')).toEqual([]);
  });

  it('are not sent for a recording deleted meanwhile', async () => {
    const sid = await callRecorder();
    speak(sid, 2);
    await scene.clock.advance(7000);
    scene.world.recordings.remove(recording().sid);
    await scene.clock.advance(10_000);
    expect(forms('/recorded')).toEqual([]);
  });
});

describe('hanging up while recording', () => {
  it('keeps what was said; the action is asked with Digits=hangup and its answer is ignored', async () => {
    const sid = await callRecorder();
    speak(sid, 12);
    await scene.clock.advance(8000);
    scene.voice.hangUp(sid);
    await scene.clock.settle();
    expect(forms('/left')).toMatchObject([{ CallStatus: 'completed', Digits: 'hangup', RecordingDuration: '8' }]);
    await scene.clock.advance(2000);
    expect(forms('/recorded')).toMatchObject([{ RecordingStatus: 'completed', RecordingDuration: '8' }]);
    expect(scene.heard(sid)).toEqual(['ended']);
    expect(readTelephoneWav(recording().wav!)).toHaveLength(8 * 16_000);
  });

  it('with nothing said asks no action', async () => {
    const sid = await callRecorder(ALL_EVENTS);
    await scene.clock.advance(3000);
    scene.voice.hangUp(sid);
    await scene.clock.advance(10_000);
    expect(forms('/left')).toEqual([]);
    expect(forms('/recorded').at(-1)).toMatchObject({ RecordingStatus: 'absent', ErrorCode: '16102' });
  });

  it('during the beep leaves no recording', async () => {
    scene.product.on('/voice', '<Record action="/left"/>');
    const sid = await scene.call();
    scene.voice.hangUp(sid);
    await scene.clock.advance(10_000);
    expect(scene.world.recordings.list()).toEqual([]);
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
    await scene.clock.advance(9000 + 2000 + 9999);
    expect(forms('/transcribed')).toEqual([]);
    await scene.clock.advance(1);
    const [form] = forms('/transcribed');
    expect(Object.keys(form!).sort()).toEqual(NAMES);
    expect(form).toMatchObject({
      CallStatus: 'completed',
      From: CALLER,
      To: NUMBER,
      TranscriptionStatus: 'completed',
      TranscriptionText: 'Please call me back.',
      TranscriptionType: 'fast',
      url: `${scene.product.url}/transcribed`,
    });
    expect(scene.world.recordings.transcriptions(recording().sid)).toHaveLength(1);
  });

  it.each([
    ['too short', 1.5, 'Hi.'],
    ['without words', 4, undefined],
  ])('fails for a recording %s', async (_why, seconds, words) => {
    const sid = await callRecorder(TRANSCRIBE);
    speak(sid, seconds, words);
    await scene.clock.advance(30_000);
    expect(forms('/transcribed')).toMatchObject([{ TranscriptionStatus: 'failed', TranscriptionText: '' }]);
  });

  it('limits a recording to 120 s, which is one too many to transcribe', async () => {
    const sid = await callRecorder(TRANSCRIBE);
    speak(sid, 130, 'A long story.');
    await scene.clock.advance(140_000);
    expect(forms('/left')).toMatchObject([{ RecordingDuration: '120' }]);
    expect(forms('/transcribed')).toMatchObject([{ TranscriptionStatus: 'failed' }]);
  });

  it('is not made unless asked for', async () => {
    const sid = await callRecorder();
    speak(sid, 4, 'Hello');
    await scene.clock.advance(30_000);
    expect(scene.world.recordings.transcriptions(recording().sid)).toEqual([]);
  });
});

it('refuses another kind of sound', async () => {
  const sid = await callRecorder();
  expect(() => scene.voice.speak(sid, Buffer.from('no sound'))).toThrow('not a WAV file');
  const stereo = writeTelephoneWav(tone(1));
  stereo.writeUInt16LE(2, 22);
  expect(() => scene.voice.speak(sid, stereo)).toThrow('8 kHz 16 bit mono');
});
