import { parseAttributes, readCallSid } from '../../taskrouter/task-rules';
import type { Reservation } from '../../taskrouter/types';
import type { Voice } from '../../voice/types';
import { badRequest } from '../../world/twilio-error';
import type { Sid, Task } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import type { AgentDevices, AgentLeg } from './agent-devices';

/** What happens when an agent takes a call: the instruction `conference`. */
export interface AgentCalls {
  /** Rings the agent's browser, and brings caller and agent together once it has answered. @throws TwilioError 400 */
  connect(reservation: Reservation, task: Task): void;
  close(): void;
}

/** Of the voice engine, what a talk with an agent needs. */
export type AgentVoice = Pick<Voice, 'get' | 'startOutboundCall' | 'disconnectAgent' | 'subscribe'>;

const ENDED = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

interface ActiveCall {
  leg: AgentLeg;
  reservation: Reservation;
  /** The other party's call. */
  callSid: Sid | undefined;
}

/**
 * An agent's talk has two calls: the agent's, in the browser, and the other party's, in the voice engine. Whichever
 * ends first ends the other, and the task is wrapped up, as EndConferenceOnExit and EndConferenceOnCustomerExit do.
 */
export function createAgentCalls(world: SandboxWorld, voice: AgentVoice, devices: AgentDevices): AgentCalls {
  const { taskRouter } = world;
  const activeCalls = new Map<Sid, ActiveCall>();

  const isInProgress = (callSid: Sid) => voice.get(callSid)?.endTime === null;

  const end = (activeCall: ActiveCall) => {
    const { reservation, leg, callSid } = activeCall;
    if (!activeCalls.delete(reservation.sid)) return;
    leg.hangUp();
    if (callSid !== undefined && isInProgress(callSid)) voice.disconnectAgent(callSid);
    if (reservation.status === 'accepted') taskRouter.wrapUp(reservation);
  };

  const onAnswered = (activeCall: ActiveCall, task: Task) => {
    const { reservation } = activeCall;
    if (reservation.status !== 'pending') return;
    // A caller who waits for this task is connected with the agent; see voice.ts.
    taskRouter.accept(reservation);
    const { direction, outbound_to: to, from } = parseAttributes(task.attributes);
    if (direction === 'outbound' && typeof to === 'string') {
      activeCall.callSid = voice.startOutboundCall({ from: String(from ?? ''), to });
      return;
    }
    const callSid = readCallSid(task);
    if (callSid !== undefined && isInProgress(callSid)) activeCall.callSid = callSid;
  };

  const stopTasks = taskRouter.subscribe(({ type, reservation }) => {
    if (!reservation || type === 'reservation.created' || type === 'reservation.accepted') return;
    const activeCall = activeCalls.get(reservation.sid);
    if (activeCall) end(activeCall);
  });
  const stopCalls = voice.subscribe((event) => {
    if (event.type !== 'status' || !ENDED.has(event.status)) return;
    for (const activeCall of [...activeCalls.values()]) if (activeCall.callSid === event.callSid) end(activeCall);
  });

  return {
    connect(reservation, task) {
      if (reservation.status !== 'pending') throw badRequest(`Reservation ${reservation.sid} is ${reservation.status}`);
      if (activeCalls.has(reservation.sid))
        throw badRequest(`Reservation ${reservation.sid} is being connected already`);
      const { outbound_to: to, from, name } = parseAttributes(task.attributes);
      const other = [to, from, name].find((one): one is string => typeof one === 'string') ?? '';
      const leg = devices.ring(reservation.workerSid, other, {
        answered: () => {
          const activeCall = activeCalls.get(reservation.sid);
          if (activeCall) onAnswered(activeCall, task);
        },
        ended: () => {
          const activeCall = activeCalls.get(reservation.sid);
          if (activeCall) end(activeCall);
        },
      });
      if (!leg) {
        const text = `no browser of ${taskRouter.worker(reservation.workerSid)!.friendlyName} takes calls`;
        world.eventLog.append({ source: 'sandbox', level: 'warning', text });
        throw badRequest(text);
      }
      activeCalls.set(reservation.sid, { leg, reservation, callSid: undefined });
    },
    close() {
      stopTasks();
      stopCalls();
    },
  };
}
