import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { MailSummary } from '../sandbox/src/mail/mailbox';
import { DEFAULT_ACCOUNT } from '../sandbox/src/world/defaults';
import { newContext, openBrowser } from './support/browser';
import { overflowsInSmallWindows } from './support/overflow';
import { pollUntil } from './support/poll-until';
import { type RunningProduct, startProduct } from './support/running-product';
import { speakSampleMessage } from './support/telephone-page';

/** The running product as a person uses it: the first test is in real time, so it is one long one. */
const root = path.resolve(__dirname, '..');
const shots = path.join(root, '.screenshots');
jest.setTimeout(600_000);

const BEN = '+12125550147';

let product: RunningProduct;
let browser: Browser;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  product = await startProduct();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const authorization = `Basic ${Buffer.from(`${DEFAULT_ACCOUNT.accountSid}:${DEFAULT_ACCOUNT.authToken}`).toString('base64')}`;
const twilio = async (host: string, rest: string) => {
  const answer = await fetch(`${product.url}/${host}${rest}`, { headers: { authorization } });
  expect(answer.status).toBe(200);
  return answer;
};
/** Voicemails that wait for an agent and have their transcript. */
const openVoicemails = async () => {
  const tasks = (await (await fetch(`${product.url}/api/tasks`)).json()) as {
    kind: string;
    attributes: { callBackData: { numberToCall: string; transcriptText?: string } };
  }[];
  return tasks
    .filter(({ kind, attributes }) => kind === 'voicemail' && attributes.callBackData.transcriptText)
    .map(({ attributes }) => attributes.callBackData);
};
const listMails = async () =>
  ((await (await fetch(`${product.url}/api/mails`)).json()) as MailSummary[]).filter(({ at }) => at >= began);
/** What was there before a test is not its own: the mailbox is on disk, the account is shared by the tests. */
let began: number;
let earlier: Set<string>;
beforeEach(async () => {
  began = Date.now();
  earlier = new Set([...(await listTasks()), ...(await listRecordings())].map(({ sid }) => sid!));
});
const isNew = ({ sid }: { sid?: string }) => !earlier.has(sid!);
const listTasks = async () => {
  const answer = await twilio('taskrouter.twilio.com', `/v1/Workspaces/${DEFAULT_ACCOUNT.workspaceSid}/Tasks`);
  return ((await answer.json()) as { tasks: Record<string, string>[] }).tasks;
};
const ACCOUNT = `/2010-04-01/Accounts/${DEFAULT_ACCOUNT.accountSid}`;
const listRecordings = async () => {
  const answer = await twilio('api.twilio.com', `${ACCOUNT}/Recordings.json`);
  return ((await answer.json()) as { recordings: { sid: string }[] }).recordings;
};
const screenshot = (page: Page, name: string) => page.screenshot({ path: path.join(shots, `${name}.png`) });

test('a call, *, 2, and a message make one task at the place in line and one mail with the recording', async () => {
  const context = await newContext(browser, { viewport: { width: 1360, height: 1000 } });
  const page = await context.newPage();
  const externalRequests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(product.url) && !/^(data|blob):/.test(request.url()))
      externalRequests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));

  await page.goto(product.url);
  await screenshot(page, 'front-page');
  await page
    .getByRole('link', { name: /telephone/i })
    .first()
    .click();
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  const captions = page.getByRole('log');
  await captions.getByText('For other options, press star.').waitFor();
  await screenshot(page, 'telephone-waiting');
  // On a laptop: five seconds of silence end a message, so nobody has time to scroll.
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const name of ['Speak the sample message', 'Hang up']) {
    const box = await page.getByRole('button', { name }).boundingBox();
    expect((box?.y ?? 800) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
  }
  await page.setViewportSize({ width: 1360, height: 1000 });
  await page.keyboard.press('*');
  await captions.getByText('To leave a voicemail, press 2.').first().waitFor();
  await page.keyboard.press('2');
  await captions.getByText('Please leave your message after the tone.').waitFor();
  await page.getByText('Recording: say something.').waitFor();
  await speakSampleMessage(page);
  await screenshot(page, 'telephone-recording');
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText(/mail accepted by Mailgun/).waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  expect(await overflowsInSmallWindows(page, '#main')).toEqual([]);
  await screenshot(page, 'telephone');

  const tasks = (await listTasks()).filter(isNew);
  const [made, ...others] = tasks.filter((task) => JSON.parse(task.attributes!).taskType === 'voicemail');
  const [waiting] = tasks.filter((task) => JSON.parse(task.attributes!).taskType === undefined);
  expect(others).toEqual([]);
  expect(waiting).toMatchObject({ assignment_status: 'canceled', reason: 'Opted to leave a voicemail' });
  expect(Date.parse(made!.virtual_start_time!)).toBe(Date.parse(waiting!.date_created!));

  const recordings = (await listRecordings()).filter(isNew);
  expect(recordings).toHaveLength(1);
  const media = await twilio('api.twilio.com', `${ACCOUNT}/Recordings/${recordings[0]!.sid}.wav`);
  const recording = Buffer.from(await media.arrayBuffer());
  const mails = await listMails();
  const mail = mails.find(({ subject }) => /^Voicemail from .* for Support \(\d:\d\d\)$/.test(subject))!;
  const attachment = await fetch(`${product.url}/api/mails/${mail.id}/attachments/0`);
  expect(Buffer.from(await attachment.arrayBuffer()).equals(recording)).toBe(true);
  // What was recorded is what was spoken: the sample's samples are in it, whole.
  const spoken = readFileSync(path.join(root, 'sandbox/assets/voicemail-sample.wav')).subarray(
    44 + 16_000,
    44 + 64_000,
  );
  expect(recording.includes(spoken)).toBe(true);

  await page
    .getByRole('link', { name: /mailbox/i })
    .first()
    .click();
  // By role: the same words are announced to screen readers.
  await page.getByRole('link', { name: mail.subject }).first().click();
  await page.getByRole('tab', { name: /text/i }).waitFor();
  await screenshot(page, 'mailbox');

  // The other key: the next caller asks for a callback, and stays where they are in line.
  await page
    .getByRole('link', { name: /telephone/i })
    .first()
    .click();
  await page.getByLabel('Call from').selectOption('ben');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await captions.getByText('For other options, press star.').waitFor();
  await page.keyboard.press('*');
  await captions.getByText('To be called back and keep your place in line, press 1.').first().waitFor();
  await page.keyboard.press('1');
  await captions.getByText('We can call you back at 2 1 2, 5 5 5, 0 1 4 7.').waitFor();
  await page.keyboard.press('1');
  await captions.getByText('We will call you back at 2 1 2, 5 5 5, 0 1 4 7').waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await screenshot(page, 'telephone-callback');
  const callbacks = (await listTasks())
    .filter(isNew)
    .filter((task) => JSON.parse(task.attributes!).taskType === 'callback');
  expect(callbacks.map((task) => JSON.parse(task.attributes!).callBackData.numberToCall)).toEqual(['+12125550147']);
  expect(externalRequests).toEqual([]);
  expect(errors).toEqual([]);
});

