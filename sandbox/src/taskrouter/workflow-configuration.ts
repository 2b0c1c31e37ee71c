import { isObject } from '../world/is-object';
import { badRequest } from '../world/twilio-error';
import type { Sid } from '../world/types';
import { compileExpression, type Expression, ExpressionError, valueAt } from './expression/expression';
import type { WorkflowConfiguration } from './types';

/** twilio.com/docs/taskrouter/limits: "Workflow Configuration … 1038576 bytes (1MB)". */
const MAX_BYTES = 1_038_576;
/** The keys TaskRouter knows; it takes no others, so that a misspelt one is not silently without effect. */
const FILTER_KEYS = new Set(['filter_friendly_name', 'friendly_name', 'friendlyName', 'expression', 'targets']);
const TARGET_KEYS = new Set(['queue', 'expression', 'timeout', 'priority', 'skip_if', 'order_by']);
const NOT_MODELED = new Set(['known_worker_sid', 'known_worker_friendly_name']);

/** A routing step, with what it inherits from the one before it filled in. */
export interface Target {
  queueSid: Sid;
  expression: Expression | null;
  timeoutMs: number | null;
  priority: number | null;
  skipIf: Expression | null;
  orderBy: readonly WorkerOrder[];
}
/** By a number among the workers' attributes. */
export interface WorkerOrder {
  path: readonly string[];
  direction: 1 | -1;
}
export interface Filter {
  name: string;
  /** Null: the default filter, which takes what no other claims. */
  expression: Expression | null;
  targets: readonly Target[];
}
/** A workflow's configuration, ready to route by. */
export interface RoutingPlan {
  filters: readonly Filter[];
  defaultFilter: Filter | null;
}

/**
 * Reads a configuration.
 * @param queueExists whether the workspace has that queue
 * @throws TwilioError 400 naming the place in the document
 */
export function readConfiguration(
  given: WorkflowConfiguration | string,
  queueExists: (sid: Sid) => boolean,
): { text: string; plan: RoutingPlan } {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalidConfiguration('it', `is longer than ${MAX_BYTES} bytes`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalidConfiguration('it', 'is no JSON');
  }
  const routing = readObject(readObject(document, 'it').task_routing, 'task_routing');
  rejectUnknownKeys(routing, new Set(['filters', 'default_filter']), 'task_routing');
  const { filters = [], default_filter: last } = routing;
  if (!Array.isArray(filters)) throw invalidConfiguration('task_routing.filters', 'is no array');
  if (filters.length === 0 && last === undefined)
    throw invalidConfiguration('task_routing', 'has neither filters nor default_filter');
  const plan: RoutingPlan = {
    filters: filters.map((filter, index) => readFilter(filter, `filters[${index}]`, queueExists)),
    defaultFilter: last === undefined ? null : readDefault(last, queueExists),
  };
  // Plans of Terraform show an answer whose blanks differ from what was sent, however often it is applied:
  // https://github.com/techmatters/flex-plugins/pull/2314
  return { text: JSON.stringify(document), plan };
}

/** The queues that tasks may come to, with repetitions. */
export function queuesOf({ filters, defaultFilter }: RoutingPlan): Sid[] {
  const all = defaultFilter ? [...filters, defaultFilter] : filters;
  return all.flatMap(({ targets }) => targets.map(({ queueSid }) => queueSid));
}

function readFilter(given: unknown, place: string, queueExists: (sid: Sid) => boolean): Filter {
  const filter = readObject(given, place);
  rejectUnknownKeys(filter, FILTER_KEYS, place);
  const { targets } = filter;
  if (!Array.isArray(targets) || targets.length === 0)
    throw invalidConfiguration(`${place}.targets`, 'is no array of targets');
  const name = filter.filter_friendly_name ?? filter.friendly_name ?? filter.friendlyName ?? '';
  if (typeof name !== 'string') throw invalidConfiguration(`${place}.filter_friendly_name`, 'is no text');
  let queueSid: Sid | undefined;
  return {
    name,
    expression: readExpression(filter.expression, `${place}.expression`),
    targets: targets.map((target, index) => {
      const read = readTarget(target, `${place}.targets[${index}]`, queueSid, queueExists);
      queueSid = read.queueSid;
      return read;
    }),
  };
}

