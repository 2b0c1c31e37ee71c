import type { EmailHistoryResponse, EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailSettings, NotificationRules } from '@callback-and-voicemail/contract/email-settings';
import type { ReconcileResponse } from '@callback-and-voicemail/contract/reconciliation';
import { combineReducers, createStore } from '@reduxjs/toolkit';
import { QueryClientProvider } from '@tanstack/react-query';
import { act, type RenderResult, render } from '@testing-library/react';
import { CustomizationProvider } from '@twilio-paste/core/customization';
import * as React from 'react';
import { Provider } from 'react-redux';
import { AuditSection } from '../src/email-admin/audit/AuditSection';
import { CompletenessSection } from '../src/email-admin/completeness/CompletenessSection';
import { EmailAdminView } from '../src/email-admin/EmailAdminView';
import { EmailAdminContext, type EmailAdminServices } from '../src/email-admin/email-admin-context';
import { emailAdminReducer } from '../src/email-admin/email-admin-reducer';
import { HistorySection } from '../src/email-admin/history/HistorySection';
import { createHistoryActions } from '../src/email-admin/history/history-actions';
import { PersonalDataSection } from '../src/email-admin/personal-data/PersonalDataSection';
import { POLL_MS } from '../src/email-admin/poll-interval';
import type { EmailRootState } from '../src/email-admin/selectors';
import { SaveBar } from '../src/email-admin/settings/SaveBar';
import { createSettingsActions } from '../src/email-admin/settings/settings-actions';
import { SETTINGS_QUERY_KEY, useSettingsQuery } from '../src/email-admin/settings/settings-query';
import { type SettingsForm, useSettingsForm } from '../src/email-admin/settings/use-settings-form';
import type { EmailAdminClient } from '../src/functions-client/email-admin-client';
import { createQueryClient } from '../src/queries/query-client';
import { STATE_KEY } from '../src/state/plugin-state';
import { createTranslator } from '../src/strings/translator';

/** What the tests of the supervisors' panel have in common. */
export const someSettings = (change: Partial<EmailSettings> = {}): EmailSettings => ({
  version: 1,
  enabled: true,
  recipients: [{ address: 'ana@clinic.org', name: 'Ana' }, { address: 'desk@clinic.org' }],
  email_content: 'full',
  recording_format: 'wav',
  include_transcript: true,
  closing_email: false,
  inbox_take: true,
  inbox_remind: true,
  inbox_call: false,
  send_when: 'recorded',
  unconfirmed_emails: 'send-again',
  require_tls: true,
  missed_voicemail: 'callback',
  language: 'en-US',
  show_callers: false,
  attention_after_minutes: 60,
  allow_requeue: true,
  max_attempts: 3,
  retention: { entries: 30, history: 30, audit: 365 },
  ...change,
});
export const someRules = (change: Partial<NotificationRules> = {}): NotificationRules => ({
  version: 1,
  match: 'first',
  rules: [],
  holidays: [],
  ...change,
});
export const aRule = (id: string, change: Partial<NotificationRules['rules'][number]> = {}) => ({
  id,
  enabled: true,
  recipients: [{ address: `${id}@clinic.org` }],
  ...change,
});

export const aSettingsResponse = (change: Partial<EmailSettingsResponse> = {}): EmailSettingsResponse => ({
  settings: someSettings(),
  rules: someRules(),
  revision: 'r1',
  source: 'saved',
  savedBy: 'adam',
  savedAt: '2026-11-22T14:00:00.000Z',
  allowedRecipients: ['clinic.org'],
  logoHosts: ['example.com'],
  timeZone: 'UTC',
  queues: ['Sales', 'Support'],
  numbers: ['+15550000001', '+15550000002'],
  health: {
    provider: {
      configured: true,
      chain: [{ name: 'mailgun', domain: 'mg.clinic.org', region: 'us' }],
      from: 'Voicemail <voicemail@mg.clinic.org>',
      configErrors: [],
    },
    sync: { reachable: true, aclEnabled: true },
    lastSuccessAt: '2026-11-22T14:53:00.000Z',
    schedulerRuns: true,
    lastSweepAt: '2026-11-22T14:54:00.000Z',
    failedEmails: 0,
    waitingEmails: 0,
  },
  ...change,
});

