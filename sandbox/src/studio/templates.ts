import { Liquid } from 'liquidjs';

/** What a template may name (docs/studio/user-guide/liquid-template-language). */
export interface TemplateContext {
  trigger: { call: Record<string, string> };
  /** What each widget left, by its name. */
  widgets: Record<string, Record<string, unknown>>;
  /** `sid` is the execution's, `flow_sid` the flow's. */
  flow: { sid: string; flow_sid: string; variables: Record<string, string>; channel: { address: string } };
  contact: { channel: { address: string } };
}

/** A template that Liquid cannot read, or a filter it does not have. */
export class TemplateError extends Error {
  constructor(template: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    super(`Liquid cannot render ${JSON.stringify(template.slice(0, 200))}: ${why}`, { cause });
    this.name = 'TemplateError';
  }
}

// `templates`: nothing can be included, from the disk least of all. What is not there renders as nothing, as in Studio.
const liquid = new Liquid({ strictFilters: true, strictVariables: false, ownPropertyOnly: true, templates: {} });
// Twilio's own, seen in published flows.
liquid.registerFilter('to_json', (value: unknown) => JSON.stringify(value ?? null));

/** @throws TemplateError */
export function render(template: string, context: TemplateContext): string {
  try {
    return String(liquid.parseAndRenderSync(template, context));
  } catch (error) {
    throw new TemplateError(template, error);
  }
}
