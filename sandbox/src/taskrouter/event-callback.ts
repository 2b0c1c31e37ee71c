import type { Sid, World } from '../world/types';

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
  let last: Promise<unknown> = Promise.resolve();
  return world.taskRouterEvents.subscribe(({ type, params, callSid }) => {
    const { url, filter } = world.taskRouter.eventCallback;
    if (url === null || (filter.length > 0 && !filter.includes(type))) return;
    last = last.then(() => post({ url, params, callSid }));
  });
}
