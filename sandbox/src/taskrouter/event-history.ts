import { createSidGenerator } from '../world/sids';
import type { Sid } from '../world/types';
import { type EventWorld, eventParameters } from './event-parameters';
import { readCallSid } from './task-rules';
import type { TaskRouterEventType } from './types';

/** "It keeps that data for 30 days" (twilio.com/docs/taskrouter/api/event). */
export const EVENT_RETENTION_MS = 30 * 24 * 60 * 60_000;
/** A bound on memory: more than any test makes. */
const MAX_EVENTS = 50_000;

/** An event as TaskRouter keeps it. */
export interface RecordedEvent {
  sid: Sid;
  type: TaskRouterEventType;
  at: number;
  /** As they are posted to the EventCallbackUrl. */
  params: Readonly<Record<string, string>>;
  /** The call the event's task came from. */
  callSid: Sid | undefined;
}
/** What happened in the workspace, also to tasks that TaskRouter has deleted since. */
export interface EventHistory {
  /** Of the last 30 days, the oldest first. */
  list(): readonly RecordedEvent[];
  /** Calls back for every later event; returns a function that stops it. */
  subscribe(listener: (event: RecordedEvent) => void): () => void;
}

/** Keeps the events of a world's TaskRouter, each as things were at that moment. */
export function createEventHistory(world: EventWorld): EventHistory {
  // Sids of its own: what else gets which sid must not depend on what happens in TaskRouter.
  const newSid = createSidGenerator('taskrouter events');
  const events: RecordedEvent[] = [];
  const listeners = new Set<(event: RecordedEvent) => void>();
  world.taskRouter.subscribe((event) => {
    const sid = newSid('EV');
    const recorded: RecordedEvent = {
      sid,
      type: event.type,
      at: Date.now(),
      params: eventParameters(world, sid, event),
      callSid: event.task && readCallSid(event.task),
    };
    events.push(recorded);
    if (events.length > MAX_EVENTS) events.shift();
    for (const listener of [...listeners]) listener(recorded);
  });
  return {
    list() {
      const since = Date.now() - EVENT_RETENTION_MS;
      return events.filter(({ at }) => at >= since);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
