import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { AuditItem } from '../contract/src/audit';
import type {
  EmailDeliveryResponse,
  EmailHistoryResponse,
  EmailSettingsResponse,
  HistoryItem,
} from '../contract/src/email-admin-api';
import type { ReconcileResponse } from '../contract/src/reconciliation';
import { createTranslator } from '../flex-plugin/src/strings/translator';
import { MAIL_KINDS } from '../serverless-functions/test/mail-kinds';
import { axeViolations } from './support/axe';
import { openFlexBrowser } from './support/browser';
import { type FlexHarness, type StubResponse, startFlexHarness } from './support/flex-harness';
import { openFlex, waitForFlex } from './support/flex-page';
import { overflowsInSmallWindows } from './support/overflow';
import { reportPagesOnFailure } from './support/page-report';
import { sampleCases } from './support/sampling';

/**
 * States of the supervisors' panel that are hard to come by, in the real Flex, as pictures in .screenshots/email-panel/ and
 * judged by axe with its colors. What the Functions answer is made up here; how they answer is for other tests. An ordinary
 * run shows some of the states, chosen by its seed; a soak run shows all.
 */
const STATES_PER_RUN = 8;
const LANGUAGES_PER_RUN = 1;
const LANGUAGES = ['es-ES', 'es-MX', 'pt-BR', 'th', 'zh-Hans'];

const root = path.resolve(__dirname, '..');
const shots = path.join(root, '.screenshots/email-panel');
const PLUGIN = path.join(root, 'flex-plugin/build/plugin-callback-and-voicemail-with-email.js');
jest.setTimeout(600_000);

