import type {
  EmailHistoryResponse,
  EmailResendResponse,
  EmailSettingsResponse,
  EmailTestResponse,
  MailState,
} from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailSettings, NotificationRules } from '@callback-and-voicemail/contract/email-settings';
import { FunctionsError } from './functions-error';
import { type FunctionsTransport, parseJson } from './functions-transport';

/** What the history is narrowed to. */
export interface HistoryQuery {
  /** `YYYY-MM-DD` in the business's zone; absent: the last 7 days. */
  day?: string;
  state?: MailState;
  queue?: string;
  /** Exact, in E.164. */
  caller?: string;
}

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
  sendTest(address: string, settings: EmailSettings): Promise<EmailTestResponse>;
  history(query: HistoryQuery, cursor?: string, signal?: AbortSignal): Promise<EmailHistoryResponse>;
  /** @param voicemailId one, or every mail that failed in the last 7 days */
  resend(voicemailId: string | 'all'): Promise<EmailResendResponse>;
}

/** @returns the calls, made by these requests */
export function createEmailAdminClient({
  requestWithRetry: call,
  request: once,
}: FunctionsTransport): EmailAdminClient {
  return {
    settings: (signal) => call('email-settings', { Action: 'read' }, parseSettings, signal),
    save: ({ settings, rules }, Revision, replace) =>
      once(
        'email-settings',
        {
          Action: 'save',
          Settings: JSON.stringify(settings),
          Rules: JSON.stringify(rules),
          Revision,
          ...(replace ? { Replace: 'true' } : {}),
        },
        parseSettings,
      ),
    // `rate-limited` says here when it is worth asking again, which is no matter of seconds.
    sendTest: (Address, settings) =>
      once('email-test', { Address, Settings: JSON.stringify(settings) }, parseJson<EmailTestResponse>),
    history: ({ day, state, queue, caller }, cursor, signal) =>
      call(
        'email-history',
        omitEmpty({ Day: day, State: state, Queue: queue, Caller: caller, Cursor: cursor }),
        parseHistory,
        signal,
      ),
    resend: (voicemailId) =>
      once(
        'email-resend',
        voicemailId === 'all' ? { All: 'true' } : { Voicemail: voicemailId },
        parseJson<EmailResendResponse>,
      ),
  };
}

function omitEmpty(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((one): one is [string, string] => Boolean(one[1])));
}

/** Functions of another version may answer something else: that is shown as a failure. */
async function parseSettings(response: Response): Promise<EmailSettingsResponse> {
  const answer = await parseJson<Partial<EmailSettingsResponse>>(response);
  const isComplete =
    Array.isArray(answer.settings?.recipients) &&
    Array.isArray(answer.rules?.rules) &&
    answer.health !== undefined &&
    Array.isArray(answer.audit);
  if (!isComplete) throw new FunctionsError('unexpected', response.status, 'The answer holds no settings');
  return answer as EmailSettingsResponse;
}

async function parseHistory(response: Response): Promise<EmailHistoryResponse> {
  const answer = await parseJson<Partial<EmailHistoryResponse>>(response);
  if (!Array.isArray(answer.items))
    throw new FunctionsError('unexpected', response.status, 'The answer holds no history');
  return answer as EmailHistoryResponse;
}