function readTarget(
  given: unknown,
  place: string,
  inherited: Sid | undefined,
  queueExists: (sid: Sid) => boolean,
): Target {
  const target = readObject(given, place);
  const unmodeled = Object.keys(target).find((key) => NOT_MODELED.has(key));
  if (unmodeled !== undefined) throw invalidConfiguration(`${place}.${unmodeled}`, 'is not modeled by the sandbox');
  rejectUnknownKeys(target, TARGET_KEYS, place);
  const queueSid = target.queue === undefined ? inherited : readQueue(target.queue, `${place}.queue`, queueExists);
  if (queueSid === undefined)
    throw invalidConfiguration(`${place}.queue`, 'is missing: the first target has none to inherit');
  const seconds = target.timeout === undefined ? null : readInteger(target.timeout, `${place}.timeout`);
  if (seconds !== null && seconds < 1) throw invalidConfiguration(`${place}.timeout`, 'must be a positive integer');
  return {
    queueSid,
    expression: readOptional(target.expression, (text) => readExpression(text, `${place}.expression`)),
    timeoutMs: seconds === null ? null : seconds * 1000,
    priority: readOptional(target.priority, (value) => readInteger(value, `${place}.priority`)),
    skipIf: readOptional(target.skip_if, (text) => readExpression(text, `${place}.skip_if`)),
    orderBy: readOptional(target.order_by, (text) => readOrder(text, `${place}.order_by`)) ?? [],
  };
}

function readDefault(given: unknown, queueExists: (sid: Sid) => boolean): Filter {
  const place = 'default_filter';
  const filter = readObject(given, place);
  rejectUnknownKeys(filter, new Set(['queue', 'task_queue_sid']), place);
  const queueSid = readQueue(filter.queue, `${place}.queue`, queueExists);
  const target = { queueSid, expression: null, timeoutMs: null, priority: null, skipIf: null, orderBy: [] };
  return { name: 'Default filter', expression: null, targets: [target] };
}

function readQueue(given: unknown, place: string, queueExists: (sid: Sid) => boolean): Sid {
  if (typeof given !== 'string') throw invalidConfiguration(place, 'is no sid of a task queue');
  if (!queueExists(given)) throw invalidConfiguration(place, `names ${given}, which is not in the workspace`);
  return given;
}

function readExpression(given: unknown, place: string): Expression {
  if (typeof given !== 'string') throw invalidConfiguration(place, 'is no text');
  try {
    return compileExpression(given);
  } catch (error) {
    if (error instanceof ExpressionError) throw invalidConfiguration(place, `cannot be read: ${error.message}`);
    throw error;
  }
}

/** twilio.com/docs/taskrouter/order-workers: `worker.english_level DESC, worker.support ASC`. */
function readOrder(given: unknown, place: string): WorkerOrder[] {
  if (typeof given !== 'string') throw invalidConfiguration(place, 'is no text');
  return given.split(',').map((clause) => {
    const match = /^\s*worker\.(\w+(?:\.\w+)*)\s+(ASC|DESC)\s*$/i.exec(clause);
    if (!match)
      throw invalidConfiguration(place, `"${clause.trim()}" is not of the form "worker.<attribute> ASC" or "… DESC"`);
    return { path: match[1]!.split('.'), direction: match[2]!.toUpperCase() === 'ASC' ? 1 : -1 };
  });
}

/** What workers are ordered by: a worker without the number comes last. */
export function sortValue({ path, direction }: WorkerOrder, attributes: unknown): number {
  const value = valueAt(attributes, path);
  return typeof value === 'number' ? value * direction : Number.POSITIVE_INFINITY;
}

function readOptional<T>(given: unknown, read: (value: unknown) => T): T | null {
  return given === undefined ? null : read(given);
}

/** Numbers may come as text: the documents' own examples have `"priority": "10"`. */
function readInteger(given: unknown, place: string): number {
  const value = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : given;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalidConfiguration(place, `must be an integer, not ${JSON.stringify(given)}`);
}

function readObject(given: unknown, place: string): Record<string, unknown> {
  if (isObject(given)) return given;
  throw invalidConfiguration(place, 'is no JSON object');
}

function rejectUnknownKeys(given: Record<string, unknown>, known: ReadonlySet<string>, place: string): void {
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) throw invalidConfiguration(`${place}.${unknown}`, 'is unknown');
}

function invalidConfiguration(place: string, problem: string) {
  return badRequest(`Invalid workflow configuration: ${place} ${problem}`);
}