let harness: FlexHarness;
let context: BrowserContext;
/** One for all: a page that opens Flex again has its 17 MB of scripts compiled already, a new page has not. */
let page: Page;
let mailFolder: string;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  mailFolder = mkdtempSync(path.join(os.tmpdir(), 'email-panel-gallery-'));
  [harness, context] = await Promise.all([startFlexHarness(mailFolder, [PLUGIN]), openFlexBrowser()]);
  reportPagesOnFailure(context);
  ({ page } = await openFlex(context, harness.desk('sue')));
});
afterAll(async () => {
  await context?.close();
  await harness?.close();
  rmSync(mailFolder, { recursive: true, force: true });
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const id = (n: number) => `voicemail-CA${String(n).padStart(32, '0')}-1`;
const answer = (change: Partial<EmailSettingsResponse> = {}): EmailSettingsResponse => ({
  settings: {
    version: 1,
    enabled: true,
    recipients: [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }, { address: 'front.desk@clinic.org' }],
    email_content: 'full',
    recording_format: 'wav',
    include_transcript: true,
    send_when: 'recorded',
    unconfirmed_emails: 'send-again',
    closing_email: false,
    inbox_take: true,
    inbox_remind: true,
    inbox_call: false,
    require_tls: true,
    missed_voicemail: 'callback',
    language: 'en-US',
    show_callers: false,
    attention_after_minutes: 60,
    allow_requeue: true,
    max_attempts: 3,
    retention: { recordings: 30, entries: 30, history: 90, audit: 365 },
    organization: 'Clinic',
    subject: '[{{organization}}] {{caller}} for {{queue}}',
  },
  rules: {
    version: 1,
    match: 'first',
    holidays: [{ date: '2026-12-25', name: 'Christmas' }],
    rules: [
      {
        id: 'sales',
        enabled: true,
        queues: ['Sales'],
        when: { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', holidays: 'never' },
        recipients: [{ address: 'sales@clinic.org' }],
      },
      {
        id: 'night',
        name: 'Emergency line',
        enabled: false,
        numbers: ['+12025550104'],
        recipients: [{ address: 'doctor@clinic.org', name: 'Doctor on call' }],
      },
    ],
  },
  revision: 'r1',
  source: 'saved',
  savedBy: 'sue@clinic.org',
  savedAt: minutesAgo(200),
  allowedRecipients: ['clinic.org'],
  timeZone: 'America/New_York',
  queues: ['Sales', 'Support'],
  numbers: ['+12025550101', '+12025550104'],
  health: {
    provider: {
      configured: true,
      chain: [
        { name: 'mailgun', domain: 'mg.clinic.org', region: 'eu' },
        { name: 'smtp', host: 'smtp.clinic.org' },
      ],
      from: 'Clinic <voicemail@mg.clinic.org>',
      configErrors: [],
    },
    sync: { reachable: true, aclEnabled: true },
    lastSuccessAt: minutesAgo(2),
    lastSweepAt: minutesAgo(1),
    schedulerRuns: true,
    failedEmails: 0,
    waitingEmails: 0,
  },
  ...change,
});
const item = (n: number, change: Partial<HistoryItem> = {}): HistoryItem => ({
  voicemail_id: id(n),
  taskType: 'voicemail',
  receivedAt: minutesAgo(n * 17),
  caller: '+1 555-•••-4567',
  queue: n % 2 ? 'Support' : 'Sales',
  seconds: 20 * n + 4,
  email: { state: 'sent', recipients: n, sentAt: minutesAgo(n * 17) },
  task: { state: 'handled', by: 'Sam Rivera', at: minutesAgo(n * 5) },
  mayResend: false,
  ...change,
});
const failed = { state: 'failed', recipients: 1, problem: 'key-refused' } as const;
const history = (change: Partial<EmailHistoryResponse> = {}): EmailHistoryResponse => ({
  items: [
    item(1),
    item(2, { caller: '', email: failed, task: { state: 'waiting' }, mayResend: true }),
    item(3, { taskType: 'callback', seconds: undefined }),
    item(4),
  ],
  complete: true,
  attention: [],
  ...change,
});
const failingHealth = () =>
  answer({
    health: {
      ...answer().health,
      failedEmails: 3,
      waitingEmails: 1,
      schedulerRuns: false,
      lastFailure: { at: minutesAgo(1), problem: 'key-refused' },
      sync: { reachable: true, aclEnabled: false },
    },
  });
const attentionItem = history({
  attention: [
    {
      ...{ voicemail_id: id(8), taskType: 'callback', kind: 'not-taken', since: minutesAgo(95) },
      ...{ queue: 'Sales', caller: '+1 555-•••-9876' },
    },
    {
      ...{ voicemail_id: id(2), taskType: 'voicemail', kind: 'email-failed', since: minutesAgo(34) },
      ...{ queue: 'Sales', caller: '' },
    },
  ],
});
const auditItems = (): AuditItem[] => [
  {
    ...{ id: '1', at: minutesAgo(3), by: `WK${'0'.repeat(32)}`, identity: 'sam@clinic.org' },
    ...{ act: 'listen', result: 'allowed', entries: [id(1)] },
  },
  {
    ...{ id: '2', at: minutesAgo(200), by: `WK${'1'.repeat(32)}`, identity: 'sue@clinic.org' },
    ...{ act: 'save-settings', result: 'done' },
    changes: [{ field: 'recipients', added: ['{"address":"ana@clinic.org","name":"Ana Ruiz"}'] }],
  },
];
const bounced = [{ address: 'ana@clinic.org', reason: 'mailbox-full' as const }];
const deliveries = (change: Partial<EmailDeliveryResponse> = {}): EmailDeliveryResponse => ({
  deliveries: { [id(1)]: { delivered: 1, bounced: [] }, [id(4)]: { delivered: 4, bounced: [] } },
  bounced: [],
  complete: true,
  ...change,
});
const reconciled = (change: Partial<ReconcileResponse> = {}): ReconcileResponse => ({
  items: [
    {
      ...{ id: `RE${'1'.repeat(32)}`, at: minutesAgo(300), queue: 'Support', class: 'unexplained', mayTakeUp: true },
      ...{ recording: 'there', entry: 'missing', task: 'missing', email: 'missing' },
    },
    {
      ...{ id: id(3), at: minutesAgo(900), queue: 'Sales', class: 'unexplained' },
      ...{ recording: 'missing', entry: 'there', task: 'there', email: 'there' },
    },
  ],
  totals: {
    ...{ voicemails: 1204, complete: 1190, explained: { 'email-off': 9, deleted: 3 } },
    ...{ unexplained: 2, others: 5310, unknown: 1 },
  },
  progress: { done: 7, days: 7 },
  chain: { state: 'verified', records: 12 },
  ...change,
});
const json = (body: object, status = 200): StubResponse => ({ status, body: JSON.stringify(body) });
const refusal = (status: number, code: string, more = {}) => json({ code, message: code, advice: '', ...more }, status);

interface State {
  settings: StubResponse | undefined;
  history?: StubResponse;
  deliveries?: StubResponse;
  test?: StubResponse;
  preview?: StubResponse;
  reconciled?: StubResponse;
  act?: () => Promise<void>;
  says: string | RegExp;
  size?: { width: number; height: number };
}
/** Built for each test: what is shown as "2 min. ago" must be so when the page opens, however slow the machine is. */
const states = (): Record<string, State> => ({
  quiet: { settings: json(answer()), says: 'Last sent 2 min. ago' },
  trouble: { settings: json(failingHealth()), history: json(attentionItem), says: 'Needs attention' },
  'partly-delivered': {
    settings: json(answer()),
    history: json(
      history({
        items: [
          item(3, {
            email: {
              ...{ state: 'sent', recipients: 3, sentAt: minutesAgo(51) },
              outcomes: {
                ...{ accepted: 2, refused: 1, waiting: 0 },
                recipients: [
                  { address: 'front.desk@clinic.org', state: 'refused', problem: 'recipient-refused' },
                  { address: 'ana@clinic.org', state: 'accepted', provider: 'mailgun' },
                  { address: 'sales@clinic.org', state: 'accepted', provider: 'smtp' },
                ],
              },
            },
          }),
        ],
        attention: [
          {
            ...{ voicemail_id: id(3), taskType: 'voicemail', kind: 'email-partly', since: minutesAgo(51) },
            ...{ queue: 'Support', caller: '', problem: 'recipient-refused', refused: 1, recipients: 3 },
          },
        ],
      }),
    ),
    says: 'sales@clinic.org: sent through SMTP',
  },
  bounced: {
    settings: json(answer()),
    deliveries: json(
      deliveries({
        deliveries: { [id(1)]: { delivered: 1, bounced: [] }, [id(4)]: { delivered: 3, bounced } },
        bounced: [
          {
            ...{ voicemail_id: id(4), taskType: 'voicemail', kind: 'email-bounced', since: minutesAgo(67) },
            ...{ queue: 'Sales', caller: '+1 555-•••-4567', bounced },
          },
        ],
      }),
    ),
    says: /^delivered 3 of 4, 1 bounced: mailbox full/,
  },
  'many-recipients': {
    settings: json(
      answer({
        settings: {
          ...answer().settings,
          recipients: Array.from({ length: 100 }, (_, n) => ({ address: `nurse${n}@clinic.org` })),
        },
      }),
    ),
    says: 'Show 87 more',
  },
  'rule-discarded': {
    settings: json(answer()),
    act: async () => {
      await panel().getByRole('button', { name: 'Edit: Emergency line' }).click();
      await page.keyboard.type(' at night');
      await page.keyboard.press('Escape');
    },
    says: 'Discard your changes to this rule?',
  },
  'switched-off': {
    settings: json(answer()),
    act: () => panel().getByText('On', { exact: true }).click(),
    says: 'Off, once saved',
  },
  off: {
    settings: json(answer({ settings: { ...answer().settings, enabled: false } })),
    says: /still recorded and routed/,
  },
  narrow: { settings: json(answer()), says: 'Last sent 2 min. ago', size: { width: 760, height: 1000 } },
  loading: { settings: undefined, says: 'Voicemail email' },
  unreachable: {
    settings: refusal(503, 'settings-unreachable'),
    says: /Emails wait until the settings can be read again/,
  },
  'not-allowed': { settings: refusal(403, 'role-missing'), says: 'This is for supervisors only.' },
  corrupt: { settings: json(answer({ source: 'corrupt' })), says: 'Save what is shown' },
  telephones: {
    settings: json(answer({ settings: { ...answer().settings, inbox_call: true } })),
    act: openTelephones,
    says: '“030” is not a phone number.',
  },
  'first-time': {
    settings: json(answer({ source: 'environment', rules: { ...answer().rules, rules: [] } })),
    history: json(history({ items: [] })),
    says: /No settings are saved here yet/,
  },
  'not-configured': {
    settings: json(
      answer({
        health: {
          ...answer().health,
          provider: { configured: false, chain: [], configErrors: ['MAILGUN_API_KEY', 'MAILGUN_DOMAIN'] },
        },
      }),
    ),
    says: /Ask an administrator to set MAILGUN_API_KEY, MAILGUN_DOMAIN/,
  },
  'history-failed': { settings: json(answer()), history: refusal(500, 'failed'), says: /The list could not be loaded/ },
  problems: {
    settings: json(answer()),
    act: async () => {
      await panel().getByRole('button', { name: 'Remove Ana Ruiz' }).click();
      await panel().getByRole('textbox', { name: 'Recipients' }).fill('eve@elsewhere.com');
      await panel().getByRole('textbox', { name: 'Recipients' }).press('Enter');
      await panel().getByLabel('Subject', { exact: true }).fill('From {{nobody}}');
    },
    says: /^Fix before saving/,
  },
  preview: {
    settings: json(answer()),
    act: () => openPreview(),
    says: MAIL_KINDS.usual.subject,
  },
  'preview-dark-phone': {
    settings: json(answer()),
    act: async () => {
      await openPreview();
      await panel().getByText('dark', { exact: true }).click();
      await panel().getByText('on a phone').click();
    },
    says: MAIL_KINDS.usual.subject,
  },
  'preview-text': {
    settings: json(answer()),
    act: async () => {
      await openPreview();
      await panel().getByText('as plain text').click();
    },
    says: /The recording is attached/,
  },
  'preview-failed': {
    settings: json(answer()),
    preview: refusal(422, 'invalid'),
    act: () => openPreview(),
    says: 'The preview could not be loaded.',
  },
  'ticket-systems': {
    settings: json(answer()),
    act: async () => {
      await panel().getByRole('button', { name: 'Ticket systems (0)' }).click();
      await panel().getByText('front.desk@clinic.org', { exact: true }).last().click();
    },
    says: 'Ticket systems (1)',
  },
  'completeness-unexplained': {
    settings: json(answer()),
    act: () => panel().getByRole('button', { name: 'Check', exact: true }).click(),
    says: 'Unexplained voicemails',
  },
  'completeness-changed': {
    settings: json(answer()),
    reconciled: json(reconciled({ items: [], chain: { state: 'changed', records: 12, changedAt: 7 } })),
    says: /was changed or removed by hand/,
  },
  'completeness-failed': {
    settings: json(answer()),
    reconciled: refusal(500, 'failed'),
    says: /could not be loaded/,
  },
  'test-refused': {
    settings: json(answer()),
    test: refusal(422, 'mail-refused', {
      provider: { problem: 'key-other-region', provider: 'mailgun', detail: 'Invalid private key' },
    }),
    act: () => panel().getByRole('button', { name: 'Send a test' }).click(),
    says: /belongs to the other region/,
  },
});

async function openPreview(): Promise<void> {
  await panel().getByRole('button', { name: 'Preview of the email' }).click();
  await panel().getByText('on a phone').scrollIntoViewIfNeeded();
}
async function openTelephones(): Promise<void> {
  await panel().getByRole('button', { name: 'Telephones of recipients (0)' }).click();
  await panel().getByLabel('ana@clinic.org', { exact: true }).fill('+1 (202) 555-0101');
  await panel().getByLabel('sales@clinic.org', { exact: true }).fill('030');
  await panel().getByText('What recipients can do from the email').scrollIntoViewIfNeeded();
}
const panel = () => page.locator('[data-paste-element="CALLBACK_AND_VOICEMAIL_EMAIL_PANEL"]');

async function show(state: State, language = 'en-US'): Promise<void> {
  harness.functions.respond = (functionName) => {
    if (functionName === 'email-settings') return state.settings;
    if (functionName === 'email-history') return state.history ?? json(history());
    if (functionName === 'audit') return json({ items: auditItems(), complete: true });
    if (functionName === 'email-delivery') return state.deliveries ?? json(deliveries());
    if (functionName === 'reconcile') return state.reconciled ?? json(reconciled());
    if (functionName === 'email-test') return state.test;
    if (functionName === 'email-preview') return state.preview ?? json(MAIL_KINDS.usual);
    return { body: '{"ok":true}' };
  };
  await page.goto(`${harness.desk('sue').origin}/?language=${language}`);
  await waitForFlex(page);
  await page.setViewportSize(state.size ?? { width: 1360, height: 1000 });
  await page.getByRole('link', { name: createTranslator(language).t('PanelLink') }).click();
  await panel().waitFor();
}
async function checkState(name: string): Promise<void> {
  await page.screenshot({ path: path.join(shots, `${name}.png`) });
  expect(
    await overflowsInSmallWindows(page, '[data-paste-element="CALLBACK_AND_VOICEMAIL_EMAIL_PANEL"]', name),
  ).toEqual([]);
  expect(await axeViolations(page, 'CALLBACK_AND_VOICEMAIL_EMAIL_PANEL')).toEqual([]);
}

test.each(sampleCases(Object.keys(states()), STATES_PER_RUN, 'panel states'))('%s', async (name) => {
  const state = states()[name]!;
  await show(state);
  await state.act?.();
  await panel().getByText(state.says).first().waitFor();
  await checkState(name);
});

test.each(sampleCases(LANGUAGES, LANGUAGES_PER_RUN, 'panel languages'))(
  'in the language of Flex: %s',
  async (language) => {
    await show({ settings: json(failingHealth()), history: json(attentionItem), says: '' }, language);
    const { t } = createTranslator(language);
    await panel().getByText(t('AttentionTitle')).waitFor();
    await panel().getByText(t('RuleNotOnHolidays')).first().waitFor();
    expect(await panel().innerText()).not.toMatch(/\{\{(?!organization|caller|queue)/);
    await checkState(`trouble-${language}`);
  },
);

test('when no email goes out, the side link says so before the panel is opened', async () => {
  harness.functions.respond = (functionName) =>
    functionName === 'email-settings' ? json(failingHealth()) : { body: '{"ok":true}' };
  await page.goto(harness.desk('sue').origin);
  await page.getByRole('link', { name: 'Voicemail email: no email is going out' }).waitFor();
  await page.screenshot({ path: path.join(shots, 'side-link.png'), clip: { x: 0, y: 52, width: 400, height: 240 } });
});
