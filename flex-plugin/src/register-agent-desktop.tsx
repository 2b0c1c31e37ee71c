import { QueryClientProvider } from '@tanstack/react-query';
import type * as Flex from '@twilio/flex-ui';
import * as React from 'react';
import { createAgentActions } from './calling-back/agent-actions';
import { returnToTask } from './calling-back/return-to-task';
import type { FeatureContext } from './feature-context';
import { createFunctionsClient } from './functions-client/functions-client';
import { PluginContext, type PluginServices } from './plugin-context';
import { startScheduledSweep } from './scheduled-sweep';
import type { FlexState } from './state/flex-state';
import { replaceInfoPanel, replaceMissingInfoTab, type TaskView } from './task-card/card-places';
import { TaskCard, type TaskCardProps } from './task-card/TaskCard';
import { moveTaskChannelsToFront, registerTaskChannels } from './task-channels/task-channels';
import { isCallbackOrVoicemail } from './task-channels/task-type';

/** Flex's events that end a task for this agent. */
const TASK_END_EVENTS = ['taskCompleted', 'taskCanceled', 'taskRejected', 'taskRescinded', 'taskTimeout'] as const;

/**
 * Adds what agents see: task channels, the card with its player, calling back, and the outbox sweep that signed-in
 * agents request every few minutes. To be called once, in the plugin's `init`.
 */
export function registerAgentDesktop(flex: typeof Flex, manager: Flex.Manager, context: FeatureContext): void {
  const { config, translator, transport, queryClient, isSupervisor } = context;
  registerTaskChannels(flex, translator);
  const client = createFunctionsClient(transport);
  const tasks = () => (manager.store.getState() as FlexState).flex?.worker?.tasks;
  const findTask = (sid: string) => tasks()?.get(sid);
  const agentActions = createAgentActions({
    client,
    store: manager.store,
    queryClient,
    invokeAction: (name, payload) => flex.Actions.invokeAction(name, payload),
    hasTask: (sid) => findTask(sid) !== undefined,
    isOffered: (sid) => findTask(sid)?.status === 'pending',
    hasCallFor: (sid) => [...(tasks()?.values() ?? [])].some(({ attributes }) => attributes?.parentTask === sid),
  });
  returnToTask({
    on: (event, listener) => manager.events.addListener(event, listener),
    findTask,
    selectTask: (sid) => flex.Actions.invokeAction('SelectTask', { sid }),
    callEnded: agentActions.callEnded,
    autoSelectTask: config.autoSelectTask,
  });
  // Another plugin may abort it, and nothing else would be seen of that.
  flex.Actions.addListener('beforeAcceptTask', ({ task, sid }: { task?: Flex.ITask; sid?: string }) => {
    const accepted = task ?? findTask(String(sid));
    if (accepted !== undefined && isCallbackOrVoicemail(accepted)) void agentActions.acceptRequested(accepted);
  });
  for (const event of TASK_END_EVENTS)
    manager.events.addListener(event, (task: Flex.ITask) => {
      if (isCallbackOrVoicemail(task)) agentActions.removeTask(task.taskSid);
    });
  registerTaskCards(flex, {
    agentActions,
    fetchCard: client.card,
    fetchAudio: client.audio,
    config,
    translator,
    isSupervisor,
    isOutboundEnabled: manager.serviceConfiguration?.outbound_call_flows?.default?.enabled === true,
    offlineActivitySid: manager.serviceConfiguration?.taskrouter_offline_activity_sid,
  });
  if (config.functionsUrl !== undefined) startScheduledSweep(() => client.sweep());

  /** Replaces the Info tab, for agents and in a supervisor's view of a task. */
  function registerTaskCards(
    { TaskCanvas, TaskCanvasTabs, TaskInfoPanel, Supervisor }: typeof Flex,
    services: PluginServices,
  ): void {
    const Card: React.FC<TaskCardProps> = (props) => (
      <QueryClientProvider client={queryClient}>
        <PluginContext.Provider value={services}>
          <TaskCard {...props} />
        </PluginContext.Provider>
      </QueryClientProvider>
    );
    const MonitoringCard: React.FC<TaskCardProps> = (props) => <Card {...props} isMonitoring />;
    const places = [
      [getTaskView(TaskCanvas, TaskCanvasTabs, TaskInfoPanel), Card],
      [getTaskView(Supervisor.TaskCanvas, Supervisor.TaskCanvasTabs, Supervisor.TaskInfoPanel), MonitoringCard],
    ] as const;
    for (const [view, ViewCard] of places) replaceInfoPanel(view, ViewCard);
    let undo: (() => void)[] = [];
    // Another plugin may come after this one.
    manager.events.addListener('pluginsInitialized', () => {
      moveTaskChannelsToFront(flex, translator);
      for (const one of undo) one();
      undo = places.map(([view, ViewCard]) => {
        replaceInfoPanel(view, ViewCard);
        return replaceMissingInfoTab(view, ViewCard, translator.t('CardTab'));
      });
    });
  }
}

type Programmable = { Content: TaskView['tabs'] };

const getTaskView = (canvas: Programmable, tabs: Programmable, infoPanel: Programmable): TaskView => ({
  canvas: canvas.Content,
  tabs: tabs.Content,
  infoPanel: infoPanel.Content,
});
