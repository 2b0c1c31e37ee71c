import { QueryClientProvider } from '@tanstack/react-query';
import type * as Flex from '@twilio/flex-ui';
import * as React from 'react';
import type { FeatureContext } from '../feature-context';
import { createEmailAdminClient } from '../functions-client/email-admin-client';
import { refetchAudit } from './audit/audit-query';
import { EmailAdminView } from './EmailAdminView';
import { EmailSideLink, type SideLinkProps } from './EmailSideLink';
import { EmailAdminContext, type EmailAdminServices } from './email-admin-context';
import { createHistoryActions } from './history/history-actions';
import { refetchHistory } from './history/history-query';
import { createSettingsActions } from './settings/settings-actions';

const VIEW_NAME = 'voicemail-email';
const NOTIFICATION = 'CallbackAndVoicemailUnsavedSettings';

/**
 * Adds the panel and its link to Flex's side navigation. Only for supervisors and administrators: who else asks the
 * Functions is refused by them.
 */
export function registerEmailAdmin(
  flex: typeof Flex,
  { store, user }: Flex.Manager,
  { transport, translator, queryClient, config }: FeatureContext,
): void {
  const client = createEmailAdminClient(transport);
  flex.Notifications.registerNotification({
    id: NOTIFICATION,
    type: flex.NotificationType.warning,
    content: translator.t('UnsavedChangesKept'),
  });
  const isAdmin = (user.roles ?? []).includes('admin');
  const services: EmailAdminServices = {
    translator,
    fetchSettings: client.settings,
    fetchHistory: (filters, signal) => client.history(filters, undefined, signal),
    fetchDeliveries: client.deliveries,
    fetchPreview: client.preview,
    fetchAudit: client.audit,
    exportAudit: client.exportAudit,
    async personalData(action, number, onItems) {
      const answer = client.personalData(action, number, onItems);
      const refetch = () => Promise.all([refetchHistory(queryClient), refetchAudit(queryClient)]);
      return answer.finally(() => void refetch());
    },
    reconciliation: {
      reconcile: (period, onProgress) =>
        client.reconcile(period, onProgress).finally(() => void refetchAudit(queryClient)),
      reconciliations: client.reconciliations,
      takeUp: (item) =>
        client.takeUp(item).finally(() => void Promise.all([refetchHistory(queryClient), refetchAudit(queryClient)])),
    },
    settings: createSettingsActions({ client, store, queryClient }),
    history: createHistoryActions({ client, store, queryClient }),
    misplacedSettings: isAdmin ? config.misplacedSettings : [],
    isPlainFeatureOn: isAdmin && config.isPlainFeatureOn,
    notifyUnsaved: () => void flex.Notifications.showNotification(NOTIFICATION),
  };
  const Providers: React.FC = ({ children }) => (
    <QueryClientProvider client={queryClient}>
      <EmailAdminContext.Provider value={services}>{children}</EmailAdminContext.Provider>
    </QueryClientProvider>
  );
  const { View, SideLink } = flex;
  flex.ViewCollection.Content.add(
    <View name={VIEW_NAME} key="callback-and-voicemail-email-view">
      <Providers>
        <EmailAdminView />
      </Providers>
    </View>,
  );
  const Link: React.FC<{ activeView?: string }> = (props) => (
    <Providers>
      <EmailSideLink
        {...props}
        as={SideLink as React.ComponentType<SideLinkProps>}
        isActive={props.activeView === VIEW_NAME}
        onClick={() => void flex.Actions.invokeAction('NavigateToView', { viewName: VIEW_NAME })}
      />
    </Providers>
  );
  flex.SideNav.Content.add(<Link key="callback-and-voicemail-email-link" />);
}
