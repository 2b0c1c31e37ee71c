import { createSidGenerator } from '../world/sids';
import type { Sid, World } from '../world/types';
import { eventParameters } from './event-parameters';
import { readCallSid } from './task-rules';

/** Sends one event, signed; failures are its own affair. */
export type PostEvent = (event: {
  url: string;
  params: Readonly<Record<string, string>>;
  /** The call the event's task came from. */
  callSid: Sid | undefined;
}) => Promise<unknown>;

/**
 * Tells the workspace's EventCallbackUrl what happens. TaskRouter promises no order; here each event waits for the one
 * before it, so that a test is the same on every machine.
 * @returns a function that stops it
 */
export function postTaskRouterEvents(world: World, post: PostEvent): () => void {
  // Sids of its own: what else gets which sid must not depend on who listens.
  const newSid = createSidGenerator('taskrouter events');
  let last: Promise<unknown> = Promise.resolve();
  return world.taskRouter.subscribe((event) => {
    const { url, filter } = world.taskRouter.eventCallback;
    if (url === null || (filter.length > 0 && !filter.includes(event.type))) return;
    const params = eventParameters(world, newSid('EV'), event);
    const callSid = event.task && readCallSid(event.task);
    last = last.then(() => post({ url, params, callSid }));
  });
}
