import type { WebSocket } from 'ws';
import type { Sid } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import { authenticate } from '../authentication';
import { openReservations, reservationResource, taskResource, workerResource } from './resources';

/** The SDK closes a socket that has been silent for 30 s; a blank frame is enough (docs/flex-protocols.md 4). */
const HEARTBEAT_MS = 10_000;
/** An event follows the answer to the request that caused it; Flex wants both, in this order. */
const PUSH_DELAY_MS = 30;
/** The SDK passes it to setTimeout, whose limit is 31 bits. */
const TOKEN_LIFETIME_MS = 2_000_000_000;

export interface EventBridge {
  /** Serves one socket of `wss://event-bridge.twilio.com/v1/wschannels?token=…` until it closes. */
  serve(socket: WebSocket, token: string | undefined): void;
  close(): void;
}

/** Sends each worker's pages the events of the worker and of the worker's reservations and tasks. */
export function createEventBridge(world: SandboxWorld): EventBridge {
  const sockets = new Map<Sid, Set<WebSocket>>();
  const pending = new Set<NodeJS.Timeout>();

  const push = (workerSid: Sid, eventType: string, payload: Record<string, unknown>) => {
    // Both now: a moment later the things may have moved on, and who connects then reads them as they are.
    const listening = [...(sockets.get(workerSid) ?? [])];
    if (listening.length === 0) return;
    const text = JSON.stringify({ event_type: eventType, payload });
    const timer = setTimeout(() => {
      pending.delete(timer);
      for (const socket of listening) socket.send(text);
    }, PUSH_DELAY_MS);
    pending.add(timer);
  };

  const stop = world.taskRouter.subscribe(({ type, task, worker, reservation }) => {
    if (reservation && worker && task) {
      push(worker.sid, type, reservationResource(world, reservation, task));
    } else if (type === 'task.updated' && task) {
      for (const workerSid of sockets.keys()) {
        const holds = openReservations(world, workerSid).some(({ taskSid }) => taskSid === task.sid);
        if (holds) push(workerSid, type, taskResource(world, task));
      }
    } else if (worker && (type === 'worker.activity.update' || type === 'worker.attributes.update')) {
      push(worker.sid, type, workerResource(world, worker));
    }
  });

  return {
    serve(socket, token) {
      let workerSid: Sid;
      try {
        workerSid = authenticate(world, token).worker.sid;
      } catch {
        socket.close(1008, 'Invalid Access Token');
        return;
      }
      const own = sockets.get(workerSid) ?? new Set();
      sockets.set(workerSid, own.add(socket));
      const heartbeat = setInterval(() => socket.send(' '), HEARTBEAT_MS);
      socket.on('close', () => {
        clearInterval(heartbeat);
        own.delete(socket);
      });
      const payload = {
        channel_id: workerSid,
        account_sid: world.account.accountSid,
        workspace_sid: world.workspaceSid,
        token_lifetime: TOKEN_LIFETIME_MS,
        channel_status: 'open',
      };
      socket.send(JSON.stringify({ event_type: 'init', payload }));
    },
    close() {
      stop();
      for (const timer of pending) clearTimeout(timer);
    },
  };
}
