import type { StudioFlow } from '../../src/studio/studio';
import { flowUrl, STUDIO_ORIGIN } from '../../src/studio/studio';
import { createTestTwilio, type TestTwilio } from '../../src/testing/test-twilio';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { fixedSid } from '../../src/world/sids';
import { type ProductApp, startProductApp } from '../voice/product-app';

export const CALLER = '+15550100001';
export const NUMBER = '+15550100099';
const FLOW_SID = fixedSid('FW', 'tested');
export const RETURN_URL = `${flowUrl(STUDIO_ORIGIN, DEFAULT_ACCOUNT.accountSid, FLOW_SID)}?FlowEvent=return`;

/** A widget in few words: transitions as event -> next. */
export function widget(
  name: string,
  type: string,
  properties: Record<string, unknown> = {},
  transitions: Record<string, string | undefined> = {},
): Record<string, unknown> {
  return {
    name,
    type,
    properties: { offset: { x: 0, y: 0 }, ...properties },
    transitions: Object.entries(transitions).map(([event, next]) => ({
      event,
      ...(next === undefined ? {} : { next }),
    })),
  };
}

export const say = (name: string, text: string, next?: string) =>
  widget(name, 'say-play', { say: text, loop: 1 }, { audioComplete: next });

/** A flow whose first widget after the trigger is the first of these. */
export function createFlow(...widgets: Record<string, unknown>[]): Record<string, unknown> {
  return {
    description: 'A flow of the tests',
    states: [widget('Trigger', 'trigger', {}, { incomingCall: String(widgets[0]?.name) }), ...widgets],
    initial_state: 'Trigger',
    flags: { allow_concurrent_calls: true },
  };
}

interface FlowCall {
  twilio: TestTwilio;
  product: ProductApp;
  callSid: string;
  /** What the caller heard, in order. */
  said(): string[];
  logged(level: 'info' | 'warning' | 'error'): string[];
  status(): string;
  press(key: string): Promise<void>;
  advance(ms: number): Promise<void>;
}

let open: (() => Promise<void>)[] = [];
export async function closeFlowCalls(): Promise<void> {
  const closing = open;
  open = [];
  for (const close of closing) await close();
}

/** Calls a number which that flow answers, and waits until something plays. `product` is up before the flow is read. */
export async function playFlow(define: (productUrl: string) => unknown, prepare?: (product: ProductApp) => void) {
  const product = await startProductApp();
  prepare?.(product);
  const flow: StudioFlow = { sid: FLOW_SID, definition: define(product.url) };
  const twilio = await createTestTwilio({
    studioFlows: () => [flow],
    numbers: ({ stubUrl }) => ({ [NUMBER]: { voiceUrl: flowUrl(stubUrl, DEFAULT_ACCOUNT.accountSid, FLOW_SID) } }),
  });
  open.push(async () => {
    await twilio.close();
    await product.close();
  });
  const { voice, clock, world } = twilio;
  const callSid = voice.placeCall({ from: CALLER, to: NUMBER });
  await clock.settle();
  const played: FlowCall = {
    twilio,
    product,
    callSid,
    said: () => voice.callEvents(callSid).flatMap((event) => (event.type === 'say' ? [event.text] : [])),
    logged: (level) =>
      world.eventLog
        .entries()
        .filter((line) => line.level === level)
        .map(({ text }) => text),
    status: () => voice.get(callSid)?.status ?? 'unknown',
    async press(key) {
      voice.press(callSid, key);
      await clock.settle();
    },
    advance: (ms) => clock.advance(ms),
  };
  return played;
}
