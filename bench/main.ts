import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { FIRST_AUDIO_RANGE_BYTES } from '../contract/src/flex-api';
import { openBrowser } from '../e2e/support/browser';
import { openPlayerPage } from '../e2e/support/player-page';
import { roundsInSeries } from '../e2e/support/round-trips';
import { changeWaitUrl } from '../e2e/support/signed-wait-url';
import { signPage } from '../serverless-functions/src/inbox/page-token';
import { linkEnd, listenUrl } from '../serverless-functions/src/notification/listen-link';
import { type VoicemailPage, voicemailPath } from '../serverless-functions/src/voicemail/voicemail-url';
import type { StateName } from '../serverless-functions/src/wait-experience/states';
import { type Bench, openBench } from './bench-twilio';

/**
 * `npm run bench`: counts that are exact, and memory and times against a Twilio 120 ms away on a 50 Mbit/s line.
 * Ends with 1 when a figure is over its bound.
 */
const LATENCY_MS = 120;
const LINE_BYTES_PER_SECOND = 50_000_000 / 8;
const MB = 1_000_000;
/** Of flex-plugin/test/voicemail.mp3. */
const SAMPLE_SECONDS = 8.784;
const MP3_BYTES_PER_SECOND = 4_000;
let broken = 0;

function row(name: string, value: string, bound = '', ok = true): void {
  if (!ok) broken += 1;
  console.log(`  ${name.padEnd(58)}${value.padStart(22)}${bound === '' ? '' : `   ${bound}${ok ? '' : '   OVER'}`}`);
}

export async function main(root: string): Promise<void> {
  await counts(root);
  bundles(root);
  coldStarts(root);
  await firstSound(root);
  await timesAndMemory(root, 'mailgun');
  await timesAndMemory(root, 'smtp');
  process.exitCode = broken === 0 ? 0 : 1;
}

