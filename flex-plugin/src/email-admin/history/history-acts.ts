import type { Store } from 'redux';
import type { EmailAdminClient, HistoryQuery } from '../../functions-client/email-admin-client';

/** What a supervisor may set going with the history. */
export interface HistoryActs {
  /** The first page of what the query asks for; without one, of what was asked for last. */
  load(query?: HistoryQuery, signal?: AbortSignal): Promise<void>;
  loadOlder(): Promise<void>;
  resend(voicemailId: string | 'all'): Promise<void>;
}

export function createHistoryActs(_given: {
  client: EmailAdminClient;
  store: Pick<Store, 'dispatch' | 'getState'>;
}): HistoryActs {
  return { load: async () => undefined, loadOlder: async () => undefined, resend: async () => undefined };
}
