import { createContext, useContext } from 'react';
import type { AgentActions } from './calling-back/agent-actions';
import type { PluginConfig } from './config';
import type { FunctionsClient } from './functions-client/functions-client';
import type { Translator } from './strings/translator';

/** The dependencies of the plugin's components. */
export interface PluginServices {
  agentActions: AgentActions;
  fetchCard: FunctionsClient['card'];
  fetchAudio: FunctionsClient['audio'];
  config: PluginConfig;
  translator: Translator;
  /** Only shows or hides; the Functions check it (ADR 0010, ADR 0012). */
  isSupervisor: boolean;
  isOutboundEnabled: boolean;
  offlineActivitySid: string | undefined;
}

export const PluginContext = createContext<PluginServices | undefined>(undefined);

/** @throws outside a `PluginContext.Provider` */
export function usePlugin(): PluginServices {
  const services = useContext(PluginContext);
  if (services === undefined) throw new Error('A component of the plugin is used outside PluginContext');
  return services;
}