export const aHistoryResponse = (change: Partial<EmailHistoryResponse> = {}): EmailHistoryResponse => ({
  items: [],
  complete: true,
  attention: [],
  ...change,
});

export const aReconcileResponse = (change: Partial<ReconcileResponse> = {}): ReconcileResponse => ({
  items: [],
  totals: { voicemails: 0, complete: 0, explained: {}, unexplained: 0, others: 0, unknown: 0 },
  progress: { done: 7, days: 7 },
  chain: { state: 'empty', records: 0 },
  ...change,
});

/** The actions and their state without a page, against a server with scripted responses. */
export function createEmailAdminHarness(calls: Partial<EmailAdminClient> = {}) {
  const client: jest.Mocked<EmailAdminClient> = {
    settings: jest.fn().mockResolvedValue(aSettingsResponse()),
    save: jest.fn((proposal, _revision, _replace) =>
      Promise.resolve(aSettingsResponse({ ...proposal, revision: 'r2', savedBy: 'sue' })),
    ),
    decide: jest.fn().mockResolvedValue(aSettingsResponse({ revision: 'r2', unconfirmed: [] })),
    sendTest: jest.fn((to: string, _settings: EmailSettings) =>
      Promise.resolve({ ok: true as const, provider: 'mailgun' as const, providerId: '<1@mg>', to }),
    ),
    preview: jest.fn().mockResolvedValue({ subject: 'Voicemail', html: '<p>Hello</p>', text: 'Hello' }),
    history: jest.fn().mockResolvedValue(aHistoryResponse()),
    deliveries: jest.fn().mockResolvedValue({ deliveries: {}, bounced: [], complete: true }),
    audit: jest.fn().mockResolvedValue({ items: [], complete: true }),
    exportAudit: jest.fn().mockResolvedValue('id,at\r\n'),
    personalData: jest.fn().mockResolvedValue({ items: [] }),
    reconcile: jest.fn().mockResolvedValue(aReconcileResponse()),
    reconciliations: jest.fn().mockResolvedValue(aReconcileResponse()),
    takeUp: jest.fn().mockResolvedValue(aReconcileResponse()),
    resend: jest.fn().mockResolvedValue({ sent: 1, queued: 0, failed: 0 }),
    restore: jest.fn().mockResolvedValue({ ok: true, taskSid: 'WT1', attempts: 0 }),
    ...(Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        jest.isMockFunction(call) ? call : jest.fn(call as () => void),
      ]),
    ) as Partial<jest.Mocked<EmailAdminClient>>),
  };
  const store = createStore(combineReducers({ [STATE_KEY]: combineReducers({ email: emailAdminReducer }) }));
  const queryClient = createQueryClient();
  return {
    client,
    store,
    queryClient,
    settings: createSettingsActions({ client, store, queryClient }),
    history: createHistoryActions({ client, store, queryClient }),
    /** As the panel's poll does. */
    loadSettings: () =>
      queryClient.fetchQuery(SETTINGS_QUERY_KEY, ({ signal }) => client.settings(signal)).catch(() => undefined),
    state: () => (store.getState() as EmailRootState)[STATE_KEY]!.email!,
  };
}
export type EmailAdminHarness = ReturnType<typeof createEmailAdminHarness>;

/**
 * Lets responses arrive and the page show them, with real and with fake timers. Several rounds: React runs effects at
 * the end of `act`, and the effects of what a response shows may fetch again.
 */
