import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import { badRequest } from '../world/twilio-error';
import type { LogEntry, Sid } from '../world/types';
import type { FlowDefinition, Transition, Widget } from './flow-definition';
import type { OutgoingRequests } from './outgoing-request';
import type { TemplateContext } from './templates';
import { type ReturnTimeout, type WidgetOutcome, WidgetStep } from './widget-step';
import { WIDGETS } from './widgets';

/** A flow that leads round and round without ever saying anything would never answer. */
const MAX_STEPS = 1000;

export interface ExecutionOptions {
  sid: Sid;
  flowSid: Sid;
  flow: FlowDefinition;
  /** The parameters the call came with. */
  call: Record<string, string>;
  flowUrl: string;
  requests: OutgoingRequests;
  log(text: string, level?: LogEntry['level'], detail?: unknown): void;
}

/** One walk through a flow, of one call. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #context: TemplateContext;
  #at: Widget;
  #steps = 0;
  #ended = false;

  constructor(options: ExecutionOptions) {
    this.#options = options;
    this.#at = options.flow.trigger;
    const { call, sid, flowSid } = options;
    this.#context = {
      trigger: { call },
      widgets: {},
      flow: { sid, flow_sid: flowSid, variables: {}, channel: { address: call.To ?? '' } },
      contact: { channel: { address: call.From ?? '' } },
    };
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The widget it waits at, or ended at. */
  get currentWidget(): string {
    return this.#at.name;
  }

  /**
   * From the trigger to the first TwiML.
   * @throws TwilioError, TemplateError, SyntaxError when it cannot go on; it has ended then
   */
  start(): Promise<FlowResponse> {
    return this.#walk(this.#at);
  }

  /**
   * Continues with the event that the call returned.
   * @throws as `start`; TwilioError without ending it when the widget waits for no such event
   */
  async resume(flowEvent: string, params: Record<string, string>): Promise<FlowResponse> {
    const event = this.#ended ? null : (WIDGETS[this.#at.type]?.resume?.(flowEvent, params) ?? null);
    if (event === null) throw badRequest(`FlowEvent ${flowEvent} does not fit: the flow is at ${this.currentWidget}`);
    this.#keep(params);
    return this.#follow(this.#transition(event), event);
  }

  /** The call never came back. What follows has no call to speak to. @throws as `start` */
  async timeOut(): Promise<void> {
    const { twiml } = await this.#follow(this.#transition('timeout'), 'timeout');
    if (this.#ended) return;
    this.#ended = true;
    throw badRequest(`the sandbox does not model ${this.currentWidget} after the call has left the flow: ${twiml}`);
  }

  async #walk(from: Widget): Promise<FlowResponse> {
    this.#at = from;
    this.#steps += 1;
    const { flow, flowUrl, requests, log: tell } = this.#options;
    try {
      const kind = WIDGETS[from.type];
      if (kind === undefined) throw badRequest(`the sandbox does not model ${from.name} (${from.type})`);
      if (this.#steps > MAX_STEPS) throw badRequest(`the flow ${flow.description} went ${MAX_STEPS} steps`);
      tell(`Studio: ${from.name}`);
      const outcome: WidgetOutcome = await kind.enter(new WidgetStep(from, this.#context, requests, flowUrl, tell));
      if (outcome.kind === 'twiml') return { twiml: outcome.twiml, returnTimeout: outcome.returnTimeout };
      if (outcome.kind === 'transition') return await this.#follow(from.transitions[outcome.place], 'match');
      if (outcome.output) this.#keep(outcome.output);
      return await this.#follow(this.#transition(outcome.event), outcome.event);
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }

  async #follow(transition: Transition | undefined, event: string): Promise<FlowResponse> {
    const next = transition?.next === undefined ? undefined : this.#options.flow.widgets.get(transition.next);
    if (next) return this.#walk(next);
    this.#ended = true;
    // A transition that leads nowhere was meant so; one that is not there was forgotten.
    if (transition) this.#options.log(`Studio: the flow ends at ${this.currentWidget} (${event})`);
    else this.#options.log(`Studio: ${this.currentWidget} has no transition ${event}; the flow ends`, 'error');
    return { twiml: new VoiceResponse().toString() };
  }

  #transition(event: string): Transition | undefined {
    return this.#at.transitions.find((one) => one.event === event);
  }

  #keep(output: Record<string, unknown>): void {
    this.#context.widgets[this.#at.name] = output;
  }
}

/** What the call plays next; with `returnTimeout` it plays something else until then. */
export interface FlowResponse {
  twiml: string;
  returnTimeout?: ReturnTimeout;
}
