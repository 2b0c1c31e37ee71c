import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { MailSummary } from '../sandbox/src/mail/mailbox';
import { axeViolations } from './support/axe';
import { openFlexBrowser } from './support/browser';
import {
  askFunctions,
  expectNoPageProblems,
  openFlex,
  type PageProblems,
  setActivity,
  waitForFlex,
} from './support/flex-page';
import { reportPagesOnFailure } from './support/page-report';
import { pollUntil } from './support/poll-until';
import { type RunningProduct, startProduct } from './support/running-product';
import { type TwilioAccount, twilioAccount } from './support/twilio-account';

/**
 * A supervisor's work in the panel, in the product as `npm start` runs it: the built Functions, the official build of the
 * plugin, the real Flex UI and a mailbox. Each test begins with settings of its own, without tasks, and with pages that
 * show both.
 */
const shots = path.resolve(__dirname, '../.screenshots/email-panel');
jest.setTimeout(600_000);

let product: RunningProduct;
let account: TwilioAccount;
let context: BrowserContext;
let sue: Page;
let adam: Page;
let sam: Page;
const seen: Record<string, PageProblems> = {};
/** When the test began: mails that came before are not its own. */
let began: number;

const SALES_LINE = '+12025550102';
const SETTINGS = { version: 1, enabled: true, recipients: [{ address: 'supervisor@example.com' }] };

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [product, context] = await Promise.all([startProduct(), openFlexBrowser()]);
  reportPagesOnFailure(context, product.output);
  account = twilioAccount(product.url);
  for (const key of ['sam', 'adam', 'sue']) {
    const desk = await openFlex(context, product.desk(key));
    seen[key] = desk.seen;
    if (key === 'sam') sam = desk.page;
    else if (key === 'adam') adam = desk.page;
    else sue = desk.page;
  }
});
beforeEach(begin);
// The tests provoke conflicts and refused addresses.
afterEach(() => expectNoPageProblems(seen, /the server responded with a status of (409|422)/));
afterAll(async () => {
  await context?.close();
  await product?.stop();
});

const link = (page: Page) => page.getByRole('link', { name: /^Voicemail email/ });
const panel = (page: Page) => page.locator('[data-paste-element="CALLBACK_AND_VOICEMAIL_EMAIL_PANEL"]');
const section = (page: Page, name: string) => panel(page).getByRole('region', { name, exact: true });
const button = (page: Page, name: string | RegExp) => panel(page).getByRole('button', { name, exact: true });
const screenshot = (page: Page, name: string) => page.screenshot({ path: path.join(shots, `${name}.png`) });
const mails = async () =>
  ((await (await fetch(`${product.url}/api/mails`)).json()) as MailSummary[]).filter(({ at }) => at >= began);
const openPanel = async (page: Page) => {
  await page.bringToFront();
  await link(page).click();
  await section(page, 'Who gets it').waitFor();
};
const save = async (page: Page) => {
  await button(page, 'Save').click();
  await panel(page)
    .getByText(/^Saved\./)
    .waitFor();
};

/** Refetches as if the user returned to the tab, without waiting for the next poll. */
const refresh = (page: Page) =>
  Promise.all([
    page.waitForResponse(/flex\/email-(settings|history)$/),
    page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))),
  ]);
const refreshUntilShown = (page: Page, what: Locator) =>
  pollUntil(async () => {
    await refresh(page);
    return (await what.count()) > 0;
  });

/** What Sync and TaskRouter hold when a test begins, and Sue's panel showing it. Adam's shows it once it is opened. */
async function begin(): Promise<void> {
  await account.endOpenTasks();
  await account.removeDocument('email-rules');
  await account.setDocument('email-settings', SETTINGS);
  await sue.reload();
  await waitForFlex(sue);
  await openPanel(sue);
  began = Date.now();
}

const violations = (page: Page) => axeViolations(page, 'CALLBACK_AND_VOICEMAIL_EMAIL_PANEL');

