import type { World } from '../world/types';
import type { Worker } from './types';

/** What a worker takes on one task channel. */
export interface WorkerChannel {
  /** The channel's unique name. */
  name: string;
  configuredCapacity: number;
  available: boolean;
  /** Tasks that the worker has or is offered. */
  assignedTasks: number;
  availableCapacityPercentage: number;
}

/** A worker's channel by its unique name, with how much of it is taken. */
export function workerChannel({ taskRouter, tasks }: World, worker: Worker, name: string): WorkerChannel {
  const capacity = worker.capacity[name] ?? 1;
  const taken = taskRouter
    .reservations({ worker })
    .filter(
      ({ status, taskSid }) =>
        ['pending', 'accepted', 'wrapping'].includes(status) && tasks.get(taskSid)?.taskChannelUniqueName === name,
    ).length;
  const free = Math.max(0, capacity - taken);
  return {
    name,
    configuredCapacity: capacity,
    available: !worker.unavailableChannels.has(name),
    assignedTasks: taken,
    availableCapacityPercentage: capacity === 0 ? 0 : Math.round((100 * free) / capacity),
  };
}
