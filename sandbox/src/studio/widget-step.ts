import { badRequest } from '../world/twilio-error';
import type { LogEntry } from '../world/types';
import type { Widget } from './flow-definition';
import type { OutgoingRequests } from './outgoing-request';
import { render, type TemplateContext } from './templates';

/** A widget's result: a transition of the flow, or TwiML to play, after which the call returns an event. */
export type WidgetOutcome =
  | { kind: 'event'; event: string; output?: Record<string, unknown> }
  /** A split's own choice: its transitions share one event. */
  | { kind: 'transition'; place: number }
  | { kind: 'twiml'; twiml: string; returnTimeout?: ReturnTimeout };
/** The call is elsewhere until it is redirected back. */
export interface ReturnTimeout {
  withinSeconds: number;
}

/** A kind of widget. */
export interface WidgetKind {
  enter(step: WidgetStep): WidgetOutcome | Promise<WidgetOutcome>;
  /**
   * The transition a request of the call stands for, given its `FlowEvent`; null when the widget waits for no such.
   * What the request carries becomes the widget's variables.
   */
  resume?(flowEvent: string, params: Readonly<Record<string, string>>): string | null;
}

/** One widget of one execution, with its properties' templates rendered. */
export class WidgetStep {
  constructor(
    readonly widget: Widget,
    readonly context: TemplateContext,
    readonly requests: OutgoingRequests,
    /** The flow's own URL, absolute. */
    readonly flowUrl: string,
    readonly log: (text: string, level?: LogEntry['level'], detail?: unknown) => void,
  ) {}

  /** A property as text; undefined when it is missing or empty. @throws TemplateError */
  text(property: string): string | undefined {
    const value = this.widget.properties[property];
    if (value === undefined || value === null || value === '') return undefined;
    const text = render(typeof value === 'object' ? JSON.stringify(value) : String(value), this.context);
    return text === '' ? undefined : text;
  }

  /** @throws TwilioError when the property is missing */
  required(property: string): string {
    const text = this.text(property);
    if (text === undefined) throw badRequest(`${this.name} has no ${property}`);
    return text;
  }

  /** @throws TwilioError if the property is not a number */
  number(property: string): number | undefined {
    const text = this.text(property)?.trim();
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) throw badRequest(`${property} of ${this.name} is no number: ${text}`);
    return Number(text);
  }

  /** GET or POST; the default is POST. */
  method(property: string): 'GET' | 'POST' {
    return this.text(property)?.toUpperCase() === 'GET' ? 'GET' : 'POST';
  }

  /** A list of `key` and `value`, as of parameters. @throws TemplateError */
  keyValuePairs(property: string): Record<string, string> {
    const list = this.widget.properties[property];
    const pairs: Record<string, string> = {};
    if (!Array.isArray(list)) return pairs;
    for (const { key, value } of list as { key?: unknown; value?: unknown }[]) {
      pairs[String(key ?? '')] = render(String(value ?? ''), this.context);
    }
    return pairs;
  }

  /** Where the call comes back to this flow. Studio's own are not published, but for `FlowEvent=return`. */
  eventUrl(flowEvent: string): string {
    return `${this.flowUrl}?FlowEvent=${flowEvent}`;
  }

  get name(): string {
    return `the widget ${this.widget.name} (${this.widget.type})`;
  }
}
