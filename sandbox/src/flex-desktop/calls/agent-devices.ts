import type { WebSocket } from 'ws';
import type { Sid } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import { authenticate } from '../authentication';
import type { RemotePeerCommand, RemotePeerOffer } from '../page/remote-peer';

/** The client reconnects after 15 s of silence (docs/flex-protocols.md 7). */
const HEARTBEAT_MS = 8000;

/** A call ringing in, or going on in, an agent's browser. */
export interface AgentLeg {
  callSid: Sid;
  /** Ends it; nothing is called back for that. */
  hangUp(): void;
}
export interface AgentDevices {
  /** Serves one socket of `wss://voice-js.roaming.twilio.com/signal`. */
  serveSignalling(socket: WebSocket, pageId: string): void;
  /** Serves the page's own socket of `connectFarEnd`. */
  serveRemotePeer(socket: WebSocket, pageId: string): void;
  /**
   * Rings the page of that worker that registered last.
   * @returns undefined when none is registered: no page is open, or it has no browser voice
   */
  ring(workerSid: Sid, from: string, listener: { answered(): void; ended(): void }): AgentLeg | undefined;
}

interface Device {
  pageId: string;
  workerSid: Sid;
  socket: WebSocket;
}
interface DeviceCall {
  pageId: string;
  callSid: Sid;
  from: string;
  to: string;
  ended(): void;
  answered(): void;
}

/** The Voice SDK's signalling for every agent's browser; media run between two ends in the same page. */
export function createAgentDevices(world: SandboxWorld): AgentDevices {
  const devices: Device[] = [];
  const remotePeers = new Map<string, WebSocket>();
  const calls = new Map<Sid, DeviceCall>();

  const send = (socket: WebSocket | undefined, type: string, payload: object) => {
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify({ type, version: '1.6', payload }));
  };
  const sendToRemotePeer = (pageId: string, message: RemotePeerCommand) => {
    const socket = remotePeers.get(pageId);
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(message));
  };
  const findDevice = (pageId: string) => devices.find((one) => one.pageId === pageId);
  const removeCall = (callSid: Sid): DeviceCall | undefined => {
    const call = calls.get(callSid);
    calls.delete(callSid);
    if (call) sendToRemotePeer(call.pageId, { act: 'end', callSid });
    return call;
  };

  return {
    serveSignalling(socket, pageId) {
      const heartbeat = setInterval(() => socket.send('\n'), HEARTBEAT_MS);
      let device: Device | undefined;
      socket.on('close', () => {
        clearInterval(heartbeat);
        if (device) devices.splice(devices.indexOf(device), 1);
        // A page that is closed or reloaded has dropped its call.
        for (const { callSid } of [...calls.values()].filter((one) => one.pageId === pageId))
          removeCall(callSid)?.ended();
      });
      socket.on('message', (data) => {
        const text = String(data);
        if (text.trim() === '') return;
        const { type, payload = {} } = JSON.parse(text) as { type: string; payload?: Record<string, unknown> };
        const callSid = String(payload.callsid ?? '');
        if (type === 'listen') {
          try {
            const { worker, token } = authenticate(world, String(payload.token));
            device = { pageId, workerSid: worker.sid, socket };
            const grant = { identity: token.identity, account_sid: world.account.accountSid, ttl: 86_400 };
            send(socket, 'connected', { region: 'US_EAST_VIRGINIA', edge: 'ashburn', home: 'us1', token: grant });
          } catch {
            // https://www.twilio.com/docs/api/errors/20101: the error that the SDK expects for a refused token.
            send(socket, 'error', { error: { code: 20101, message: 'AccessTokenInvalid' } });
          }
        } else if (type === 'register' && device) {
          if (!devices.includes(device)) devices.push(device);
          send(socket, 'ready', {});
        } else if (type === 'answer') {
          sendToRemotePeer(pageId, { act: 'answer', callSid, sdp: String(payload.sdp) });
          calls.get(callSid)?.answered();
        } else if (type === 'hangup' || type === 'reject') {
          removeCall(callSid)?.ended();
        } else if (type === 'invite') {
          world.eventLog.append({
            source: 'sandbox',
            level: 'warning',
            text: 'the sandbox does not model Device.connect()',
          });
          const error = { code: 31404, message: 'Not found' };
          send(socket, 'hangup', { callsid: callSid, error });
        }
      });
    },
    serveRemotePeer(socket, pageId) {
      remotePeers.set(pageId, socket);
      socket.on('close', () => {
        if (remotePeers.get(pageId) === socket) remotePeers.delete(pageId);
      });
      socket.on('message', (data) => {
        const { callSid, sdp } = JSON.parse(String(data)) as RemotePeerOffer;
        const call = calls.get(callSid);
        if (!call) return sendToRemotePeer(pageId, { act: 'end', callSid });
        send(findDevice(pageId)?.socket, 'invite', {
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
      const device = devices.filter((one) => one.workerSid === workerSid && remotePeers.has(one.pageId)).at(-1);
      if (!device) return undefined;
      const callSid = world.newSid('CA');
      const worker = world.taskRouter.worker(workerSid)!;
      const call = { pageId: device.pageId, callSid, from, to: `client:${worker.friendlyName}`, answered, ended };
      calls.set(callSid, call);
      sendToRemotePeer(device.pageId, { act: 'call', callSid });
      return {
        callSid,
        hangUp() {
          if (removeCall(callSid)) send(findDevice(call.pageId)?.socket, 'hangup', { callsid: callSid });
        },
      };
    },
  };
}
