import { isObject } from '../world/is-object';
/**
 * A flow as Studio exports and imports it (twilio.com/docs/studio/rest-api/v2/flow-definition), read into what the
 * player needs.
 */
export interface FlowDefinition {
  description: string;
  trigger: Widget;
  widgets: ReadonlyMap<string, Widget>;
}

export interface Widget {
  name: string;
  type: string;
  properties: Readonly<Record<string, unknown>>;
  transitions: readonly Transition[];
}

/** Without `next` the flow ends there. */
export interface Transition {
  event: string;
  next?: string;
  /** Of a split; all of them must hold. */
  conditions: readonly Condition[];
}

export interface Condition {
  type: string;
  /** Templates; the first is what is tested. */
  arguments: readonly string[];
  /** A template. */
  value: string;
}

/** A definition Studio would not publish. `problems` names each, with where it is. */
export class FlowDefinitionError extends Error {
  constructor(
    name: string,
    readonly problems: readonly string[],
  ) {
    super(`${name} is no Studio flow: ${problems.join('; ')}`);
    this.name = 'FlowDefinitionError';
  }
}

type ReportProblem = (problem: string) => void;

/**
 * Reads a definition.
 * @param name for the error's text
 * @throws FlowDefinitionError with everything that is wrong
 */
export function parseFlowDefinition(name: string, json: unknown): FlowDefinition {
  const problems: string[] = [];
  const states = isObject(json) && Array.isArray(json.states) ? json.states : null;
  if (!isObject(json) || states === null) throw new FlowDefinitionError(name, ['it has no list `states`']);
  const widgets = new Map<string, Widget>();
  states.forEach((state: unknown, n) => {
    const widget = parseWidget(state, (problem) => problems.push(`states[${n}] ${problem}`));
    if (widget === null) return;
    if (widgets.has(widget.name)) problems.push(`two widgets are called ${widget.name}`);
    widgets.set(widget.name, widget);
  });
  for (const widget of widgets.values()) {
    for (const { event, next } of widget.transitions) {
      if (next !== undefined && !widgets.has(next)) {
        problems.push(`${widget.name}: ${event} leads to ${next}, which is no widget`);
      }
    }
  }
  if (typeof json.description !== 'string') problems.push('`description` is no text');
  const trigger = typeof json.initial_state === 'string' ? widgets.get(json.initial_state) : undefined;
  if (trigger?.type !== 'trigger') problems.push(`\`initial_state\` ${String(json.initial_state)} is no trigger`);
  if (problems.length > 0 || trigger === undefined) throw new FlowDefinitionError(name, problems);
  return { description: String(json.description), trigger, widgets };
}

function parseWidget(state: unknown, problem: ReportProblem): Widget | null {
  if (!isObject(state) || typeof state.name !== 'string' || state.name === '') {
    problem('has no `name`');
    return null;
  }
  const { name, type, properties, transitions } = state;
  const wrong = (text: string) => problem(`(${name}) ${text}`);
  if (typeof type !== 'string') wrong('has no `type`');
  if (!isObject(properties)) wrong('has no `properties`');
  if (!Array.isArray(transitions)) wrong('has no list `transitions`');
  return {
    name,
    type: String(type),
    properties: isObject(properties) ? properties : {},
    transitions: Array.isArray(transitions) ? transitions.flatMap((one) => parseTransition(one, wrong) ?? []) : [],
  };
}

function parseTransition(transition: unknown, problem: ReportProblem): Transition | null {
  if (!isObject(transition) || typeof transition.event !== 'string') {
    problem('has a transition without `event`');
    return null;
  }
  const { event, next, conditions = [] } = transition;
  if (next !== undefined && typeof next !== 'string') problem(`: \`next\` of ${event} is no name`);
  if (!Array.isArray(conditions)) problem(`: \`conditions\` of ${event} are no list`);
  return {
    event,
    ...(typeof next === 'string' && next !== '' ? { next } : {}),
    conditions: Array.isArray(conditions) ? conditions.flatMap((one) => parseCondition(one, problem) ?? []) : [],
  };
}

function parseCondition(condition: unknown, problem: ReportProblem): Condition | null {
  if (
    !isObject(condition) ||
    typeof condition.type !== 'string' ||
    typeof condition.value !== 'string' ||
    !Array.isArray(condition.arguments) ||
    condition.arguments.length === 0
  ) {
    problem('has a condition without `type`, `value` or `arguments`');
    return null;
  }
  return { type: condition.type, value: condition.value, arguments: condition.arguments.map(String) };
}
