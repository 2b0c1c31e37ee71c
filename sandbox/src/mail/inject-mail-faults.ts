import type { NextFunction, Request, Response } from 'express';
import type { FaultStore } from '../world/faults';
import type { EventLog, MailFault, MailProviderName } from '../world/types';
import { readBody } from './read-body';
import { leaveUnread, slowDown } from './upload-meter';

/** An error in a provider's own form. */
export interface ErrorAnswer {
  type: string;
  body: string;
}

/**
 * Lets the world's mail faults strike what is sent to a provider over HTTP; goes before everything else that it does.
 * @param ownError what the provider answers with that status
 */
export function injectMailFaults(
  world: { faults: FaultStore; eventLog: EventLog },
  provider: MailProviderName,
  ownError: (status: number) => ErrorAnswer,
) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const fault = request.method === 'POST' ? world.faults.consumeMail(provider) : undefined;
    if (!fault) return next();
    world.eventLog.append({ source: 'sandbox', level: 'warning', text: describeFault(provider, fault) });
    if (fault.bytesPerSecond) slowDown(request, fault.bytesPerSecond);
    const answer = () => {
      if (fault.status === undefined) request.socket.resetAndDestroy();
      else sendAnswer(response, fault.status, fault, ownError(fault.status));
    };
    switch (fault.when) {
      case undefined:
        return next();
      case 'before-body':
        answer();
        return leaveUnread(request);
      case 'after-body':
        await readBody(request, NO_LIMIT);
        return answer();
      case 'after-delivery':
        onceTaken(response, answer);
        return next();
    }
  };
}

export function describeFault(provider: MailProviderName, { when, status, bytesPerSecond }: MailFault): string {
  const speed = bytesPerSecond === undefined ? '' : `read at ${bytesPerSecond} bytes per second`;
  const end = when === undefined ? '' : `${status ?? 'connection reset'} ${when.replace('-', ' the ')}`;
  return `mail fault at ${provider}: ${[speed, end].filter(Boolean).join(', ')}`;
}

const NO_LIMIT = { limit: Number.POSITIVE_INFINITY, tooLarge: () => new Error('unlimited'), throttle: {} };

function sendAnswer(response: Response, status: number, { headers, body }: MailFault, own: ErrorAnswer): void {
  response.status(status);
  if (body === undefined) response.type(own.type);
  else response.type(body.trimStart().startsWith('<') ? 'html' : body.trimStart().startsWith('{') ? 'json' : 'text');
  response.set(headers ?? {}).send(body ?? own.body);
}

/** Throws away the answer of a provider that took the mail, and gives another; a refusal goes out as it is. */
function onceTaken(response: Response, answer: () => void): void {
  const original = {
    write: response.write,
    end: response.end,
    writeHead: response.writeHead,
    flushHeaders: response.flushHeaders,
  };
  response.write = () => true;
  response.flushHeaders = () => undefined;
  response.end = (...parameters: unknown[]) => {
    Object.assign(response, original);
    if (response.statusCode >= 400) return response.end(...(parameters as [string]));
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    answer();
    return response;
  };
}
