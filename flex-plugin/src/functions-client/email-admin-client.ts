import type { AuditAction, AuditResponse } from '@callback-and-voicemail/contract/audit';
import type {
  EmailDeliveryResponse,
  EmailHistoryResponse,
  EmailPreviewResponse,
  EmailResendResponse,
  EmailSettingsResponse,
  EmailState,
  EmailTestResponse,
} from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailSettings, NotificationRules } from '@callback-and-voicemail/contract/email-settings';
import type { RequeueResponse } from '@callback-and-voicemail/contract/flex-api';
import type { SweepResponse } from '@callback-and-voicemail/contract/flex-functions';
import type {
  PersonalDataAction,
  PersonalDataItem,
  PersonalDataResponse,
} from '@callback-and-voicemail/contract/personal-data';
import type { ReconciledItem, ReconcileResponse } from '@callback-and-voicemail/contract/reconciliation';
import { FunctionsError } from './functions-error';
import { type FunctionsTransport, parseJson } from './functions-transport';

/** What the history is narrowed to. */
export interface HistoryQuery {
  /** `YYYY-MM-DD` in the business's zone; absent: the last 7 days. */
  day?: string;
  state?: EmailState;
  queue?: string;
  /** As `CALLER_SEARCH` has it. */
  caller?: string;
}

/** What the audit is narrowed to. */
export interface AuditQuery {
  /** `YYYY-MM-DD` in the business's zone: the first and the last day. */
  from?: string;
  to?: string;
  /** A worker's SID, or part of a name. */
  worker?: string;
  act?: AuditAction;
  /** The id of a callback or voicemail. */
  voicemail?: string;
}

export type AuditFormat = 'csv' | 'jsonl';

/** A supervisor's calls to our Functions. All throw `FunctionsError`, whose `detail` carries the refusal's particulars. */
export interface EmailAdminClient {
  settings(signal?: AbortSignal): Promise<EmailSettingsResponse>;
  /**
   * @param revision of what this was made from
   * @param replace true to overwrite what is stored and cannot be read
   */
  save(
    proposal: { settings: EmailSettings; rules: NotificationRules },
    revision: string,
    replace: boolean,
  ): Promise<EmailSettingsResponse>;
  /** Confirms or rejects a recipient that another supervisor added. */
  decide(decision: 'confirm' | 'reject', address: string, revision: string): Promise<EmailSettingsResponse>;
  /** Audit log; a page at a time. */
  audit(query: AuditQuery, cursor?: string, signal?: AbortSignal): Promise<AuditResponse>;
  /** @returns all that the query matches */
  exportAudit(query: AuditQuery, format: AuditFormat): Promise<string>;
  sendTest(address: string, settings: EmailSettings): Promise<EmailTestResponse>;
  /** The mail of a made-up voicemail with these settings; nothing is sent. */
  preview(settings: EmailSettings, signal?: AbortSignal): Promise<EmailPreviewResponse>;
  history(query: HistoryQuery, cursor?: string, signal?: AbortSignal): Promise<EmailHistoryResponse>;
  /** Which mails arrived, as far as the provider knows, and which bounced of late. */
  deliveries(voicemailIds: readonly string[], signal?: AbortSignal): Promise<EmailDeliveryResponse>;
  /** @param voicemailId one, or every mail that failed in the last 7 days */
  resend(voicemailId: string | 'all'): Promise<EmailResendResponse>;
  /**
   * Finds, exports or deletes everything about a number, request after request.
   * @param onItems hears what there was so far, each once
   */
  personalData(
    action: PersonalDataAction,
    number: string,
    onItems: (items: PersonalDataItem[]) => void,
  ): Promise<PersonalDataResponse>;
  /**
   * Compares a period, request after request.
   * @param onProgress hears what there was so far
   * @returns the last response, with all items
   */
  reconcile(
    period: { from: string; to: string },
    onProgress: (soFar: ReconcileResponse) => void,
  ): Promise<ReconcileResponse>;
  /** The results so far, and whether they are as they were recorded. */
  reconciliations(signal?: AbortSignal): Promise<ReconcileResponse>;
  /** Makes up for what is missing of one voicemail. */
  takeUp(item: Pick<ReconciledItem, 'id' | 'at'>): Promise<ReconcileResponse>;
  /** Puts back in line what was lost, or what an agent has had for too long. */
  restore(voicemailId: string): Promise<RequeueResponse>;
}

