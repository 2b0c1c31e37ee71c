import type { Request, Response } from 'express';

/** Older events are dropped. */
const MAX_EVENTS = 3000;
/** Proxies and browsers close a stream that stays silent. */
const HEARTBEAT_MS = 15_000;

export interface EventStream {
  /** Sends an event to every page and keeps it for pages that open later. */
  publish(type: string, data: unknown): void;
  /** Serves GET /api/events: the events since `Last-Event-ID` (or all that are kept), `ready`, then live events. */
  serve(request: Request, response: Response): void;
  /** Ends every stream. */
  close(): void;
}

/** Server-sent events with replay. `boot` distinguishes this run's event ids from an earlier run's. */
export function createEventStream(runId: string): EventStream {
  const events: { id: number; text: string }[] = [];
  const open = new Set<Response>();
  let last = 0;

  return {
    publish(type, data) {
      last += 1;
      const text = `id: ${runId}-${last}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
      events.push({ id: last, text });
      if (events.length > MAX_EVENTS) events.shift();
      for (const response of open) response.write(text);
    },
    serve(request, response) {
      const seen = request.headers['last-event-id']?.toString().split('-') ?? [];
      const same = seen[0] === runId;
      const since = same ? Number(seen[1]) || 0 : 0;
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        Connection: 'keep-alive',
      });
      response.write('retry: 1500\n\n');
      // A page of another run, or a new one, discards its state before the replay.
      if (!same) response.write('event: reset\ndata: {}\n\n');
      for (const { id, text } of events) if (id > since) response.write(text);
      response.write('event: ready\ndata: {}\n\n');
      open.add(response);
      const beat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
      response.on('close', () => {
        clearInterval(beat);
        open.delete(response);
      });
    },
    close() {
      for (const response of open) response.end();
      open.clear();
    },
  };
}
