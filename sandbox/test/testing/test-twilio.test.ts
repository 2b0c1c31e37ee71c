import twilio from 'twilio';
import { stubHttpClient } from '../../src/testing/stub-http-client';
import { createTestTwilio, type TestTwilio } from '../../src/testing/test-twilio';
import { createEnqueueBin } from '../../src/twiml-bins';
import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { type FunctionsFolder, makeFunctionsFolder } from '../functions-runtime/functions-folder';

/** A product that knows the sandbox only by its URLs: who waits presses a key, is moved to a recorder, gets a mail. */
const SHARED = `
const ask = async (context, host, path, form) => {
  const answer = await fetch(context.TWILIO_STUB_URL + '/' + host + path, {
    method: form ? 'POST' : 'GET',
    headers: { authorization: 'Basic ' + btoa(context.ACCOUNT_SID + ':' + context.AUTH_TOKEN) },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  if (!answer.ok) throw new Error(host + path + ' answered ' + answer.status + ' ' + await answer.text());
  return answer;
};`;
const FUNCTIONS = {
  'wait.protected.js': `exports.handler = (context, event, callback) => {
    const twiml = new Twilio.twiml.VoiceResponse();
    twiml.gather({ numDigits: 1, action: '/chosen', timeout: 1 }).play({ loop: 3 }, 'http://' + context.DOMAIN_NAME + '/hold.wav');
    callback(null, twiml);
  };`,
  'chosen.protected.js': `${SHARED}
  exports.handler = async (context, event, callback) => {
    const twiml = new Twilio.twiml.VoiceResponse();
    twiml.pause({ length: 10 });
    const tooLate = new Promise((resolve) => setTimeout(resolve, 4000, 'too late'));
    const asked = ask(context, 'api.twilio.com', '/2010-04-01/Accounts/' + context.ACCOUNT_SID + '/Calls/' + event.CallSid + '.json',
      { Url: 'http://' + context.DOMAIN_NAME + '/record', Method: 'POST' });
    if (await Promise.race([asked.catch(() => 'failed'), tooLate]) === 'too late') twiml.say('Sorry');
    callback(null, twiml);
  };`,
  'record.protected.js': `exports.handler = (context, event, callback) => {
    const twiml = new Twilio.twiml.VoiceResponse();
    twiml.record({ action: '/thanks', recordingStatusCallback: '/mail' });
    callback(null, twiml);
  };`,
  'thanks.protected.js': `exports.handler = (context, event, callback) => callback(null, new Twilio.twiml.VoiceResponse());`,
  'mail.protected.js': `${SHARED}
  exports.handler = async (context, event, callback) => {
    const sound = await ask(context, 'api.twilio.com', '/2010-04-01/Accounts/' + context.ACCOUNT_SID + '/Recordings/' + event.RecordingSid + '.wav');
    const form = new FormData();
    form.set('from', 'a@mg.example.com');
    form.set('to', 'admin@example.com');
    form.set('subject', 'Voicemail of ' + event.RecordingDuration + ' s');
    form.set('text', 'Listen.');
    form.set('attachment', new Blob([await sound.arrayBuffer()], { type: 'audio/wav' }), 'voicemail.wav');
    const answer = await fetch(context.MAIL_URL + '/v3/mg.example.com/messages', {
      method: 'POST', headers: { authorization: 'Basic ' + btoa('api:key-123') }, body: form });
    callback(null, { status: answer.status });
  };`,
};
const NUMBER = '+15550100099';

