import type { Request, Response } from 'express';

/** Enough for an afternoon's calls; older events are in the story of the terminal. */
const MAX_EVENTS = 3000;
/** Proxies and browsers drop a stream that stays silent. */
const HEARTBEAT_MS = 15_000;

export interface EventStream {
  /** Sends an event to every page and keeps it for those that come later. */
  publish(type: string, data: unknown): void;
  /** Answers GET /api/events: what was missed since `Last-Event-ID` (else all that is kept), `ready`, then live. */
  serve(request: Request, response: Response): void;
  /** Ends every stream. */
  close(): void;
}

/** Server-sent events with replay. `boot` tells this run's event ids from those of an earlier run. */
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
      // A page that saw another run, or nothing yet, must forget what it shows before the replay.
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
