import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { FaultStore } from '../../world/faults';
import type { EventLog, Fault } from '../../world/types';
import { getExchange } from './exchange';

/** A page as a proxy in trouble sends it, cut short. */
const GARBAGE = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<cen';

/** Longer than a Function lives, so its client has given up. */
const LATE_MS = 12_000;

/** Lets the world's faults strike requests to a host, after they are recorded and before anything else is done. */
export function injectFaults(world: { faults: FaultStore; eventLog: EventLog }) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const exchange = getExchange(response);
    const { host, method, path } = exchange.record;
    const fault = world.faults.consume({ host, method, path });
    if (!fault) return next();
    world.eventLog.append({
      source: 'sandbox',
      level: 'warning',
      text: `fault ${fault.kind}: ${method} ${host}${path}`,
    });
    switch (fault.kind) {
      case 'status':
        request.resume();
        sendStatusFault(response, fault);
        return;
      case 'garbage':
        request.resume();
        response.status(200).type('html').send(GARBAGE);
        return;
      case 'no-answer':
        request.resume();
        exchange.hold();
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'delay':
        await exchange.pause(fault.delayMs ?? 0);
        return next();
      case 'done-then-reset':
        replaceResponse(response, () => request.socket.resetAndDestroy());
        return next();
      case 'done-then-no-answer':
        replaceResponse(response, () => exchange.hold());
        return next();
      case 'done-then-status':
        onceDone(response, () => sendStatusFault(response, fault));
        return next();
      case 'cut-short':
        cutShort(response, () => request.socket.destroy());
        return next();
      case 'late':
        // A server that has read a request does not notice that its client has left.
        replaceResponse(response, () => request.socket.destroy());
        await exchange.pause(fault.delayMs ?? LATE_MS);
        return next();
    }
  };
}

function sendStatusFault(response: Response, fault: Fault): void {
  const status = fault.status ?? 503;
  response.status(status).set(fault.headers ?? {});
  if (fault.body !== undefined) {
    if (!response.get('Content-Type')) response.type('text/plain');
    response.send(fault.body);
    return;
  }
  const message = STATUS_CODES[status] ?? 'Error';
  // Twilio's shape for a failure of its own; a mail provider's client finds `message` in it as well.
  response.json({
    code: 20000 + (status % 1000),
    message,
    more_info: `https://www.twilio.com/docs/errors/${20000 + status}`,
    status,
  });
}

/** The work is done as ever and its answer thrown away, whichever way the host would have sent it. */
function replaceResponse(response: Response, then: () => void): void {
  let answered = false;
  response.write = () => true;
  response.flushHeaders = () => undefined;
  response.end = () => {
    if (!answered) {
      answered = true;
      then();
    }
    return response;
  };
}

/** The answer is thrown away as well, and another one goes out in its place. */
function onceDone(response: Response, then: () => void): void {
  const { write, end, flushHeaders } = response;
  let isDone = false;
  response.write = () => true;
  response.flushHeaders = () => undefined;
  response.end = () => {
    if (isDone) return response;
    isDone = true;
    Object.assign(response, { write, end, flushHeaders });
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    then();
    return response;
  };
}

/** Sends half of the answer's first piece, and no more. An answer without a body does not go out at all. */
function cutShort(response: Response, then: () => void): void {
  const write = response.write.bind(response);
  let isCut = false;
  const cut = (chunk: unknown) => {
    if (isCut) return true;
    isCut = true;
    const bytes = typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);
    if (bytes.length === 0) then();
    else {
      if (!response.hasHeader('Content-Length')) response.setHeader('Content-Length', bytes.length);
      write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => then());
    }
    return true;
  };
  response.write = cut;
  response.end = (chunk?: unknown) => {
    cut(chunk);
    return response;
  };
}
