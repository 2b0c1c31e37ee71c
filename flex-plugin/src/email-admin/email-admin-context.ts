import type { AuditResponse } from '@callback-and-voicemail/contract/audit';
import type {
  EmailDeliveryResponse,
  EmailHistoryResponse,
  EmailSettingsResponse,
} from '@callback-and-voicemail/contract/email-admin-api';
import { createContext, useContext } from 'react';
import type { MisplacedSetting } from '../config';
import type { AuditFormat, AuditQuery, EmailAdminClient, HistoryQuery } from '../functions-client/email-admin-client';
import type { Translator } from '../strings/translator';
import type { HistoryActions } from './history/history-actions';
import type { SettingsActions } from './settings/settings-actions';

/** The dependencies of the panel's components. */
export interface EmailAdminServices {
  translator: Translator;
  fetchSettings: (signal?: AbortSignal) => Promise<EmailSettingsResponse>;
  fetchHistory: (filters: HistoryQuery, signal?: AbortSignal) => Promise<EmailHistoryResponse>;
  fetchDeliveries: (voicemailIds: readonly string[], signal?: AbortSignal) => Promise<EmailDeliveryResponse>;
  fetchPreview: EmailAdminClient['preview'];
  fetchAudit: (filters: AuditQuery, cursor?: string, signal?: AbortSignal) => Promise<AuditResponse>;
  /** @returns all that the filters match */
  exportAudit: (filters: AuditQuery, format: AuditFormat) => Promise<string>;
  /** Finds, exports or deletes everything about a number. */
  personalData: EmailAdminClient['personalData'];
  /** Compares a period, reads the results so far, and takes up a voicemail. */
  reconciliation: Pick<EmailAdminClient, 'reconcile' | 'reconciliations' | 'takeUp'>;
  settings: SettingsActions;
  history: HistoryActions;
  /** In Flex's configuration, for administrators; empty for others. */
  misplacedSettings: readonly MisplacedSetting[];
  /** Also for administrators. */
  isPlainFeatureOn: boolean;
  /** Shows outside the panel that it has unsaved changes. */
  notifyUnsaved: () => void;
}

export const EmailAdminContext = createContext<EmailAdminServices | undefined>(undefined);

/** @throws outside an `EmailAdminContext.Provider` */
export function useEmailAdmin(): EmailAdminServices {
  const services = useContext(EmailAdminContext);
  if (services === undefined) throw new Error('A component of the panel is used outside EmailAdminContext');
  return services;
}