async function counts(root: string): Promise<void> {
  console.log('\nTwilio and Mailgun calls per webhook (and how many of them in series)');
  const bench = await openBench(root, { latencyMs: 60 });
  await bench.sendWithoutTranscript();
  const report = (
    name: string,
    answer: Awaited<ReturnType<Bench['webhook']>>,
    most?: { calls?: number; rounds?: number },
  ) => {
    const calls = answer.requests.length;
    const rounds = roundsInSeries(answer.requests);
    const ok = calls <= (most?.calls ?? calls) && rounds <= (most?.rounds ?? rounds) && answer.status < 304;
    const bound = [
      most?.calls === undefined ? '' : `<= ${most.calls} calls`,
      most?.rounds === undefined ? '' : `<= ${most.rounds} rounds`,
    ]
      .filter((one) => one !== '')
      .join(', ');
    row(name, `${calls} calls, ${rounds} rounds`, bound, ok);
    if (process.argv.includes('--verbose'))
      for (const { method, host, path: at, arrived, answered } of answer.requests)
        console.log(`      ${method} ${host}${at} (${arrived} to ${answered})`);
  };
  const redirectOf = (xml: string, index = -1) =>
    [...xml.matchAll(/(?:>|action=")([^"<>]*studio\/[^"<>]*)/g)]
      .map((match) => match[1]!.replaceAll('&amp;', '&'))
      .at(index)!;
  const pageOf = (url: string) => url.slice(url.indexOf('studio/'));

  // The index's maps are made at their first use ever; that is not what a webhook costs.
  const silent: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const { params, callSid } = bench.waitingCaller();
    silent.push(callSid);
    bench.link.latencyMs = 0;
    await bench.webhook('studio/voicemail', params);
  }
  // So are those of the history and of the health, and the notes in it.
  const first = bench.waitingCaller();
  const reportTo = await inviteToRecord(bench, first.params);
  const RecordingSid = bench.recording(first.callSid, 16_000);
  const done = { CallSid: first.callSid, RecordingSid, RecordingStatus: 'completed', RecordingDuration: '1' };
  await bench.webhook(reportTo, done);
  await bench.webhook('email/run-outbox', {});
  await bench.webhook('flex/sweep', bench.supervisor());
  await bench.createAuditMap();
  bench.link.latencyMs = 60;

  const caller = bench.waitingCaller();
  report(
    'wait-experience, first request, workflow in the URL',
    await bench.webhook(`studio/wait-experience?workflowSid=${bench.workflowSid}`, caller.params),
    { calls: 1 },
  );
  const startedAt = await bench.webhook('studio/wait-experience', caller.params);
  report('wait-experience, first request', startedAt, { calls: 2 });
  const loop = pageOf(redirectOf(startedAt.text));
  report('wait-experience, the loop', await bench.webhook(loop, caller.params), { calls: 0 });
  const changed = (change: Parameters<typeof changeWaitUrl>[3]) =>
    changeWaitUrl(loop, caller.callSid, bench.authToken, change);
  const stale = changed({ checkedAt: Date.now() - 121_000 });
  report('wait-experience, the look at the task every two minutes', await bench.webhook(stale, caller.params), {
    calls: 1,
  });
  const menu = changed({ state: 'menu', hasInput: true });
  const chosen = await bench.webhook(menu, { ...caller.params, Digits: '2' });
  report('wait-experience, choosing voicemail', chosen, { rounds: 4 });
  const move = chosen.requests.find(({ path: at }) => /Calls/.test(at));
  if (move === undefined) throw new Error('the call was not moved');
  const entry = {
    ...{ callSid: caller.callSid, attempt: 1, silenceRetries: 0, entryCreated: true },
    ...{ from: '+12025550123', to: '+12025550101', queueName: 'Support', workflowSid: bench.workflowSid },
    waitingSince: Date.now(),
  };
  const pathOf = (page: VoicemailPage) =>
    pageOf(voicemailPath({ values: { AUTH_TOKEN: bench.authToken }, problems: [] }, page, entry));
  report('voicemail, moved from the line', await bench.webhook(pathOf('voicemail'), caller.params), { calls: 0 });
  const straight = bench.waitingCaller();
  silent.push(straight.callSid);
  report('voicemail, straight to it', await bench.webhook('studio/voicemail', straight.params), {
    rounds: 1,
  });
  report('voicemail-recorded', await bench.webhook(pathOf('voicemail-recorded'), caller.params), { calls: 0 });
  const sid = bench.recording(caller.callSid, 160_000);
  const completed = {
    CallSid: caller.callSid,
    RecordingSid: sid,
    RecordingStatus: 'completed',
    RecordingDuration: '10',
  };
  const status = await bench.webhook(pathOf('recording-status'), completed);
  report('recording-status: task, mail, and a look at the index', status, { rounds: 5 });
  report('recording-status delivered again', await bench.webhook(pathOf('recording-status'), completed));
  const transcript = {
    CallSid: caller.callSid,
    RecordingSid: sid,
    TranscriptionStatus: 'completed',
    TranscriptionText: 'Hello',
  };
  report('transcription: ledger and task', await bench.webhook(pathOf('transcription'), transcript));
  await bench.forgetCallers(silent);
  // Beside the eight index maps: the tasks that ended or are held, and when the recordings were last compared.
  report('run-outbox with nothing due', await bench.webhook('email/run-outbox', {}), { calls: 10 });
  await callbacks(bench, report);
  await agents(bench, report);
  await panel(bench, report);
  await bench.close();
}

type Tell = (
  name: string,
  answer: Awaited<ReturnType<Bench['webhook']>>,
  most?: { calls?: number; rounds?: number },
) => void;

/** The panel's requests; while it is open it repeats all but the first page. */
async function panel(bench: Bench, report: Tell): Promise<void> {
  const ask = (page: string, params: Record<string, string> = {}) =>
    bench.webhook(`flex/${page}`, { ...bench.supervisor(), ...params });
  const opened = await ask('email-settings');
  // With the workflows, which are checked for steps that would lose callbacks.
  // The count of partly refused mails is one call more, beside the others.
  report('email-settings, the first time', opened, { calls: 10, rounds: 1 });
  report('email-settings, next request', await ask('email-settings'), { calls: 6, rounds: 1 });
  const { settings, ...first } = JSON.parse(opened.text) as { settings: object; revision: string };
  const rules = { version: 1, rules: [{ id: 'a', recipients: [{ address: 'sales@example.com' }] }] };
  const save = { Action: 'save', Settings: JSON.stringify(settings), Rules: JSON.stringify(rules) };
  // The map of the audit is made at its first use ever.
  const { revision } = JSON.parse(
    (
      await ask('email-settings', {
        ...save,
        Settings: JSON.stringify({ ...settings, organization: 'Clinic' }),
        Rules: '{"version":1,"rules":[]}',
        Revision: first.revision,
      })
    ).text,
  ) as { revision: string };
  report(
    'email-settings, saving rules, with the audit and the notice to the administrator',
    await ask('email-settings', { ...save, Revision: revision }),
    {
      rounds: 4,
    },
  );
  report('email-history, the first page of seven days', await ask('email-history'), { calls: 12, rounds: 3 });
  // With the reservation of a task that somebody has, which says who.
  report(
    'email-history, another page',
    await ask('email-history', { Cursor: new Date().toISOString().slice(0, 19).concat('Z') }),
    { calls: 11 },
  );
  const { items } = JSON.parse((await ask('email-history')).text) as { items: { voicemail_id: string }[] };
  const Voicemails = items.map(({ voicemail_id }) => voicemail_id).join(',');
  report('email-delivery, of a page of the history', await ask('email-delivery', { Voicemails }), { rounds: 2 });
  // As the panel does, with the settings that it shows. The first one ever also creates the note of its outcome.
  const test = { Address: 'admin@example.com', Settings: JSON.stringify(settings) };
  await ask('email-test', test);
  report('email-test', await ask('email-test', test), { calls: 6 });
  // The check of who asks alone.
  report('email-preview', await ask('email-preview', { Settings: test.Settings }), { calls: 2 });
  // One for the token, and one for each month: three months early in a month that follows a short one.
  const months = new Set([0, 15, 31].map((days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 7)));
  report('audit, a page of 31 days', await ask('audit'), { rounds: 1 + months.size });
  report('email-resend, all, when nothing failed', await ask('email-resend', { All: 'true' }), { calls: 2 });
}

/** Every path to a callback. Each caller has no callback yet, unless named otherwise. */
async function callbacks(bench: Bench, report: Tell): Promise<void> {
  const inMenu = async () => {
    const caller = bench.waitingCaller();
    const first = await bench.webhook('studio/wait-experience', caller.params);
    const loop = /studio\/wait-experience[^<"]*state=holding[^<"]*/.exec(first.text)![0].replaceAll('&amp;', '&');
    const at = (state: StateName, digits: string, number?: string) => {
      const change = { state, hasInput: true, ...(number === undefined ? {} : { number }) };
      const page = changeWaitUrl(loop, caller.callSid, bench.authToken, change);
      return bench.webhook(page, { ...caller.params, Digits: digits });
    };
    return { ...caller, at };
  };
  const one = await inMenu();
  report('wait-experience, offering a callback', await one.at('menu', '1'), { rounds: 1 });
  report('wait-experience, a typed number', await one.at('enter-number', '2025550188'), { calls: 1 });
  const confirm = () => one.at('callback-number', '1', one.params.From);
  report('wait-experience, confirming a callback', await confirm(), { rounds: 4 });
  report('wait-experience, confirming it once more', await confirm(), { rounds: 2 });
  const again = await inMenu();
  again.params.From = one.params.From;
  report('wait-experience, a caller who has one already', await again.at('menu', '1'));
  const change = await again.at('confirm-number', '1', '+12025550188');
  report('wait-experience, changing its number', change);
  const asked = { numberToCall: '+12025550177', numberToCallFrom: one.params.To, idempotencyKey: 'bench' };
  report('create-callback', await bench.webhook('studio/create-callback', asked));
  report('create-callback, repeated', await bench.webhook('studio/create-callback', asked));
}

/** The caller is asked to speak. @returns where Twilio then reports the recording */
async function inviteToRecord(bench: Bench, params: Record<string, string>): Promise<string> {
  const { text } = await bench.webhook('studio/voicemail', params);
  const [, url = ''] = /recordingStatusCallback="([^"#]*)/.exec(text) ?? [];
  return url.slice(url.indexOf('studio/')).replaceAll('&amp;', '&');
}

/** What an agent's and a supervisor's clicks cost. */
async function agents(bench: Bench, report: Tell): Promise<void> {
  const { callSid, params } = bench.waitingCaller();
  const reportTo = await inviteToRecord(bench, params);
  const done = { RecordingStatus: 'completed', RecordingDuration: '10' };
  const recordingSid = bench.recording(callSid, 160_000);
  await bench.webhook(reportTo, { CallSid: callSid, RecordingSid: recordingSid, ...done });
  await listenByLink(bench, report, `voicemail-${callSid}-1`, recordingSid);
  const { taskRouter, tasks } = bench.world;
  const sam = bench.signIn('sam', ['agent']);
  const sue = bench.signIn('sue', ['supervisor']);
  const ours = () =>
    tasks
      .list()
      .filter(({ attributes }) => attributes.includes(`voicemail-${callSid}-1`))
      .at(-1)!;
  const take = () => {
    const task = ours();
    const reservation = taskRouter.reservations({ task }).find(({ status }) => status === 'pending');
    if (reservation === undefined) throw new Error(`task ${task.sid} has no reservation`);
    taskRouter.accept(reservation);
    const { fields } = reservation.workerSid === sam.worker.sid ? sam : sue;
    return { ...fields, TaskSid: task.sid };
  };
  const fields = take();
  report('flex/voicemail: the card', await bench.webhook('flex/voicemail', fields), { rounds: 3 });
  const first = { ...fields, Start: '0', Length: String(FIRST_AUDIO_RANGE_BYTES) };
  report(
    'flex/voicemail-audio, its first piece, heard for the first time',
    await bench.webhook('flex/voicemail-audio', first),
    { rounds: 3 },
  );
  report(
    'flex/voicemail-audio, another piece',
    await bench.webhook('flex/voicemail-audio', { ...first, Start: '8192' }),
  );
  const hinted = { ...fields, Voicemail: `voicemail-${callSid}-1` };
  report('flex/confirm-caller', await bench.webhook('flex/confirm-caller', hinted), { rounds: 6 });
  report('flex/requeue-callback', await bench.webhook('flex/requeue-callback', hinted), { rounds: 4 });
  await bench.webhook('flex/voicemail', { ...fields, TaskSid: ours().sid });
  // As the plugin does, with the entry's id.
  const deletes = { ...sue.fields, TaskSid: take().TaskSid, Voicemail: hinted.Voicemail };
  report('flex/delete-voicemail', await bench.webhook('flex/delete-voicemail', deletes), { rounds: 4 });
  // Also the look at the account's recordings, which falls due with time, is done by then.
  await bench.webhook('flex/sweep', sam.fields);
  report('flex/sweep with nothing due', await bench.webhook('flex/sweep', sam.fields), { calls: 11 });
}

/** What a recipient's clicks on the page of an email's link cost. */
async function listenByLink(bench: Bench, report: Tell, entryId: string, recordingSid: string): Promise<void> {
  const environment = { values: { AUTH_TOKEN: bench.authToken }, problems: [] };
  const about = { entryId, recordingSid, address: 'admin@example.com', language: 'en-US' } as const;
  const url = listenUrl('http://localhost', environment, { ...about, until: linkEnd(environment, Date.now()) });
  const link = new URL(url).searchParams.get('link')!;
  report('media/listen: the page of a link', await bench.webhook('media/listen', { link }), { calls: 7, rounds: 3 });
  const first = await bench.webhook('media/listen-audio', { link, from: '0' });
  report('media/listen-audio, the first part', first, { calls: 7, rounds: 3 });
  await bench.webhook('media/listen-audio', { link, from: '1' });
  const later = await bench.webhook('media/listen-audio', { link, from: '2' });
  report('media/listen-audio, another part', later, { calls: 4, rounds: 1 });
  const token = signPage(environment, link);
  const press = (act: string) => bench.webhook('media/act', { link, page: token, act });
  report('media/act: I’ll take it', await press('take'), { rounds: 8 });
  // Its task is needed below, so it is not finished.
  report('media/act: Give it back', await press('give-back'), { rounds: 7 });
  report(
    'media/listen with a link that is not ours, which is refused',
    {
      ...(await bench.webhook('media/listen', { link: `${link}x` })),
      status: 200,
    },
    { calls: 0 },
  );
}

/** However long the message, it sounds after the same few bytes: in a real browser, with the plugin's own player. */
async function firstSound(root: string): Promise<void> {
  console.log('\nBytes of the recording fetched before its first sound (mp3, Chromium)');
  const sample = readFileSync(path.join(root, 'flex-plugin/test/voicemail.mp3'));
  const browser = await openBrowser();
  const player = await openPlayerPage(browser, root);
  for (const [name, seconds] of [
    ['10 s', 10],
    ['10 min', 600],
    ['60 min', 3_600],
  ] as const) {
    player.requestedRanges = [];
    const message = Buffer.concat(new Array(Math.ceil(seconds / SAMPLE_SECONDS)).fill(sample));
    await player.open(message.subarray(0, seconds * MP3_BYTES_PER_SECOND));
    const startedAt = performance.now();
    const ranges = await player.page.evaluate<number>(
      `new Promise((resolve, reject) => {
        sound.subscribe(() => {
          const { step, failure } = sound.snapshot;
          if (step === 'failed') reject(new Error(failure));
          if (step === 'playing') resolve(performance.getEntriesByType('resource').filter(({ name }) => /audio/.test(name)).length);
        });
        performance.clearResourceTimings();
        sound.play();
      })`,
    );
    const ms = performance.now() - startedAt;
    const bytes = player.requestedRanges
      .slice(0, ranges)
      .reduce((sum, { start, length }) => sum + Math.min(length, player.recording.length - start), 0);
    const value = `${(bytes / 1024).toFixed(1)} KiB of ${(player.recording.length / 1024).toFixed(0)}`;
    row(`${name}, ${ms.toFixed(0)} ms without a network between`, value, '<= 64 KiB', bytes <= FIRST_AUDIO_RANGE_BYTES);
    await player.page.evaluate('sound.dispose()');
  }
  await player.close();
  await browser.close();
}

function bundles(root: string): void {
  console.log('\nBundle of each Function');
  const folder = path.join(root, 'serverless-functions/dist/functions');
  for (const entry of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const file = path.join(folder, entry);
    if (!statSync(file).isFile()) continue;
    const content = readFileSync(file);
    const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;
    row(
      entry.split(path.sep).slice(-2).join('/'),
      `${kib(content.length)}, gzip ${kib(gzipSync(content).length)}`,
      '<= 900 KiB',
      content.length <= 900 * 1024,
    );
  }
}

const FRESH_PROCESSES = 11;
const CALLER_WAITS_FOR = /(wait-experience|voicemail|voicemail-recorded|confirmation)\.protected\.js$|review-audio/;
/** Somebody in Flex or in a browser waits for it. */
const READER_FOLDERS = ['flex', 'media'];

function coldStartBound(file: string): number {
  if (CALLER_WAITS_FOR.test(file)) return 15;
  return file.split(path.sep).some((folder) => READER_FOLDERS.includes(folder)) ? 30 : 60;
}

/** The CPU time that loading a Function takes in a fresh process, beyond Twilio's SDK, which every Function loads. */
function coldStarts(root: string): void {
  console.log(`\nCPU time of a cold start beyond the SDK (median of ${FRESH_PROCESSES} fresh processes)`);
  const folder = path.join(root, 'serverless-functions/dist/functions');
  for (const entry of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const file = path.join(folder, entry);
    if (!statSync(file).isFile()) continue;
    const script = `
      global.Twilio = require('twilio');
      new Twilio.twiml.VoiceResponse();
      new Twilio.Twilio('AC${'0'.repeat(32)}', 'token');
      const before = process.cpuUsage();
      require(${JSON.stringify(file)});
      const { user, system } = process.cpuUsage(before);
      console.log((user + system) / 1000);`;
    const measure = () => Number(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }));
    const ms = median(Array.from({ length: FRESH_PROCESSES }, measure));
    const bound = coldStartBound(file);
    row(entry.split(path.sep).slice(-2).join('/'), `${ms.toFixed(1)} ms`, `<= ${bound} ms`, ms <= bound);
  }
}

