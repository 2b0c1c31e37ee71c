import { flexConfiguration } from './flex-configuration';
import { functions } from './functions';
import { functionsService } from './functions-service';
import type { Part } from './part';
import { phoneNumber } from './phone-number';
import { plugin } from './plugin';
import { recordingsKey } from './recordings-key';
import { studioFlow } from './studio-flow';
import { syncService } from './sync-service';
import { taskQueue } from './task-queue';
import { workflow } from './workflow';

/** In the order in which they are set up; they are undone in the opposite one. */
export const PARTS: readonly Part[] = [
  syncService,
  taskQueue,
  workflow,
  functionsService,
  recordingsKey,
  functions,
  studioFlow,
  flexConfiguration,
  plugin,
  phoneNumber,
];
