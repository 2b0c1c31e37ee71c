import type { WebSocket } from 'ws';
import type { Sid } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import type { FromFarEnd, ToFarEnd } from '../page/far-end';
import { whoIs } from '../who';

/** The client reconnects after 15 s of silence (docs/flex-protocols.md 7). */
const BEAT_MS = 8000;

/** A call ringing in, or going on in, an agent's browser. */
export interface AgentLeg {
  callSid: Sid;
  /** Ends it; nothing is called back for that. */
  hangUp(): void;
}
export interface AgentPhones {
  /** Serves one socket of `wss://voice-js.roaming.twilio.com/signal`. */
  serveSignalling(socket: WebSocket, pageId: string): void;
  /** Serves the page's own socket of `connectFarEnd`. */
  serveFarEnd(socket: WebSocket, pageId: string): void;
  /**
   * Rings the page of that worker that registered last.
   * @returns undefined when none is registered: no page is open, or it has no browser voice
   */
  ring(workerSid: Sid, from: string, listener: { answered(): void; ended(): void }): AgentLeg | undefined;
}

interface Phone {
  pageId: string;
  workerSid: Sid;
  socket: WebSocket;
}
interface Ringing {
  pageId: string;
  callSid: Sid;
  from: string;
  to: string;
  ended(): void;
  answered(): void;
}

/** The Voice SDK's signalling for every agent's browser; media run between two ends in the same page. */
export function createAgentPhones(world: SandboxWorld): AgentPhones {
  const phones: Phone[] = [];
  const farEnds = new Map<string, WebSocket>();
  const calls = new Map<Sid, Ringing>();

  const say = (socket: WebSocket | undefined, type: string, payload: object) => {
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify({ type, version: '1.6', payload }));
  };
  const sayFar = (pageId: string, message: ToFarEnd) => {
    const socket = farEnds.get(pageId);
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(message));
  };
  const phoneOf = (pageId: string) => phones.find((one) => one.pageId === pageId);
  const forget = (callSid: Sid): Ringing | undefined => {
    const call = calls.get(callSid);
    calls.delete(callSid);
    if (call) sayFar(call.pageId, { act: 'end', callSid });
    return call;
  };

  return {
    serveSignalling(socket, pageId) {
      const beat = setInterval(() => socket.send('\n'), BEAT_MS);
      let phone: Phone | undefined;
      socket.on('close', () => {
        clearInterval(beat);
        if (phone) phones.splice(phones.indexOf(phone), 1);
        // A page that is closed or reloaded has dropped its call.
        for (const { callSid } of [...calls.values()].filter((one) => one.pageId === pageId)) forget(callSid)?.ended();
      });
      socket.on('message', (data) => {
        const text = String(data);
        if (text.trim() === '') return;
        const { type, payload = {} } = JSON.parse(text) as { type: string; payload?: Record<string, unknown> };
        const callSid = String(payload.callsid ?? '');
        if (type === 'listen') {
          try {
            const { worker, token } = whoIs(world, String(payload.token));
            phone = { pageId, workerSid: worker.sid, socket };
            const grant = { identity: token.identity, account_sid: world.account.accountSid, ttl: 86_400 };
            say(socket, 'connected', { region: 'US_EAST_VIRGINIA', edge: 'ashburn', home: 'us1', token: grant });
          } catch {
            // docs/api/errors/20101: what the SDK tells of a token it is refused for.
            say(socket, 'error', { error: { code: 20101, message: 'AccessTokenInvalid' } });
          }
        } else if (type === 'register' && phone) {
          if (!phones.includes(phone)) phones.push(phone);
          say(socket, 'ready', {});
        } else if (type === 'answer') {
          sayFar(pageId, { act: 'answer', callSid, sdp: String(payload.sdp) });
          calls.get(callSid)?.answered();
        } else if (type === 'hangup' || type === 'reject') {
          forget(callSid)?.ended();
        } else if (type === 'invite') {
          world.story.tell({ who: 'sandbox', level: 'warning', text: 'the sandbox does not model Device.connect()' });
          const error = { code: 31404, message: 'Not found' };
          say(socket, 'hangup', { callsid: callSid, error });
        }
      });
    },
    serveFarEnd(socket, pageId) {
      farEnds.set(pageId, socket);
      socket.on('close', () => {
        if (farEnds.get(pageId) === socket) farEnds.delete(pageId);
      });
      socket.on('message', (data) => {
        const { callSid, sdp } = JSON.parse(String(data)) as FromFarEnd;
        const call = calls.get(callSid);
        if (!call) return sayFar(pageId, { act: 'end', callSid });
        say(phoneOf(pageId)?.socket, 'invite', {
          callsid: callSid,
          sdp,
          reconnect: `rt-${callSid}`,
          parameters: {
            CallSid: callSid,
            AccountSid: world.account.accountSid,
            ApiVersion: '2010-04-01',
            From: call.from,
            To: call.to,
            Params: '',
          },
        });
      });
    },
    ring(workerSid, from, { answered, ended }) {
      const phone = phones.filter((one) => one.workerSid === workerSid && farEnds.has(one.pageId)).at(-1);
      if (!phone) return undefined;
      const callSid = world.newSid('CA');
      const worker = world.taskRouter.worker(workerSid)!;
      const call = { pageId: phone.pageId, callSid, from, to: `client:${worker.friendlyName}`, answered, ended };
      calls.set(callSid, call);
      sayFar(phone.pageId, { act: 'call', callSid });
      return {
        callSid,
        hangUp() {
          if (forget(callSid)) say(phoneOf(call.pageId)?.socket, 'hangup', { callsid: callSid });
        },
      };
    },
  };
}
