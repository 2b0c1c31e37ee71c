import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What an account gets, as `infra-as-code/` describes it (ADR 0136). */
export interface Definitions {
  taskQueue: { friendlyName: string; targetWorkers: string; taskOrder: string; maxReservedWorkers: number };
  workflow: {
    friendlyName: string;
    taskReservationTimeout: number;
    /** Template of the configuration, with `${callback_queue_sid}` and `${call_queue_sid}`. */
    template: string;
  };
  syncService: {
    friendlyName: string;
    aclEnabled: boolean;
    reachabilityWebhooksEnabled: boolean;
    reachabilityDebouncingEnabled: boolean;
    webhooksFromRestEnabled: boolean;
  };
  studioFlow: {
    friendlyName: string;
    status: string;
    commitMessage: string;
    /** Template of the definition, with `${functions_domain}`, `${workflow_sid}` and `${channel_sid}`. */
    template: string;
  };
  functions: { serviceName: string; environments: Readonly<Record<string, string>> };
}

/** @param root the repository */
export function readDefinitions(root: string): Definitions {
  const folder = path.join(root, 'infra-as-code');
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
  const { workflow, studioFlow, ...others } = JSON.parse(read('definitions.json'));
  return {
    ...others,
    workflow: { ...workflow, template: read(workflow.configuration) },
    studioFlow: { ...studioFlow, template: read(studioFlow.definition) },
  };
}
