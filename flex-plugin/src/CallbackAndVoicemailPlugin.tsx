import { FlexPlugin } from '@twilio/flex-plugin';
import type * as Flex from '@twilio/flex-ui';
import { CustomizationProvider } from '@twilio-paste/core/customization';
import * as React from 'react';
import { createAgentActions } from './calling-back/agent-actions';
import { returnToTask } from './calling-back/return-to-task';
import { readConfig } from './config';
import { registerEmailAdmin } from './email-admin/register-email-admin';
import { createEmailAdminClient } from './functions-client/email-admin-client';
import { createFunctionsClient } from './functions-client/functions-client';
import { createFunctionsTransport } from './functions-client/functions-transport';
import { PluginContext, type PluginServices } from './plugin-context';
import { startScheduledSweep } from './scheduled-sweep';
import type { FlexState } from './state/flex-state';
import { actions, reducer, STATE_KEY } from './state/state';
import { createTranslator, type Translator } from './strings/translator';
import { TaskCard, type TaskCardProps } from './task-card/TaskCard';
import { registerTaskChannels } from './task-channels/task-channels';
import { isCallbackOrVoicemail } from './task-channels/task-type';

const PLUGIN_NAME = 'CallbackAndVoicemailPlugin';
const MAILGUN_KEY_NOTIFICATION = 'CallbackAndVoicemailMailgunKey';

/** Callbacks and voicemail with email notifications, in an agent's Flex. */
export default class CallbackAndVoicemailPlugin extends FlexPlugin {
  constructor() {
    super(PLUGIN_NAME);
  }

  /** Called once by Flex, before anything is shown. */
  async init(flex: typeof Flex, manager: Flex.Manager): Promise<void> {
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
    manager.store.addReducer?.(STATE_KEY, reducer);
    registerTaskChannels(flex, translator);

    const transport = createFunctionsTransport({
      baseUrl: config.functionsUrl,
      token: () => manager.user.token,
      fetch: (url, init) => window.fetch(url, init),
    });
    const client = createFunctionsClient(transport);
    const findTask = (sid: string) => (manager.store.getState() as FlexState).flex?.worker?.tasks?.get(sid);
    const agentActions = createAgentActions({
      client,
      store: manager.store,
      invokeAction: (name, payload) => flex.Actions.invokeAction(name, payload),
      hasTask: (sid) => findTask(sid) !== undefined,
    });
    const on = (event: string, listener: (task: Flex.ITask) => void) =>
      manager.events.addListener(event as 'taskCompleted', listener);
    returnToTask({
      on,
      findTask: findTask,
      selectTask: (sid) => flex.Actions.invokeAction('SelectTask', { sid }),
      callEnded: agentActions.callEnded,
      autoSelectTask: config.autoSelectTask,
    });
    for (const event of ['taskCompleted', 'taskCanceled', 'taskRejected', 'taskRescinded', 'taskTimeout'])
      on(event, (task) => isCallbackOrVoicemail(task) && manager.store.dispatch(actions.taskRemoved(task.taskSid)));

    const isSupervisor = roles.some((role) => role === 'supervisor' || role === 'admin');
    const services: PluginServices = {
      agentActions,
      fetchAudio: client.audio,
      config,
      translator,
      isSupervisor,
      isOutboundEnabled: manager.serviceConfiguration?.outbound_call_flows?.default?.enabled === true,
      offlineActivitySid: manager.serviceConfiguration?.taskrouter_offline_activity_sid,
      voiceCapacity: () => getVoiceCapacity(manager.workerClient),
    };
    registerTaskCards(flex, services);
    if (isSupervisor && config.enableEmailNotifications)
      registerEmailAdmin(flex, { client: createEmailAdminClient(transport), store: manager.store, words: translator });
    if (config.functionsUrl !== undefined) startScheduledSweep(() => client.sweep());
  }
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

/** The worker's channels as TaskRouter's own client keeps them. */
function getVoiceCapacity(worker: unknown): number | undefined {
  const { channels } = (worker ?? {}) as { channels?: unknown };
  if (!(channels instanceof Map)) return undefined;
  const voiceChannel = [
    ...(channels.values() as Iterable<{ taskChannelUniqueName?: unknown; capacity?: unknown }>),
  ].find(({ taskChannelUniqueName }) => taskChannelUniqueName === 'voice');
  return typeof voiceChannel?.capacity === 'number' ? voiceChannel.capacity : undefined;
}

/** In the place of the Info tab, for agents and in a supervisor's view of a task. */
function registerTaskCards(flex: typeof Flex, services: PluginServices): void {
  const Card: React.FC<TaskCardProps> = (props) => (
    <PluginContext.Provider value={services}>
      <TaskCard {...props} />
    </PluginContext.Provider>
  );
  const onlyForOurTasks = { if: (props: { task?: Flex.ITask }) => isCallbackOrVoicemail(props.task) };
  flex.TaskInfoPanel.Content.replace(<Card key="callback-and-voicemail-card" />, onlyForOurTasks);
  flex.Supervisor.TaskInfoPanel.Content.replace(
    <Card key="callback-and-voicemail-supervisor-card" isMonitoring />,
    onlyForOurTasks,
  );
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
