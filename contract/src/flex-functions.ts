import type { AuditAction, AuditResponse } from './audit';
import type {
  EmailAdminErrorCode,
  EmailAdminErrorResponse,
  EmailDeliveryResponse,
  EmailHistoryResponse,
  EmailPreviewResponse,
  EmailResendResponse,
  EmailSettingsResponse,
  EmailState,
  EmailTestResponse,
} from './email-admin-api';
import type { ConfirmCallerResponse, FlexApiErrorCode, RequeueResponse, VoicemailCard } from './flex-api';
import type { PersonalDataAction, PersonalDataResponse } from './personal-data';
import type { ReconcileResponse } from './reconciliation';

/** Form fields of a request, besides `Token`. */
interface TaskRequest {
  TaskSid: string;
}

/** What one outbox sweep did. */
export interface SweepResponse {
  /** Entries looked at. */
  examined: number;
  /** Entries that could not be processed; they stay in the index. */
  failed: number;
  /** More entries were due than the sweep had time for. */
  more: boolean;
}

/**
 * Every Function under `flex/`: the form fields it reads besides `Token`, the JSON of its response, and the error codes
 * it may answer with. Used by the plugin's client and by the Functions.
 */
export interface FlexApi {
  voicemail: { request: TaskRequest; response: VoicemailCard; error: FlexApiErrorCode };
  'voicemail-audio': {
    request: TaskRequest & {
      /** Bytes. */
      Start: string;
      /** Bytes. */
      Length: string;
      /** For the audit: to keep the sound as a file. */
      Purpose?: 'download';
    };
    response: ArrayBuffer;
    error: FlexApiErrorCode;
  };
  'delete-voicemail': {
    request: TaskRequest & {
      /** As for requeue-callback. */
      Voicemail?: string;
    };
    response: { ok: true };
    error: FlexApiErrorCode;
  };
  'requeue-callback': {
    request: TaskRequest & {
      /** The id in the task's attributes as the plugin has them, to read the entry early; it decides nothing. */
      Voicemail?: string;
    };
    response: RequeueResponse;
    error: FlexApiErrorCode;
  };
  /** For who holds the task: an automated call asks at the number to call whether the callback is wanted. */
  'confirm-caller': {
    request: TaskRequest & {
      /** As for requeue-callback. */
      Voicemail?: string;
    };
    response: ConfirmCallerResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  /** For supervisors: a new task in the place of one that was lost, or that an agent has had for too long. */
  'restore-task': {
    request: { Voicemail: string };
    response: RequeueResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  sweep: { request: Record<never, string>; response: SweepResponse; error: FlexApiErrorCode };
  'email-settings': {
    request: {
      Action: 'read' | 'save' | 'confirm' | 'reject';
      /** `EmailSettings` as JSON. */
      Settings?: string;
      /** `NotificationRules` as JSON. */
      Rules?: string;
      Revision?: string;
      Replace?: 'true';
      /** To be confirmed or rejected. */
      Address?: string;
    };
    response: EmailSettingsResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  'email-test': {
    request: {
      Address: string;
      /** `EmailSettings` as JSON; the saved ones if absent. */
      Settings?: string;
    };
    response: EmailTestResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  'email-preview': {
    request: {
      /** `EmailSettings` as JSON. */
      Settings: string;
    };
    response: EmailPreviewResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  'email-history': {
    request: { Day?: string; State?: EmailState; Queue?: string; Caller?: string; Cursor?: string };
    response: EmailHistoryResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  'email-delivery': {
    request: { Voicemails: string };
    response: EmailDeliveryResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  audit: {
    request: {
      /** Calendar days in the business's zone, `YYYY-MM-DD`: the first and the last. */
      From?: string;
      To?: string;
      /** A worker's SID, or part of a name. */
      Worker?: string;
      Act?: AuditAction;
      /** The id of a callback or voicemail. */
      Voicemail?: string;
      Cursor?: string;
      /** Exports the page, which the audit notes. */
      Format?: 'csv' | 'jsonl';
    };
    response: AuditResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  'personal-data': {
    request: {
      Action: PersonalDataAction;
      /** In E.164. */
      Number: string;
      Cursor?: string;
    };
    response: PersonalDataResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  /** For supervisors: see reconciliation.ts. */
  reconcile: {
    request: {
      /** `run`: a period, `chain`: the runs so far, `take-up`: mends what is missing of one voicemail. */
      Action: 'run' | 'chain' | 'take-up';
      /** Calendar days in the business's zone, `YYYY-MM-DD`: the first and the last. */
      From?: string;
      To?: string;
      Cursor?: string;
      /** To be taken up: `id` and `at` of a `ReconciledItem`. */
      Voicemail?: string;
      At?: string;
    };
    response: ReconcileResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
  'email-resend': {
    request: { Voicemail: string } | { All: 'true' };
    response: EmailResendResponse;
    error: FlexApiErrorCode | EmailAdminErrorCode;
  };
}

export type FlexFunctionName = keyof FlexApi;
export type FlexRequest<Name extends FlexFunctionName> = FlexApi[Name]['request'];
export type FlexResponse<Name extends FlexFunctionName> = FlexApi[Name]['response'];
export type FlexErrorCode<Name extends FlexFunctionName = FlexFunctionName> = FlexApi[Name]['error'];
/** The JSON of any response that is not 2xx. */
export interface FlexErrorResponse extends Omit<EmailAdminErrorResponse, 'code'> {
  code: FlexErrorCode;
}