/**
 * Emails one recording; measures the time and the memory it added to the process.
 * @param isLinked it is too large, and the email has a link instead
 */
async function mail(bench: Bench, bytes: number, isLinked = false) {
  const { callSid, params } = bench.waitingCaller();
  const reportTo = await inviteToRecord(bench, params);
  const sid = bench.recording(callSid, bytes);
  await bench.memory(true);
  const before = await bench.memory(true);
  const mails = bench.mails.length;
  const seconds = String(Math.round(bytes / 16_000));
  const answer = await bench.webhook(reportTo, {
    CallSid: callSid,
    RecordingSid: sid,
    RecordingStatus: 'completed',
    RecordingDuration: seconds,
  });
  const after = await bench.memory();
  const sent = bench.mails.at(-1);
  if (answer.status !== 204 || bench.mails.length !== mails + 1 || sent === undefined)
    throw new Error(`the mail of ${bytes} bytes was not sent: ${answer.status}`);
  if (sent.bytes < bytes !== isLinked) throw new Error(`${sent.bytes} bytes were mailed of ${bytes}`);
  return {
    answered: answer.ms,
    accepted: sent.at - answer.begun,
    rss: after.peak.rss - before.now.rss,
    buffers: after.peak.arrayBuffers - before.now.arrayBuffers,
  };
}