let folder: FunctionsFolder;
let sandbox: TestTwilio;
beforeAll(() => {
  folder = makeFunctionsFolder(FUNCTIONS, { 'hold.wav': writeTelephoneWav(tone(20)) });
});
afterAll(() => folder.remove());
beforeEach(async () => {
  sandbox = await createTestTwilio({
    mail: { mailgun: { domains: { 'mg.example.com': 'key-123' } } },
    numbers: ({ stubUrl }) => ({ [NUMBER]: { voiceUrl: `${stubUrl}/twiml-bins/line` } }),
    twimlBins: ({ publicUrl }) => [
      createEnqueueBin('line', 'Line', {
        workflowSid: DEFAULT_WORKFLOWS[0]!.sid,
        waitUrl: `${publicUrl}/wait`,
        attributes: { name: 'Ana' },
      }),
    ],
    functions: {
      ...folder,
      env: ({ stubUrl }) => ({ TWILIO_STUB_URL: stubUrl, MAIL_URL: `${stubUrl}/api.mailgun.net` }),
    },
  });
});
afterEach(() => sandbox.close());

function tone(seconds: number): Buffer {
  const pcm = Buffer.alloc(Math.round(seconds * 8000) * 2);
  for (let n = 0; n * 2 < pcm.length; n += 1) pcm.writeInt16LE(Math.round(6000 * Math.cos(n / 4)), n * 2);
  return pcm;
}

it('takes a call from the queue to a recording to a mail with the very sound', async () => {
  const { voice, clock, world, mailbox } = sandbox;
  const sid = voice.placeCall({ from: '+15550100001', to: NUMBER });
  await clock.advance(95_000);
  voice.press(sid, '1');
  await clock.settle();
  const task = world.tasks.list()[0];
  expect(task).toMatchObject({ assignmentStatus: 'canceled', reason: 'redirected' });
  await clock.advance(500);
  const sound = tone(3);
  voice.speak(sid, writeTelephoneWav(sound));
  await clock.advance(3000);
  voice.hangUp(sid);
  await clock.advance(2000);

  const [mail] = mailbox.list();
  expect(mail).toMatchObject({ to: ['admin@example.com'], subject: 'Voicemail of 3 s' });
  const attachment = await mailbox.attachment(mail!.id, 0);
  expect(attachment?.content.subarray(44).equals(sound)).toBe(true);
  expect(world.eventLog.entries().filter(({ level }) => level !== 'info')).toEqual([]);
});

it('answers the official SDK beside it', async () => {
  const { account } = sandbox.world;
  const sid = sandbox.voice.placeCall({ from: '+15550100001', to: NUMBER });
  await sandbox.clock.settle();
  const client = twilio(account.accountSid, account.authToken, { httpClient: stubHttpClient(sandbox.stubUrl) });
  expect(await client.calls(sid).fetch()).toMatchObject({ sid, status: 'in-progress', to: NUMBER });
  await client.calls(sid).update({ status: 'completed' });
  expect(sandbox.voice.get(sid)?.status).toBe('completed');
});

it('lets the product’s own deadlines pass when the sandbox never answers', async () => {
  const { voice, clock, world } = sandbox;
  world.faults.add({ host: 'api.twilio.com', kind: 'no-answer' });
  const sid = voice.placeCall({ from: '+15550100001', to: NUMBER });
  await clock.advance(1000);
  voice.press(sid, '1');
  await clock.advance(13_999);
  expect(voice.callEvents(sid).map(({ type }) => type)).not.toContain('say');
  await clock.advance(1);
  expect(voice.callEvents(sid).at(-1)).toMatchObject({ type: 'say', text: 'Sorry' });
});

it('lasts an hour of waiting in little real time', async () => {
  const { voice, clock, world } = sandbox;
  voice.placeCall({ from: '+15550100001', to: NUMBER });
  await clock.advance(3_600_000);
  expect(voice.webhooks.filter(({ kind }) => kind === 'wait')).toHaveLength(60);
  expect(world.tasks.list()).toHaveLength(1);
});

it('ends the time limits of AbortSignal in virtual time', async () => {
  const signal = AbortSignal.timeout(3_000);
  await sandbox.clock.advance(2_999);
  expect(signal.aborted).toBe(false);
  await sandbox.clock.advance(1);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});
