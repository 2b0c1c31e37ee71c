import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import type { MailSummary } from '../sandbox/src/mail/mailbox';
import { pageViolations } from './support/axe';
import { openFlexBrowser } from './support/browser';
import {
  collectPageProblems,
  expectNoPageProblems,
  openFlex,
  type PageProblems,
  setActivity,
} from './support/flex-page';
import { listenLinkOf } from './support/listen-links';
import { reportPagesOnFailure } from './support/page-report';
import { pollUntil } from './support/poll-until';
import { type RunningProduct, startProduct } from './support/running-product';
import { twilioAccount } from './support/twilio-account';

/**
 * From a voicemail that is too large for a mail to the mail that says who handled it: on the pages of two recipients, in
 * Flex, and on their telephones, in the product as `npm start` runs it.
 */
const shots = path.resolve(__dirname, '../.screenshots/inbox');
const PHONE = { width: 375, height: 667 };
const ANA = { address: 'supervisor@example.com', name: 'Ana Jones', phone: '+12025550167' };
const BO = { address: 'manager@example.com', name: 'Bo Park' };
jest.setTimeout(600_000);

let product: RunningProduct;
let context: BrowserContext;
let began: number;
const seen: Record<string, PageProblems> = {};

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [product, context] = await Promise.all([startProduct(), openFlexBrowser()]);
  reportPagesOnFailure(context, product.output);
  const account = twilioAccount(product.url);
  await account.writeSwitch('recording-size', 'large');
  await account.setDocument('email-settings', {
    ...{ version: 1, enabled: true, closing_email: true, inbox_call: true, organization: 'Riverside Clinic' },
    recipients: [ANA, BO],
  });
  began = Date.now();
});
afterAll(async () => {
  await context?.close();
  await product?.stop();
});

interface Received {
  subject: string;
  text: string;
  html: string;
  references?: string;
  attachments: number;
}

/** The mails to that address since the beginning, the newest first. The mailbox is on disk: it has those of earlier runs. */
async function mailsTo(address: string): Promise<Received[]> {
  const mails = (await (await fetch(`${product.url}/api/mails`)).json()) as MailSummary[];
  const own = mails.filter(({ at, to }) => at >= began && to.includes(address));
  return Promise.all(
    own.map(async ({ id }) => {
      const raw = await (await fetch(`${product.url}/api/mails/${id}/raw`)).text();
      const { subject = '', text = '', html = '', references, attachments } = await PostalMime.parse(raw);
      return { subject, text, html, references, attachments: attachments.length };
    }),
  );
}

/** Opens a recipient's link on a screen of the size of a telephone. */
async function openLink(address: string): Promise<Page> {
  const [mail] = await pollUntil(async () => {
    const mails = await mailsTo(address);
    return mails.length > 0 && mails;
  });
  expect(mail!.attachments).toBe(0);
  const page = await context.newPage();
  await page.setViewportSize(PHONE);
  seen[address] = collectPageProblems(page);
  await page.goto(listenLinkOf(mail!));
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });

test('a large voicemail is played from a link, taken, called back and finished, and everybody reads of it', async () => {
  const { page: sam, seen: ofSam } = await openFlex(context, product.desk('sam'));
  seen.sam = ofSam;
  await setActivity(sam, 'Offline');
  await product.leaveVoicemail();
  const ana = await openLink(ANA.address);
  const bo = await openLink(BO.address);

  await ana.locator('audio').evaluate((audio) => (audio as unknown as { play(): Promise<void> }).play());
  await ana.waitForFunction(() => {
    const audio = document.querySelector('audio') as unknown as { currentTime: number };
    return audio.currentTime > 1;
  });
  await ana.locator('audio').evaluate((audio) => (audio as unknown as { pause(): void }).pause());
  expect(await pageViolations(ana)).toEqual([]);
  const overflow = () => ana.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await screenshot(ana, 'free');

  await press(ana, 'I’ll take it');
  await ana.getByText(/^You took this voicemail, /).waitFor();
  expect(await pageViolations(ana)).toEqual([]);
  await screenshot(ana, 'mine');
  await bo.reload();
  await bo.getByText(/^Ana Jones took this voicemail, /).waitFor();
  expect(await bo.getByRole('button', { name: 'I’ll take it' }).count()).toBe(0);
  await screenshot(bo, 'taken-by-another');

  await setActivity(sam, 'Available');
  await sam.locator('button[aria-label^="Accept"]').first().waitFor();
  await sam
    .getByText(/Taken by Ana Jones from the email/)
    .first()
    .waitFor();
  await screenshot(sam, 'offered');
  await sam.locator('button[aria-label^="Reject"]').first().click();
  await setActivity(sam, 'Offline');

  await ana.reload();
  await press(ana, 'Call through our number');
  await ana.getByText('We are calling your telephone ending in 67. Answer it and press 1.').waitFor();
  const telephone = await context.newPage();
  seen.telephone = collectPageProblems(telephone);
  await telephone.goto(`${product.url}/telephone`);
  await telephone.getByRole('button', { name: 'Pick up' }).click();
  await telephone
    .getByText(/To call them now, press 1/)
    .first()
    .waitFor();
  await telephone.getByRole('button', { name: '1', exact: true }).click();
  const pickUp = telephone.getByRole('button', { name: 'Pick up' });
  await pollUntil(async () => {
    if (await pickUp.isVisible()) return true;
    const other = telephone.getByRole('button', { name: /^Show the call/ }).first();
    if (await other.isVisible()) await other.click();
    return false;
  });
  await pickUp.click();
  await ana.reload();
  await ana.getByText('You answered, and we are calling the caller.').waitFor();
  await pollUntil(async () => Number((await telephone.getByRole('timer').innerText()).split(':')[1]) >= 3);
  await telephone.getByRole('button', { name: 'Hang up' }).click();
  await pollUntil(async () => {
    await ana.reload();
    return ana.getByText(/^Your call to the caller lasted 0:\d\d\.$/).isVisible();
  });
  await screenshot(ana, 'called');

  await press(ana, 'It is handled');
  await ana.getByText(/^Handled by Ana Jones, /).waitFor();
  await bo.reload();
  await bo.getByText(/^Handled by Ana Jones, /).waitFor();
  await screenshot(bo, 'handled');

  const closing = await pollUntil(async () => {
    const mails = await mailsTo(BO.address);
    return mails.find(({ subject }) => subject.startsWith('Re: '));
  });
  expect(closing.text).toMatch(/^Handled by Ana Jones, .*\s+The last call to the caller lasted 0:\d\d\./);
  const first = (await mailsTo(BO.address)).find(({ subject }) => !subject.startsWith('Re: '))!;
  expect(closing.references).toContain(first.references!);

  const { page: sue, seen: ofSue } = await openFlex(context, product.desk('sue'));
  seen.sue = ofSue;
  await sue.getByRole('link', { name: /^Voicemail email/ }).click();
  await sue
    .getByText(/Handled by Ana Jones/i)
    .first()
    .waitFor();
  await screenshot(sue, 'history');
  expectNoPageProblems(seen);
});