export async function settle(): Promise<void> {
  for (let round = 0; round < 4; round += 1)
    await act(async () => {
      if ('clock' in setTimeout) await jest.advanceTimersByTimeAsync(0);
      else await new Promise((resolve) => setTimeout(resolve, 0));
    });
}

export type RenderedPanel = EmailAdminHarness & {
  container: Element;
  unmount: () => void;
  noticeUnsaved: jest.Mock;
};

/** The panel as Flex shows it; `children` in its place, where something else of it is meant. */
export async function renderPanel(
  calls: Partial<EmailAdminClient> = {},
  language = 'en-US',
  children?: React.ReactNode,
): Promise<RenderedPanel> {
  const harness = createEmailAdminHarness(calls);
  const noticeUnsaved = jest.fn();
  const services: EmailAdminServices = {
    translator: createTranslator(language),
    fetchSettings: harness.client.settings,
    fetchHistory: (filters, signal) => harness.client.history(filters, undefined, signal),
    fetchDeliveries: harness.client.deliveries,
    fetchPreview: harness.client.preview,
    fetchAudit: harness.client.audit,
    exportAudit: harness.client.exportAudit,
    personalData: harness.client.personalData,
    reconciliation: harness.client,
    misplacedSettings: [],
    isPlainFeatureOn: false,
    settings: harness.settings,
    history: harness.history,
    notifyUnsaved: noticeUnsaved,
  };
  const { container, unmount }: RenderResult = render(
    <Provider store={harness.store}>
      <CustomizationProvider baseTheme="default" disableAnimations>
        <QueryClientProvider client={harness.queryClient}>
          <EmailAdminContext.Provider value={services}>{children ?? <EmailAdminView />}</EmailAdminContext.Provider>
        </QueryClientProvider>
      </CustomizationProvider>
    </Provider>,
  );
  // The first responses have arrived.
  await settle();
  return { ...harness, container, unmount: () => void unmount(), noticeUnsaved };
}

/**
 * A part of the settings and the bar that saves them, with the panel's own query and form. For tests of that part: a
 * whole panel takes several times as long to render, at each keystroke.
 */
export function renderSettings(
  part: (form: SettingsForm) => React.ReactElement,
  calls: Partial<EmailAdminClient> = {},
): Promise<RenderedPanel> {
  return renderPanel(calls, 'en-US', <SettingsPart part={part} />);
}

const SettingsPart: React.FC<{ part: (form: SettingsForm) => React.ReactElement }> = ({ part }) => {
  useSettingsQuery(POLL_MS);
  const form = useSettingsForm();
  if (form === undefined) return null;
  return (
    <main>
      {part(form)}
      <SaveBar form={form} />
    </main>
  );
};

/** The list of voicemails and mails, with the settings' query, on which it depends; not the settings themselves. */
export function renderHistory(calls: Partial<EmailAdminClient> = {}): Promise<RenderedPanel> {
  return renderPanel(calls, 'en-US', <HistoryPart />);
}

const HistoryPart: React.FC = () => {
  useSettingsQuery(POLL_MS);
  return (
    <main>
      <HistorySection />
    </main>
  );
};

/** The section about personal data alone. */
export function renderPersonalData(calls: Partial<EmailAdminClient> = {}): Promise<RenderedPanel> {
  return renderPanel(
    calls,
    'en-US',
    <main>
      <PersonalDataSection />
    </main>,
  );
}

/** The section about completeness alone. */
export function renderCompleteness(calls: Partial<EmailAdminClient> = {}): Promise<RenderedPanel> {
  return renderPanel(
    calls,
    'en-US',
    <main>
      <CompletenessSection />
    </main>,
  );
}

/** The audit alone. */
export function renderAudit(
  calls: Partial<EmailAdminClient> = {},
  rules: NotificationRules['rules'] = [],
): Promise<RenderedPanel> {
  return renderPanel(
    calls,
    'en-US',
    <main>
      <AuditSection rules={rules} />
    </main>,
  );
}