/** @returns a supervisor's requests, sent by `transport` */
export function createEmailAdminClient({ requestWithRetry, request }: FunctionsTransport): EmailAdminClient {
  return {
    settings: (signal) => requestWithRetry('email-settings', { Action: 'read' }, parseSettings, signal),
    async save({ settings, rules }, Revision, replace) {
      const saved = await request(
        'email-settings',
        {
          Action: 'save',
          Settings: JSON.stringify(settings),
          Rules: JSON.stringify(rules),
          Revision,
          Replace: replace ? 'true' : undefined,
        },
        parseSettings,
      );
      // It sends what the administrator hears of the change; if this one fails, the next one does.
      request('sweep', {}, parseJson<SweepResponse>).catch(() => undefined);
      return saved;
    },
    async decide(Action, Address, Revision) {
      const saved = await request('email-settings', { Action, Address, Revision }, parseSettings);
      request('sweep', {}, parseJson<SweepResponse>).catch(() => undefined);
      return saved;
    },
    audit: (query, cursor, signal) =>
      requestWithRetry('audit', { ...auditFields(query), Cursor: cursor }, parseAudit, signal),
    async exportAudit(query, Format) {
      let text = '';
      let cursor: string | undefined;
      do {
        const page = await requestWithRetry('audit', { ...auditFields(query), Format, Cursor: cursor }, parseAudit);
        text += page.text ?? '';
        cursor = page.cursor;
      } while (cursor !== undefined);
      return text;
    },
    // Not retried: `rate-limited` says here when to try again, which is minutes, not seconds.
    sendTest: (Address, settings) =>
      request('email-test', { Address, Settings: JSON.stringify(settings) }, parseJson<EmailTestResponse>),
    preview: (settings, signal) =>
      requestWithRetry('email-preview', { Settings: JSON.stringify(settings) }, parsePreview, signal),
    history: ({ day, state, queue, caller }, cursor, signal) =>
      requestWithRetry(
        'email-history',
        // A filter that is an empty field of a form is no filter.
        { Day: day || undefined, State: state, Queue: queue || undefined, Caller: caller || undefined, Cursor: cursor },
        parseHistory,
        signal,
      ),
    // Not retried: the next poll follows in a minute.
    deliveries: (voicemailIds, signal) =>
      request('email-delivery', { Voicemails: voicemailIds.join(',') }, parseDeliveries, signal),
    resend: (voicemailId) =>
      request(
        'email-resend',
        voicemailId === 'all' ? { All: 'true' } : { Voicemail: voicemailId },
        parseJson<EmailResendResponse>,
      ),
    async personalData(Action, number, onItems) {
      const items = new Map<string, PersonalDataItem>();
      let cursor: string | undefined;
      for (;;) {
        // What was done is done: it is safe to repeat.
        const page = await requestWithRetry(
          'personal-data',
          { Action, Number: number, Cursor: cursor },
          parsePersonalData,
        );
        for (const item of page.items) if (!items.has(item.voicemail_id)) items.set(item.voicemail_id, item);
        cursor = page.cursor;
        if (cursor === undefined) return { ...page, items: [...items.values()] };
        onItems([...items.values()]);
      }
    },
    async reconcile({ from, to }, onProgress) {
      const items: ReconciledItem[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page: ReconcileResponse = await requestWithRetry(
          'reconcile',
          { Action: 'run', From: from, To: to, Cursor: cursor },
          parseReconciliation,
        );
        items.push(...page.items);
        cursor = page.cursor;
        if (cursor === undefined) return { ...page, items };
        onProgress({ ...page, items: [...items] });
      }
    },
    reconciliations: (signal) => requestWithRetry('reconcile', { Action: 'chain' }, parseReconciliation, signal),
    takeUp: ({ id, at }) => request('reconcile', { Action: 'take-up', Voicemail: id, At: at }, parseReconciliation),
    restore: (Voicemail) => requestWithRetry('restore-task', { Voicemail }, parseJson<RequeueResponse>),
  };
}

/** Functions of another version may answer something else: that is shown as a failure. */
async function parseSettings(response: Response): Promise<EmailSettingsResponse> {
  const answer = await parseJson<Partial<EmailSettingsResponse>>(response);
  const isComplete =
    Array.isArray(answer.settings?.recipients) && Array.isArray(answer.rules?.rules) && answer.health !== undefined;
  if (!isComplete) throw new FunctionsError('unexpected', response.status, 'The answer holds no settings');
  return answer as EmailSettingsResponse;
}

/** A filter that is an empty field of a form is no filter. */
const auditFields = ({ from, to, worker, act, voicemail }: AuditQuery) => ({
  From: from || undefined,
  To: to || undefined,
  Worker: worker || undefined,
  Act: act,
  Voicemail: voicemail || undefined,
});

async function parseAudit(response: Response): Promise<AuditResponse> {
  const answer = await parseJson<Partial<AuditResponse>>(response);
  if (!Array.isArray(answer.items))
    throw new FunctionsError('unexpected', response.status, 'The answer holds no audit');
  return answer as AuditResponse;
}

async function parsePersonalData(response: Response): Promise<PersonalDataResponse> {
  const answer = await parseJson<Partial<PersonalDataResponse>>(response);
  if (!Array.isArray(answer.items)) throw new FunctionsError('unexpected', response.status, 'The answer holds no data');
  return answer as PersonalDataResponse;
}

async function parseReconciliation(response: Response): Promise<ReconcileResponse> {
  const answer = await parseJson<Partial<ReconcileResponse>>(response);
  if (!Array.isArray(answer.items) || answer.totals === undefined)
    throw new FunctionsError('unexpected', response.status, 'The answer holds no result');
  return answer as ReconcileResponse;
}

async function parseHistory(response: Response): Promise<EmailHistoryResponse> {
  const answer = await parseJson<Partial<EmailHistoryResponse>>(response);
  if (!Array.isArray(answer.items))
    throw new FunctionsError('unexpected', response.status, 'The answer holds no history');
  return answer as EmailHistoryResponse;
}

async function parseDeliveries(response: Response): Promise<EmailDeliveryResponse> {
  const answer = await parseJson<Partial<EmailDeliveryResponse>>(response);
  if (answer.deliveries === undefined || !Array.isArray(answer.bounced))
    throw new FunctionsError('unexpected', response.status, 'The answer holds no deliveries');
  return answer as EmailDeliveryResponse;
}

async function parsePreview(response: Response): Promise<EmailPreviewResponse> {
  const answer = await parseJson<Partial<EmailPreviewResponse>>(response);
  if (typeof answer.html !== 'string' || typeof answer.text !== 'string')
    throw new FunctionsError('unexpected', response.status, 'The answer holds no mail');
  return answer as EmailPreviewResponse;
}