test('supervisors and administrators have the panel, agents have not', async () => {
  await expect(link(sam).count()).resolves.toBe(0);
  await link(adam).waitFor();
  await section(sue, 'Who gets it').getByText('supervisor@example.com').waitFor();
  await screenshot(sue, 'first');
  expect(await violations(sue)).toEqual([]);
});

test('when mail is off, a voicemail is routed and not mailed', async () => {
  // Paste draws the switch; its input is hidden, so it is operated by keyboard.
  await panel(sue).getByRole('switch').press('Space');
  await panel(sue)
    .getByText(/^1 change: Email: o/)
    .waitFor();
  await save(sue);
  await panel(sue)
    .getByText(/still recorded and routed/)
    .waitFor();
  await product.leaveVoicemail();
  await setActivity(sam, 'Available');
  await sam.bringToFront();
  await sam.locator('button[aria-label^="Accept"]').first().click();
  await sam.getByText('Voicemails are not emailed').waitFor();
  await sue.bringToFront();
  const item = section(sue, 'Voicemails and emails').getByRole('listitem').first();
  await refreshUntilShown(sue, item.getByText(/not emailed/i));
  await screenshot(sue, 'off');
  expect(await violations(sue)).toEqual([]);
  // ADMIN_EMAIL may know that it is off; no mail of the voicemail exists.
  expect((await mails()).filter(({ attachments }) => attachments.length > 0)).toEqual([]);
});

