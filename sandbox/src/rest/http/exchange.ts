import type { NextFunction, Request, Response } from 'express';
import type { RequestRecord, World } from '../../world/types';

/** One request on the wire, from its arrival until the connection is done with it. */
export interface Exchange {
  readonly record: RequestRecord;
  /** Lets time pass, virtual or real; meanwhile the request keeps no virtual clock waiting. */
  pause(ms: number): Promise<void>;
  /** Never answers: the socket stays open until the client gives up. */
  hold(): void;
}

const exchanges = new WeakMap<Response, Exchange>();

/** The exchange of a response. @throws Error outside of `observeHost` */
export function getExchange(response: Response): Exchange {
  const exchange = exchanges.get(response);
  if (!exchange) throw new Error('the request did not come through observeHost');
  return exchange;
}

/** Counts and records every request to a host; the first thing that happens to it. */
export function observeHost(world: World, host: string, order: () => number) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const [path = '/', query = ''] = request.url.split(/\?(.*)/s);
    const record: RequestRecord = {
      at: Date.now(),
      arrived: order(),
      host,
      method: request.method,
      path,
      query,
    };
    world.requests.push(record);
    const label = `${request.method} ${host}${path}`;
    let end = world.activity.begin('request', label);
    response.once('finish', () => {
      record.answered = order();
      record.status = response.statusCode;
    });
    response.once('close', () => end());
    exchanges.set(response, {
      record,
      async pause(ms) {
        if (ms <= 0) return;
        end();
        const release = world.activity.hold(label);
        await new Promise<void>((resolve) => {
          setTimeout(resolve, ms);
        });
        // The new work begins before the waiting ends, so that the world is never idle in between.
        if (!response.closed) end = world.activity.begin('request', label);
        release();
      },
      hold() {
        end();
        const release = world.activity.hold(label);
        if (response.closed) release();
        else response.once('close', release);
      },
    });
    next();
  };
}
