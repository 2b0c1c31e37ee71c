import { basic, closeAll, openRest, refusal } from './rest-setup';
import { telephoneWav } from './telephone-wav';

afterEach(closeAll);

const CALL = `CA${'1'.repeat(32)}`;

async function recorded(seconds = 3) {
  const setup = await openRest();
  const recording = setup.world.recordings.create(CALL);
  recording.wav = telephoneWav(seconds);
  recording.status = 'completed';
  recording.durationSeconds = seconds;
  const media = `api.twilio.com/2010-04-01/Accounts/${setup.world.account.accountSid}/Recordings/${recording.sid}`;
  return { ...setup, recording, media, wav: recording.wav };
}

test('a recording is fetched and listed, by call too, in the 2010 API’s shape', async () => {
  const { client, world, recording } = await recorded();
  world.recordings.create(`CA${'2'.repeat(32)}`, 'StartCallRecordingAPI');
  expect(await client.recordings(recording.sid).fetch()).toMatchObject({
    callSid: CALL,
    duration: '3',
    status: 'completed',
    source: 'RecordVerb',
    channels: 1,
    dateCreated: new Date(Math.floor(recording.dateCreated / 1000) * 1000),
  });
  const sources = (await client.recordings.list()).map(({ source }) => source);
  expect(sources.sort()).toEqual(['RecordVerb', 'StartCallRecordingAPI']);
  expect((await client.recordings.list({ callSid: CALL })).map(({ sid }) => sid)).toEqual([recording.sid]);
  expect((await client.calls(CALL).recordings.list()).map(({ sid }) => sid)).toEqual([recording.sid]);
});

test.each(['', '.wav'])('the media with extension "%s" is the WAV itself', async (extension) => {
  const { send, media, wav } = await recorded();
  const answer = await send('GET', `${media}${extension}`);
  expect(answer.headers.get('Content-Type')).toBe('audio/x-wav');
  expect(answer.headers.get('Content-Length')).toBe(String(wav.length));
  expect(Buffer.from(await answer.arrayBuffer()).equals(wav)).toBe(true);
});

test('the MP3 has 32 kbit/s and the same length on every read', async () => {
  const { send, media } = await recorded(10);
  const answer = await send('GET', `${media}.mp3`);
  const mp3 = Buffer.from(await answer.arrayBuffer());
  expect(answer.headers.get('Content-Type')).toBe('audio/mpeg');
  expect(answer.headers.get('Content-Length')).toBe(String(mp3.length));
  expect(mp3.readUInt16BE(0) & 0xffe0).toBe(0xffe0);
  expect(Math.abs((mp3.length * 8) / 32_000 - 10)).toBeLessThan(0.3);
  expect((await send('HEAD', `${media}.mp3`)).headers.get('Content-Length')).toBe(String(mp3.length));
});

test('a range is answered with 206, one outside with 416', async () => {
  const { send, media, wav } = await recorded();
  const part = await send('GET', `${media}.wav`, { headers: { Range: 'bytes=100-199' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('Content-Range')).toBe(`bytes 100-199/${wav.length}`);
  expect(Buffer.from(await part.arrayBuffer()).equals(wav.subarray(100, 200))).toBe(true);

  const tail = await send('GET', `${media}.wav`, { headers: { Range: 'bytes=-10' } });
  expect(Buffer.from(await tail.arrayBuffer()).equals(wav.subarray(-10))).toBe(true);

  const outside = await send('GET', `${media}.wav`, { headers: { Range: `bytes=${wav.length}-` } });
  expect(outside.status).toBe(416);
  expect(outside.headers.get('Content-Range')).toBe(`bytes */${wav.length}`);
});

test('media is there only for a completed recording, and gone when it is deleted', async () => {
  const { client, send, media, world, recording } = await recorded();
  const silent = world.recordings.create(CALL);
  silent.status = 'absent';
  for (const path of [silent.sid, `${silent.sid}.mp3`, `RE${'0'.repeat(32)}.wav`, `${recording.sid}.ogg`]) {
    expect((await send('GET', media.replace(recording.sid, path))).status).toBe(404);
  }
  await client.recordings(recording.sid).remove();
  expect((await send('GET', `${media}.mp3`)).status).toBe(404);
  expect(await refusal(client.recordings(recording.sid).fetch())).toMatchObject({ status: 404, code: 20404 });
  expect((await client.recordings(recording.sid).fetch({ includeSoftDeleted: true })).status).toBe('deleted');
  expect(await refusal(client.recordings(recording.sid).remove())).toMatchObject({ status: 404 });
});

test('account token and API key open the media, anything else gets 401', async () => {
  const { server, media, world } = await recorded();
  const read = (authorization?: string) =>
    fetch(`${server.url}/${media}`, { headers: authorization ? { Authorization: authorization } : {} });
  const [[key, secret]] = [...world.account.apiKeys] as [[string, string]];
  expect((await read(basic(key, secret))).status).toBe(200);
  for (const wrong of [
    undefined,
    basic(key, 'x'),
    basic(world.account.accountSid, secret),
    basic('SKx', secret),
    'Bearer x',
  ]) {
    const answer = await read(wrong);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('WWW-Authenticate')).toContain('Basic');
    expect(await answer.json()).toMatchObject({ code: 20003, status: 401 });
  }
});

test('a thin line slows the media down and loses nothing', async () => {
  const { server, send, media, wav } = await recorded(1);
  server.link.bytesPerSecond = 100_000;
  const began = Date.now();
  const bytes = Buffer.from(await (await send('GET', media)).arrayBuffer());
  expect(bytes.equals(wav)).toBe(true);
  expect(Date.now() - began).toBeGreaterThan(100);
});

test('transcriptions are read by recording and by account', async () => {
  const { client, world, recording } = await recorded();
  const made = world.recordings.addTranscription(recording.sid, 'completed', 'please call back');
  const ofRecording = client.recordings(recording.sid).transcriptions;
  expect((await ofRecording.list()).map(({ sid }) => sid)).toEqual([made.sid]);
  expect((await ofRecording(made.sid).fetch()).transcriptionText).toBe('please call back');
  expect((await client.transcriptions(made.sid).fetch()).recordingSid).toBe(recording.sid);
  expect(await client.transcriptions.list()).toHaveLength(1);
});