test('with a rule, the mail arrives at the right address with the right subject', async () => {
  await button(sue, 'Add a rule').click();
  const editor = panel(sue).getByRole('group', { name: 'Edit the rule' });
  await editor.getByLabel('Name (optional)').fill('Messages');
  await editor.getByText('+1 202-555-0103', { exact: true }).last().click();
  await editor.getByRole('textbox', { name: 'Who gets them' }).fill('Front desk <desk@example.com>');
  await editor.getByRole('textbox', { name: 'Who gets them' }).press('Enter');
  await screenshot(sue, 'rule-editor');
  expect(await violations(sue)).toEqual([]);
  await editor.getByRole('button', { name: 'Done' }).click();
  await panel(sue).getByText('Voicemails to +1 202-555-0103 go to Front desk').waitFor();
  await panel(sue).getByLabel('Subject', { exact: true }).fill('[Clinic] ');
  await button(sue, '+ caller').click();
  await panel(sue).getByText('[Clinic] +1 555-123-4567').waitFor();

  await button(sue, 'What would happen?').click();
  await panel(sue).getByLabel('Number dialed').selectOption('+12025550103');
  await panel(sue).getByText('desk@example.com would get it. Matched by “Messages”.').waitFor();
  await screenshot(sue, 'would');
  await panel(sue)
    .getByText(/^2 changes: /)
    .waitFor();
  await save(sue);

  await product.leaveVoicemail();
  const arrived = await pollUntil(async () => (await mails()).find(({ to }) => to.includes('desk@example.com')));
  expect(arrived.subject).toBe('[Clinic] Ana Ruiz, +1 415-555-0123');
  expect(arrived.recipients).toEqual(['desk@example.com']);
  expect(arrived.attachments).toHaveLength(1);
  expect((await mails()).filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
  await refreshUntilShown(sue, section(sue, 'Voicemails and emails').getByText(/delivered 1 of 1/i));
  await section(sue, 'Audit log')
    .getByText(/Rule “Messages”/)
    .waitFor();
  await screenshot(sue, 'history');
  expect(await violations(sue)).toEqual([]);
});

test('two supervisors at once: merges different fields, asks about the same ones', async () => {
  await adam.reload();
  await waitForFlex(adam);
  await openPanel(adam);
  // Apart: Sue types a footer while Adam saves an organization.
  await button(sue, 'Name, logo, language, and time zone').click();
  await button(adam, 'Name, logo, language, and time zone').click();
  await panel(sue).getByLabel('Footer').fill('Ask at the front desk');
  await panel(adam).getByLabel('Organization name').fill('Clinic');
  await save(adam);
  await sue.bringToFront();
  await refreshUntilShown(sue, panel(sue).getByText(/^adam.* saved other changes/i));
  expect(await panel(sue).getByLabel('Organization name').inputValue()).toBe('Clinic');
  expect(await panel(sue).getByLabel('Footer').inputValue()).toBe('Ask at the front desk');
  await save(sue);

  // The same: Adam's copy has not seen Sue's footer yet; both name another subject.
  await panel(adam).getByLabel('Subject', { exact: true }).fill('Adam says {{caller}}');
  await panel(sue).getByLabel('Subject', { exact: true }).fill('Sue says {{caller}}');
  await save(sue);
  await adam.bringToFront();
  const conflict = panel(adam).getByText(/^sue.* changed the same/i);
  // Where a poll came first the panel asks already, and there is nothing to be clicked.
  await conflict.or(button(adam, 'Save')).first().waitFor();
  if (!(await conflict.isVisible())) await button(adam, 'Save').click();
  await conflict.waitFor();
  await panel(adam).getByText('Subject: yours is Adam says {{caller}}; theirs is Sue says {{caller}}').waitFor();
  await screenshot(adam, 'conflict');
  expect(await violations(adam)).toEqual([]);
  await button(adam, 'Keep mine').click();
  await save(adam);
  await sue.bringToFront();
  const subject = panel(sue).getByLabel('Subject', { exact: true });
  await pollUntil(async () => {
    await refresh(sue);
    return (await subject.inputValue()) === 'Adam says {{caller}}';
  });
  expect(await panel(sue).getByLabel('Footer').inputValue()).toBe('Ask at the front desk');
});

test('a save can be undone for a while', async () => {
  await account.setDocument('email-settings', { ...SETTINGS, footer: 'Ask at the front desk' });
  await button(sue, 'Name, logo, language, and time zone').click();
  const footer = panel(sue).getByLabel('Footer');
  await pollUntil(async () => {
    await refresh(sue);
    return (await footer.inputValue()) === 'Ask at the front desk';
  });
  await footer.fill('Something hasty');
  await save(sue);
  await button(sue, 'Undo').click();
  await pollUntil(async () => (await footer.inputValue()) === 'Ask at the front desk');
  await panel(sue)
    .getByText(/^Saved\./)
    .waitFor();
  await pollUntil(async () => (await button(sue, 'Save').count()) === 0);
});

test('a test mail goes out with what is shown, and a foreign address gets none', async () => {
  const address = panel(sue).getByLabel('Send a test email to');
  await address.fill('somebody@elsewhere.example');
  await button(sue, 'Send a test').click();
  await panel(sue).getByText('Addresses at this domain are not allowed.').waitFor();
  await address.fill('trial@example.com');
  await button(sue, 'Send a test').click();
  await panel(sue)
    .getByText(/Mailgun accepted it/)
    .waitFor();
  const mail = await pollUntil(async () => (await mails()).find(({ to }) => to.includes('trial@example.com')));
  expect(mail.attachments).toHaveLength(1);
  expect((await mails()).some(({ to }) => to.includes('somebody@elsewhere.example'))).toBe(false);
  await screenshot(sue, 'test-mail');
  expect(await violations(sue)).toEqual([]);
});

test('what is not saved is kept while one looks at something else, and said', async () => {
  await button(sue, 'Name, logo, language, and time zone').click();
  await panel(sue).getByLabel('Footer').fill('Not saved yet');
  await sue.getByRole('link', { name: 'Agent Desktop' }).click();
  await sue.getByText('Your changes to Voicemail email are kept but not saved yet.').last().waitFor();
  await openPanel(sue);
  await panel(sue)
    .getByText(/^1 change: Footer/)
    .waitFor();
  await button(sue, 'Discard').click();
  await pollUntil(async () => (await button(sue, 'Save').count()) === 0);
});

test('the history is narrowed to a queue, a state and a caller', async () => {
  await account.setDocument('email-settings', { ...SETTINGS, enabled: false });
  await product.leaveVoicemail('ana');
  const history = section(sue, 'Voicemails and emails');
  const rows = history.getByRole('list', { name: 'Voicemails and emails' }).getByRole('listitem');
  const notMailed = rows.filter({ hasText: /not emailed/i });
  const mailed = rows.filter({ hasText: /emailed to 1|delivered 1 of 1/i });
  // The settings count when the recording is ready, which is after the call.
  await refreshUntilShown(sue, notMailed);
  await account.setDocument('email-settings', SETTINGS);
  await product.leaveVoicemail('ben');
  await refreshUntilShown(sue, mailed);
  await history.getByLabel('Email', { exact: true }).selectOption('sent');
  await notMailed.first().waitFor({ state: 'detached' });
  await mailed.first().waitFor();
  await history.getByLabel('Caller').fill('+12125550199');
  await history.getByLabel('Caller').press('Enter');
  await history.getByText(/No matches/).waitFor();
  await screenshot(sue, 'history-nothing');
  expect(await violations(sue)).toEqual([]);
});

test('everything about a number is found, exported and deleted, at Twilio too, with a certificate', async () => {
  await product.leaveVoicemail('ana');
  await product.leaveVoicemail('ben');
  const data = section(sue, 'Personal data');
  const number = data.getByLabel('Telephone number');
  const status = data.getByRole('status');
  const found = data.getByRole('listitem').filter({ hasText: /Voicemail/ });
  await pollUntil(async () => {
    await number.fill('+1 415-555-0123');
    await number.press('Enter');
    await status.getByText(/^(Stored|Nothing)/).waitFor();
    return (await found.count()) > 0;
  });
  const recordings = async () =>
    (
      await account.json<{ recordings: { sid: string; call_sid: string }[] }>(
        'api.twilio.com',
        `/2010-04-01/Accounts/${account.accountSid}/Recordings.json`,
      )
    ).recordings;
  const before = await recordings();
  const [exported] = await Promise.all([
    sue.waitForEvent('download'),
    data.getByRole('button', { name: 'Export everything' }).click(),
  ]);
  const items = JSON.parse(readFileSync(await exported.path(), 'utf8')) as { data: { entry: { callSid: string } } }[];
  const calls = items.map((item) => item.data.entry.callSid);
  await data.getByRole('button', { name: 'Export everything', disabled: false }).waitFor();
  expect(await violations(sue)).toEqual([]);
  await data.getByRole('button', { name: 'Delete everything' }).click();
  await screenshot(sue, 'personal-data-asks');
  await data.getByRole('alertdialog').getByRole('button', { name: 'Delete everything' }).click();
  await status.getByText(/^Deleted: [1-9]/).waitFor();
  await screenshot(sue, 'personal-data-deleted');
  const [saved] = await Promise.all([
    sue.waitForEvent('download'),
    data.getByRole('button', { name: 'Certificate as JSON' }).click(),
  ]);
  const json = readFileSync(await saved.path(), 'utf8');
  const certificate = JSON.parse(json) as { number: string; deleted: { recordings: { sid: string }[] }[] };
  expect(certificate.number).toBe('+14155550123');
  // What Twilio has: nothing of Ana's calls, Ben's as before.
  const gone = before.filter(({ call_sid }) => calls.includes(call_sid)).map(({ sid }) => sid);
  expect(gone.length).toBeGreaterThan(0);
  expect(certificate.deleted.flatMap((one) => one.recordings.map(({ sid }) => sid)).sort()).toEqual(gone.sort());
  expect((await recordings()).map(({ sid }) => sid).sort()).toEqual(
    before
      .map(({ sid }) => sid)
      .filter((sid) => !gone.includes(sid))
      .sort(),
  );
  // TaskRouter forgets those that ended before.
  const open = (await account.tasks()).filter(({ assignment_status }) =>
    /pending|reserved|assigned/.test(assignment_status),
  );
  expect(JSON.stringify(open)).not.toContain('+14155550123');
  const audit = section(sue, 'Audit log');
  await audit.getByLabel('Action').selectOption('Deleted everything about a number');
  await audit.getByRole('listitem').filter({ hasText: 'sha256:' }).first().waitFor();
});

test('what is older than the settings keep is deleted, at Twilio too, and the panel says when and what', async () => {
  await product.leaveVoicemail('ana');
  const rows = section(sue, 'Voicemails and emails')
    .getByRole('list', { name: 'Voicemails and emails' })
    .getByRole('listitem');
  await refreshUntilShown(sue, rows.filter({ hasText: /delivered 1 of 1/i }));
  await account.endOpenTasks();
  const retention = section(sue, 'Retention');
  await retention.getByLabel('Days to keep recordings and transcripts').fill('3');
  await screenshot(sue, 'retention-set');
  await save(sue);
  // Five days pass.
  const old = await account.ageHistory(5);
  expect(old.length).toBeGreaterThan(0);
  const statuses = () =>
    Promise.all(
      old.map((sid) =>
        account.status('api.twilio.com', `/2010-04-01/Accounts/${account.accountSid}/Recordings/${sid}.json`),
      ),
    );
  await account.removeDocument('retention');
  // Functions that have looked rest for an hour; a new deployment looks at once. No request of a page meets its start.
  for (const page of [sam, adam, sue]) await page.goto('about:blank');
  await account.writeSwitch('supervision', 'free');
  for (const [key, page] of [
    ['sam', sam],
    ['sue', sue],
  ] as const) {
    await page.goto(product.desk(key).origin);
    await waitForFlex(page);
  }
  await openPanel(sue);
  await pollUntil(async () => {
    // Without waiting for the scheduler.
    await askFunctions(sam, 'sweep');
    return (await statuses()).every((status) => status === 404);
  });
  const last = retention.getByText(/^Last checked .*Deleted then: recordings: [1-9]/);
  await refreshUntilShown(sue, last);
  await last.scrollIntoViewIfNeeded();
  await section(sue, 'Audit log')
    .getByText(/Deleted data by the retention rule/)
    .last()
    .waitFor();
  await screenshot(sue, 'retention-ran');
  expect(await violations(sue)).toEqual([]);
});

/** With one deployment, the last test: it is not made free again. */
test('a supervisor of one queue sees it alone, and confirms the recipient that another one added', async () => {
  await Promise.all([product.leaveVoicemail('ben', SALES_LINE), product.leaveVoicemail('ana')]);
  const rows = section(sue, 'Voicemails and emails')
    .getByRole('list', { name: 'Voicemails and emails' })
    .getByRole('listitem');
  for (const row of [rows.filter({ hasText: 'Sales' }), rows.filter({ hasNotText: 'Sales' })])
    await refreshUntilShown(sue, row);
  // No request of a page meets the restart of the Functions.
  for (const page of [sam, adam, sue]) await page.goto('about:blank');
  await account.writeSwitch('supervision', 'strict');
  for (const [key, page] of [
    ['adam', adam],
    ['sue', sue],
  ] as const) {
    await page.goto(product.desk(key).origin);
    await waitForFlex(page);
    await openPanel(page);
  }
  await panel(sue).getByText('You see and change only what concerns Sales. The other settings are locked.').waitFor();
  await refreshUntilShown(sue, rows.first());
  expect((await rows.allInnerTexts()).filter((text) => !text.includes('Sales'))).toEqual([]);

  await adam.bringToFront();
  await button(adam, 'Add a rule').click();
  const editor = panel(adam).getByRole('group', { name: 'Edit the rule' });
  // Paste hides the box itself.
  await editor.getByText('Sales', { exact: true }).last().click();
  await editor.getByRole('textbox', { name: 'Who gets them' }).fill('eve@example.com');
  await editor.getByRole('textbox', { name: 'Who gets them' }).press('Enter');
  await editor.getByRole('button', { name: 'Done' }).click();
  await save(adam);
  await panel(adam).getByText('You added it: another supervisor has to confirm it.').waitFor();
  await sue.bringToFront();
  const confirm = button(sue, 'Confirm: eve@example.com');
  await refreshUntilShown(sue, confirm);
  await confirm.scrollIntoViewIfNeeded();
  await screenshot(sue, 'own-queue-confirms');
  expect(await violations(sue)).toEqual([]);
  await confirm.click();
  await confirm.waitFor({ state: 'detached' });
  await product.leaveVoicemail('ben', SALES_LINE);
  await pollUntil(async () => (await mails()).find(({ to }) => to.includes('eve@example.com')));
});