test('one click leaves a voicemail with task, mail and transcript', async () => {
  const context = await newContext(browser, { viewport: { width: 1360, height: 1000 } });
  const page = await context.newPage();
  await page.goto(`${product.url}/telephone`);
  await page.getByLabel('Call from').selectOption('ben');
  await page.getByLabel('Number to call').selectOption({ label: 'Straight to voicemail, +12025550103' });
  await page.getByRole('button', { name: 'Leave a sample voicemail' }).click();
  const task = await pollUntil(async () => (await openVoicemails()).find(({ numberToCall }) => numberToCall === BEN));
  const mail = await pollUntil(async () => (await listMails())[0]);
  await page.getByText('A voicemail was left.').waitFor();
  expect(task.transcriptText).toMatch(/^Hi, this is Ana Ruiz\./);
  expect(mail.subject).toMatch(/^Voicemail from Ben Okafor, \+1 212-555-0147 \(0:07\)$/);
  await screenshot(page, 'telephone-sample-voicemail');
  await context.close();
});

test('a call by REST and the one that it dials ring, are connected, and end on one page', async () => {
  const [line, employee] = ['+12025550101', '+12025550160'];
  const documents = await serveTwiml({
    '/ask': '<Gather numDigits="1" timeout="600" action="/connect"><Say>Press 1.</Say></Gather>',
    '/connect': `<Dial callerId="${line}" timeout="600" action="/after"><Number>${BEN}</Number></Dial>`,
    // For as long as a slow machine may take to look at the call.
    '/after': '<Say>They hung up.</Say><Pause length="600"/>',
  });
  const context = await newContext(browser, { viewport: { width: 1360, height: 1000 } });
  const page = await context.newPage();
  const pickUp = async (number: string) => {
    await page.getByRole('alert').getByText(`${line} is calling ${number}`).waitFor();
    await page.getByRole('button', { name: 'Pick up' }).click();
  };
  try {
    await page.goto(`${product.url}/telephone`);
    const made = await fetch(`${product.url}/api.twilio.com${ACCOUNT}/Calls.json`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ From: line, To: employee, Url: `${documents.url}/ask`, Timeout: '600' }),
    });
    expect(made.status).toBe(201);
    await pickUp(employee);
    await page.getByRole('log').getByText('Press 1.').waitFor();
    await page.keyboard.press('1');
    await page.getByRole('log').getByText(`Calling ${BEN}.`).waitFor();
    await pickUp(BEN);
    await page.getByRole('log').getByText(`Connected with ${employee}.`).waitFor();
    await screenshot(page, 'telephone-dialed');
    const hangUp = page.getByRole('button', { name: 'Hang up' });
    await hangUp.click();
    await page.getByRole('button', { name: `Show the call from ${line} to ${employee}` }).click();
    await page.getByRole('log').getByText('They hung up.').waitFor();
    await hangUp.click();
    await page.getByText('Call ended').waitFor();
  } finally {
    await context.close();
    await documents.close();
  }
});

/** TwiML by its path, from another origin than the product's. */
async function serveTwiml(documents: Record<string, string>) {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(`<Response>${documents[request.url ?? ''] ?? ''}</Response>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
