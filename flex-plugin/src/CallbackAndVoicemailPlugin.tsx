import { FlexPlugin } from '@twilio/flex-plugin';
import type * as Flex from '@twilio/flex-ui';
import { CustomizationProvider } from '@twilio-paste/core/customization';
import * as React from 'react';
import { createAgentActs } from './calling-back/agent-acts';
import { returnToTask } from './calling-back/return-to-task';
import { readConfig } from './config';
import { registerEmailAdmin } from './email-admin/register-email-admin';
import { createEmailAdminClient } from './functions-client/email-admin-client';
import { createFunctionsClient } from './functions-client/functions-client';
import { createRequests } from './functions-client/requests';
import { PluginContext, type PluginServices } from './plugin-context';
import type { FlexState } from './state/flex-state';
import { actions, reducer, SLICE } from './state/state';
import { type Words, wordsIn } from './strings/translate';
import { startSweeping } from './sweeping';
import { TaskCard, type TaskCardProps } from './task-card/TaskCard';
import { isOurs } from './task-channels/our-tasks';
import { registerTaskChannels } from './task-channels/task-channels';

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
        hosted: customDataOf(manager.serviceConfiguration?.ui_attributes),
        local: customDataOf(manager.configuration),
        overrides: (manager.workerClient?.attributes as { config_overrides?: unknown } | undefined)?.config_overrides,
      },
      (line) => console.warn(line),
    );
    const words = wordsIn(languageOf(manager));
    const roles = manager.user.roles ?? [];
    if (config.hasMailgunKey && roles.includes('admin')) warnOfMailgunKey(flex, words);
    if (!config.enabled) return;
    // The plugin bundles its own Paste, whose theme has to be given once (docs/flex-protocols.md 1).
    flex.setProviders({ PasteThemeProvider: CustomizationProvider });
    manager.store.addReducer?.(SLICE, reducer);
    registerTaskChannels(flex, words);

    const requests = createRequests({
      baseUrl: config.functionsUrl,
      token: () => manager.user.token,
      fetch: (url, init) => window.fetch(url, init),
    });
    const client = createFunctionsClient(requests);
    const taskOf = (sid: string) => (manager.store.getState() as FlexState).flex?.worker?.tasks?.get(sid);
    const acts = createAgentActs({
      client,
      store: manager.store,
      invokeAction: (name, payload) => flex.Actions.invokeAction(name, payload),
      hasTask: (sid) => taskOf(sid) !== undefined,
    });
    const on = (event: string, listener: (task: Flex.ITask) => void) =>
      manager.events.addListener(event as 'taskCompleted', listener);
    returnToTask({
      on,
      taskOf,
      selectTask: (sid) => flex.Actions.invokeAction('SelectTask', { sid }),
      callEnded: acts.callEnded,
      autoSelectTask: config.autoSelectTask,
    });
    for (const event of ['taskCompleted', 'taskCanceled', 'taskRejected', 'taskRescinded', 'taskTimeout'])
      on(event, (task) => isOurs(task) && manager.store.dispatch(actions.forgotten(task.taskSid)));

    const isSupervisor = roles.some((role) => role === 'supervisor' || role === 'admin');
    const services: PluginServices = {
      acts,
      audio: client.audio,
      config,
      words,
      isSupervisor,
      isOutboundEnabled: manager.serviceConfiguration?.outbound_call_flows?.default?.enabled === true,
      offlineActivitySid: manager.serviceConfiguration?.taskrouter_offline_activity_sid,
      voiceCapacity: () => voiceCapacityOf(manager.workerClient),
    };
    showCards(flex, services);
    if (isSupervisor && config.enableEmailNotifications)
      registerEmailAdmin(flex, { client: createEmailAdminClient(requests), store: manager.store, words });
    if (config.functionsUrl !== undefined) startSweeping(() => client.sweep());
  }
}

const customDataOf = (configuration: unknown) => (configuration as { custom_data?: unknown } | undefined)?.custom_data;

/**
 * Flex's own language. Without its localization (still a beta) every `localeTag` is "en-US", and the language is the one
 * of the page's configuration.
 */
function languageOf(manager: Flex.Manager): string | undefined {
  const { localeTag, localeSource } = (manager.localization ?? {}) as { localeTag?: string; localeSource?: string };
  const { language } = (manager.configuration ?? {}) as { language?: unknown };
  const isChosen = localeTag !== undefined && localeSource !== 'flex default';
  return isChosen || typeof language !== 'string' ? localeTag : language;
}

/** The worker's channels as TaskRouter's own client keeps them. */
function voiceCapacityOf(worker: unknown): number | undefined {
  const { channels } = (worker ?? {}) as { channels?: unknown };
  if (!(channels instanceof Map)) return undefined;
  const voice = [...(channels.values() as Iterable<{ taskChannelUniqueName?: unknown; capacity?: unknown }>)].find(
    ({ taskChannelUniqueName }) => taskChannelUniqueName === 'voice',
  );
  return typeof voice?.capacity === 'number' ? voice.capacity : undefined;
}

/** In the place of the Info tab, for agents and in a supervisor's view of a task. */
function showCards(flex: typeof Flex, services: PluginServices): void {
  const Card: React.FC<TaskCardProps> = (props) => (
    <PluginContext.Provider value={services}>
      <TaskCard {...props} />
    </PluginContext.Provider>
  );
  const onlyOurs = { if: (props: { task?: Flex.ITask }) => isOurs(props.task) };
  flex.TaskInfoPanel.Content.replace(<Card key="callback-and-voicemail-card" />, onlyOurs);
  flex.Supervisor.TaskInfoPanel.Content.replace(
    <Card key="callback-and-voicemail-supervisor-card" isMonitoring />,
    onlyOurs,
  );
}

/** Stays until the key is gone: a secret that every agent can read is no small matter. */
function warnOfMailgunKey(flex: typeof Flex, { t }: Words): void {
  flex.Notifications.registerNotification({
    id: MAILGUN_KEY_NOTIFICATION,
    type: flex.NotificationType.error,
    content: t('MailgunKeyWarning'),
    timeout: 0,
  });
  flex.Notifications.showNotification(MAILGUN_KEY_NOTIFICATION);
}
