import { combineReducers } from '@reduxjs/toolkit';
import type * as Flex from '@twilio/flex-ui';
import { CustomizationProvider } from '@twilio-paste/core/customization';
import { readConfig } from './config';
import { emailAdminReducer } from './email-admin/email-admin-reducer';
import { registerEmailAdmin } from './email-admin/register-email-admin';
import type { FeatureContext } from './feature-context';
import { createFunctionsTransport } from './functions-client/functions-transport';
import { createQueryClient } from './queries/query-client';
import { registerAgentDesktop } from './register-agent-desktop';
import { agentReducer } from './state/agent-state';
import { connectionRestored } from './state/connection';
import { STATE_KEY } from './state/plugin-state';
import { createTranslator, type Translator } from './strings/translator';

const MAILGUN_KEY_NOTIFICATION = 'CallbackAndVoicemailMailgunKey';

/**
 * Registers the whole feature: state, components, listeners. The plugin class calls it, and so can the index of a feature
 * folder in flex-project-template. Does nothing where the feature is turned off.
 * @param manager signed in, before anything is shown
 */
export function registerFeature(flex: typeof Flex, manager: Flex.Manager): void {
  const config = readConfig(
    {
      hosted: getCustomData(manager.serviceConfiguration?.ui_attributes),
      local: getCustomData(manager.configuration),
      overrides: (manager.workerClient?.attributes as { config_overrides?: unknown } | undefined)?.config_overrides,
    },
    (line) => console.warn(line),
  );
  const translator = createTranslator(getLanguage(manager));
  const roles = manager.user.roles ?? [];
  if (config.hasMailgunKey && roles.includes('admin')) showMailgunKeyWarning(flex, translator);
  if (!config.enabled) return;
  // The plugin bundles its own Paste, whose theme has to be given once (docs/flex-protocols.md 1).
  flex.setProviders({ PasteThemeProvider: CustomizationProvider });
  manager.store.addReducer?.(STATE_KEY, combineReducers({ agent: agentReducer, email: emailAdminReducer }));
  const context: FeatureContext = {
    config,
    translator,
    transport: createFunctionsTransport({
      baseUrl: config.functionsUrl,
      token: () => manager.user.token,
      workerSid: () => manager.workerClient?.sid,
      fetch: (url, init) => window.fetch(url, init),
    }),
    queryClient: createQueryClient(),
    isSupervisor: roles.some((role) => role === 'supervisor' || role === 'admin'),
  };
  window.addEventListener('online', () => manager.store.dispatch(connectionRestored()));
  registerAgentDesktop(flex, manager, context);
  if (context.isSupervisor && config.enableEmailNotifications) registerEmailAdmin(flex, manager, context);
}

const getCustomData = (configuration: unknown) => (configuration as { custom_data?: unknown } | undefined)?.custom_data;

/**
 * Flex's own language. Without its localization (still a beta) every `localeTag` is "en-US", and the language is the one
 * of the page's configuration.
 */
function getLanguage(manager: Flex.Manager): string | undefined {
  const { localeTag, localeSource } = (manager.localization ?? {}) as { localeTag?: string; localeSource?: string };
  const { language } = (manager.configuration ?? {}) as { language?: unknown };
  const isConfigured = localeTag !== undefined && localeSource !== 'flex default';
  return isConfigured || typeof language !== 'string' ? localeTag : language;
}

/** Stays until the key is gone: a secret that every agent can read is no small matter. */
function showMailgunKeyWarning(flex: typeof Flex, { t }: Translator): void {
  flex.Notifications.registerNotification({
    id: MAILGUN_KEY_NOTIFICATION,
    type: flex.NotificationType.error,
    content: t('MailgunKeyWarning'),
    timeout: 0,
  });
  flex.Notifications.showNotification(MAILGUN_KEY_NOTIFICATION);
}