const RUNS = 5;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;

/** A provider that is asked once; a mail server answers six times, the first time before it is asked. */
const PROVIDERS = {
  mailgun: { name: 'Mailgun', bounds: [500, 3_500] },
  smtp: { name: 'a mail server', bounds: [1_700, 5_500] },
} as const;

/** A mail without the recording. */
const LINK_BOUNDS = { mailgun: 600, smtp: 1_700 } as const;

async function timesAndMemory(root: string, provider: keyof typeof PROVIDERS): Promise<void> {
  const { name: providerName, bounds } = PROVIDERS[provider];
  console.log(`\nMailing a recording through ${providerName}, ${LATENCY_MS} ms a call and 50 Mbit/s each way`);
  const line = { latencyMs: LATENCY_MS, bytesPerSecond: LINE_BYTES_PER_SECOND };
  const bench = await openBench(root, line, provider);
  await bench.sendWithoutTranscript();
  for (let warm = 0; warm < 3; warm += 1) await mail(bench, 100_000);
  // The first large one in this process: later ones reuse what it took.
  const first = await mail(bench, 18 * MB);
  row('18 MB: memory added (resident, most at any moment)', megabytes(first.rss), '<= 35 MB', first.rss <= 35 * MB);
  row('18 MB: buffers added (one copy is 18 MB)', megabytes(first.buffers), '< 36 MB', first.buffers < 36 * MB);
  for (const [bytes, bound] of [
    [MB, bounds[0]],
    [18 * MB, bounds[1]],
  ] as const) {
    const runs = [];
    for (let n = 0; n < RUNS; n += 1) runs.push(await mail(bench, bytes));
    const accepted = median(runs.map((run) => run.accepted));
    const name = `${bytes / MB} MB: from the webhook until ${providerName} has taken the mail`;
    row(name, `${accepted.toFixed(0)} ms`, `<= ${bound} ms`, accepted <= bound);
    const answered = median(runs.map((run) => run.answered));
    row(`${bytes / MB} MB: until all is written down and the webhook answered`, `${answered.toFixed(0)} ms`);
  }
  const linked = [];
  for (let n = 0; n < RUNS; n += 1) linked.push(await mail(bench, 25 * MB, true));
  const accepted = median(linked.map((run) => run.accepted));
  const bound = LINK_BOUNDS[provider];
  const name = `25 MB, by link: from the webhook until ${providerName} has taken the mail`;
  row(name, `${accepted.toFixed(0)} ms`, `<= ${bound} ms`, accepted <= bound);
  console.log(`  (times: median of ${RUNS})`);
  await bench.close();
}
