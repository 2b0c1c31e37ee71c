import type { WorkflowFinding } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { TASK_TIMEOUT_SECONDS } from '../ledger/entry';
import { parseJsonObject } from '../runtime/json';

/** A workflow as TaskRouter has it. */
export interface Workflow {
  sid: string;
  name: string;
  /** JSON: twilio.com/docs/taskrouter/workflow-configuration */
  configuration: string;
}

interface Filter {
  name: string;
  expression: string;
  targets: Record<string, unknown>[];
}

/** Our task types, as a filter names them. */
const OUR_TYPES = ['callback', 'voicemail'];
const ALWAYS = /^\(*\s*(1\s*==\s*1|true)\s*\)*$/i;
const NEVER = /^\(*\s*(1\s*==\s*0|0\s*==\s*1|false)\s*\)*$/i;
/** A comparison of the task type with one value, or with a list. */
const TYPE_TEST = /^taskType ?(?:== ?(?:'(\w+)'|"(\w+)")|IN ?\[([^\]]*)\])$/i;
/** Attributes of calls: a filter that reads none of them is not one for calls. */
const READS_A_CALL = /\b(taskType|direction|call_sid|called|caller|from|to|callBackData)\b/;

/**
 * What of the workspace's workflows would lose callbacks and voicemails. They go through the workflow of their call, or
 * through `ownSid`. Pure: an expression that it cannot judge counts as one that may take our tasks, and takes none for
 * certain.
 */
export function findWorkflowProblems(workflows: readonly Workflow[], ownSid: string | undefined): WorkflowFinding[] {
  const missing: WorkflowFinding[] =
    ownSid === undefined || workflows.some(({ sid }) => sid === ownSid)
      ? []
      : [{ workflow: ownSid, problem: 'missing' }];
  return [...missing, ...workflows.flatMap((workflow) => checkWorkflow(workflow, workflow.sid === ownSid))];
}

function checkWorkflow({ name, configuration }: Workflow, isOwn: boolean): WorkflowFinding[] {
  const routing = parseJsonObject(configuration)?.task_routing;
  if (!isRecord(routing)) return isOwn ? [{ workflow: name, problem: 'unreadable' }] : [];
  const filters = (Array.isArray(routing.filters) ? routing.filters : []).filter(isRecord).map(readFilter);
  const takesCalls = filters.some(({ expression }) => ALWAYS.test(expression) || READS_A_CALL.test(expression));
  if (!isOwn && !takesCalls) return [];
  const findings: WorkflowFinding[] = [];
  const hasDefault = isRecord(routing.default_filter) && typeof routing.default_filter.queue === 'string';
  if (!hasDefault && !areAllTaken(filters)) findings.push({ workflow: name, problem: 'no-default-filter' });
  filters.forEach((filter, index) => {
    if (!mayTake(filter.expression)) return;
    const last = filter.targets.at(-1);
    const about = { workflow: name, filter: filter.name };
    // A task that times out of a filter goes on to later filters, but never to the default filter
    // (twilio.com/docs/taskrouter/workflow-configuration).
    if (endsEarly(last) && !areAllTaken(filters.slice(index + 1)))
      findings.push({ ...about, problem: 'last-step-timeout' });
    else if (!endsEarly(last) && NEVER.test(String(last?.expression ?? '')))
      findings.push({ ...about, problem: 'never-offered' });
  });
  return findings;
}

function readFilter(filter: Record<string, unknown>): Filter {
  const name = filter.filter_friendly_name ?? filter.friendly_name ?? filter.friendlyName ?? '';
  return {
    name: String(name),
    expression: typeof filter.expression === 'string' ? filter.expression : '',
    targets: (Array.isArray(filter.targets) ? filter.targets : []).filter(isRecord),
  };
}

/** A timeout as long as the task's lifetime ends nothing. */
function endsEarly(target: Record<string, unknown> | undefined): boolean {
  const timeout = Number(target?.timeout ?? Number.NaN);
  return timeout > 0 && timeout < TASK_TIMEOUT_SECONDS;
}

/** True when every callback and every voicemail is taken by one of the filters for certain. */
function areAllTaken(filters: readonly Filter[]): boolean {
  return OUR_TYPES.every((type) => filters.some(({ expression }) => takesForCertain(expression, type)));
}

function takesForCertain(expression: string, type: string): boolean {
  if (ALWAYS.test(expression)) return true;
  const alternatives = withoutParentheses(expression).split(/ OR /i);
  return alternatives.some((one) => ALWAYS.test(one) || namedTypes(one)?.includes(type));
}

/** False for an expression that certainly takes neither of our types. */
function mayTake(expression: string): boolean {
  if (NEVER.test(expression)) return false;
  return withoutParentheses(expression)
    .split(/ OR /i)
    .some((alternative) => {
      const tests = alternative.split(/ AND /i);
      return tests.every((test) => namedTypes(test)?.some((type) => OUR_TYPES.includes(type)) ?? !isForOthers(test));
    });
}

/** The task types that a comparison names; undefined when it is none of the task type. */
function namedTypes(test: string): string[] | undefined {
  const [, inSingle, inDouble, list] = TYPE_TEST.exec(test.trim()) ?? [];
  const one = inSingle ?? inDouble;
  if (one !== undefined) return [one];
  return list?.split(',').map((item) => item.replace(/['"\s]/g, ''));
}

/** Our tasks are inbound, and voice. */
function isForOthers(test: string): boolean {
  return /^\s*(direction\s*==\s*['"]outbound|channelType\s*==|targetWorker\s*[!=]=|conversationSid|channelSid)/i.test(
    test,
  );
}

/** Parentheses that group a whole expression, or its alternatives, say nothing more here. Blanks are single. */
const withoutParentheses = (expression: string) => expression.replace(/[\s()]+/g, ' ');
