import type * as Flex from '@twilio/flex-ui';
import * as React from 'react';
import type { Store } from 'redux';
import type { EmailAdminClient } from '../functions-client/email-admin-client';
import type { Translator } from '../strings/translator';
import { EmailAdminView } from './EmailAdminView';
import { EmailSideLink, type SideLinkProps } from './EmailSideLink';
import { EmailAdminContext, type EmailAdminServices } from './email-admin-context';
import { createHistoryActions } from './history/history-actions';
import { createSettingsActions } from './settings/settings-actions';

const VIEW_NAME = 'voicemail-email';
const NOTIFICATION = 'CallbackAndVoicemailUnsavedSettings';

/**
 * Adds the panel and its link to Flex's side navigation. Only for supervisors and administrators: who else asks the
 * Functions is refused by them.
 */
export function registerEmailAdmin(
  flex: typeof Flex,
  { client, store, words: translator }: { client: EmailAdminClient; store: Store; words: Translator },
): void {
  flex.Notifications.registerNotification({
    id: NOTIFICATION,
    type: flex.NotificationType.warning,
    content: translator.t('UnsavedChangesKept'),
  });
  const services: EmailAdminServices = {
    translator,
    settings: createSettingsActions({ client, store }),
    history: createHistoryActions({ client, store }),
    notifyUnsaved: () => void flex.Notifications.showNotification(NOTIFICATION),
  };
  const { View, SideLink } = flex;
  flex.ViewCollection.Content.add(
    <View name={VIEW_NAME} key="callback-and-voicemail-email-view">
      <EmailAdminContext.Provider value={services}>
        <EmailAdminView />
      </EmailAdminContext.Provider>
    </View>,
  );
  const Link: React.FC<{ activeView?: string }> = (props) => (
    <EmailAdminContext.Provider value={services}>
      <EmailSideLink
        {...props}
        as={SideLink as React.ComponentType<SideLinkProps>}
        isActive={props.activeView === VIEW_NAME}
        onClick={() => void flex.Actions.invokeAction('NavigateToView', { viewName: VIEW_NAME })}
      />
    </EmailAdminContext.Provider>
  );
  flex.SideNav.Content.add(<Link key="callback-and-voicemail-email-link" />);
}
