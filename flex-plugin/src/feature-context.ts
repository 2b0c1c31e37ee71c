import type { QueryClient } from '@tanstack/react-query';
import type { PluginConfig } from './config';
import type { FunctionsTransport } from './functions-client/functions-transport';
import type { Translator } from './strings/translator';

/** What the features share. Each is registered by one function: `registerX(flex, manager, context)`. */
export interface FeatureContext {
  config: PluginConfig;
  translator: Translator;
  transport: FunctionsTransport;
  /** One cache for all features. */
  queryClient: QueryClient;
  /** Only shows or hides; the Functions check the role (ADR 0012). */
  isSupervisor: boolean;
}
