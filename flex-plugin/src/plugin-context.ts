import { createContext, useContext } from 'react';
import type { AgentActs } from './calling-back/agent-acts';
import type { PluginConfig } from './config';
import type { FunctionsClient } from './functions-client/functions-client';
import type { Words } from './strings/translate';

/** What the plugin's components are given instead of reaching for it. */
export interface PluginServices {
  acts: AgentActs;
  audio: FunctionsClient['audio'];
  config: PluginConfig;
  words: Words;
  /** Only shows or hides; the Functions check it (ADR 0010, ADR 0012). */
  isSupervisor: boolean;
  isOutboundEnabled: boolean;
  offlineActivitySid: string | undefined;
  /** How many voice tasks the agent may have at once; undefined when Flex does not say. */
  voiceCapacity: () => number | undefined;
}

export const PluginContext = createContext<PluginServices | undefined>(undefined);

/** @throws outside a `PluginContext.Provider` */
export function usePlugin(): PluginServices {
  const services = useContext(PluginContext);
  if (services === undefined) throw new Error('A component of the plugin is used outside PluginContext');
  return services;
}
