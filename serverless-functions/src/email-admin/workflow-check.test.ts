import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findWorkflowProblems } from './workflow-check';

const OWN = `WW${'1'.repeat(32)}`;
const OTHER = `WW${'2'.repeat(32)}`;
const queue = `WQ${'3'.repeat(32)}`;
const OURS = "taskType == 'callback' OR taskType == 'voicemail'";
const filter = (expression: string, ...targets: object[]) => ({
  filter_friendly_name: 'one',
  expression,
  targets: targets.length === 0 ? [{ queue }] : targets,
});
const check = (routing: object, sid = OWN) =>
  findWorkflowProblems([{ sid, name: 'Calls', configuration: JSON.stringify({ task_routing: routing }) }], OWN)
    .filter(({ problem }) => problem !== 'missing')
    .map(({ problem, filter: name }) => (name === undefined ? problem : `${problem}: ${name}`));
const withDefault = (...filters: object[]) => ({ filters, default_filter: { queue } });

test('the workflow to import loses nothing', () => {
  const file = path.resolve(__dirname, '../../../infra-as-code/taskrouter/workflow.json');
  expect(findWorkflowProblems([{ sid: OWN, name: 'ours', configuration: readFileSync(file, 'utf8') }], OWN)).toEqual(
    [],
  );
});

test('a workflow without a filter for everything else loses what no filter takes', () => {
  expect(check({ filters: [filter("direction == 'inbound'")] })).toEqual(['no-default-filter']);
  expect(check({ filters: [filter("taskType == 'callback'")] })).toEqual(['no-default-filter']);
  expect(check(withDefault(filter("direction == 'inbound'")))).toEqual([]);
});

test.each([
  '1==1',
  '( 1 == 1 )',
  OURS,
  `(${OURS})`,
  '(taskType == \'callback\') OR (taskType == "voicemail")',
  "taskType IN ['voicemail', 'callback']",
])('the filter %p matches all tasks', (expression) => {
  expect(check({ filters: [filter(expression)] })).toEqual([]);
});

test('a timeout of the last step cancels the task, though there is a default filter', () => {
  expect(check(withDefault(filter("direction == 'inbound'", { queue, timeout: 120 })))).toEqual([
    'last-step-timeout: one',
  ]);
  expect(check(withDefault(filter('1==1', { queue, timeout: 20 }, { queue, timeout: '20' })))).toEqual([
    'last-step-timeout: one',
  ]);
  expect(check(withDefault(filter(OURS, { queue, expression: '1==0', timeout: 600 }, { queue })))).toEqual([]);
  expect(check(withDefault(filter(OURS, { queue, timeout: 1_209_600 })))).toEqual([]);
});

test('a timeout of the last step is harmless when a later filter takes the task', () => {
  expect(check({ filters: [filter("level == '1'", { queue, timeout: 20 }), filter('1==1')] })).toEqual([]);
  expect(check({ filters: [filter('1==1'), filter('1==1', { queue, timeout: 20 })] })).toEqual([
    'last-step-timeout: one',
  ]);
});

test.each(["direction == 'outbound'", "taskType == 'survey'", "channelType == 'web'", "taskType == 'x' AND level > 2"])(
  'the filter %p is not for ours, whatever its steps',
  (expression) => {
    expect(check(withDefault(filter(expression, { queue, timeout: 20 })))).toEqual([]);
  },
);

test('a last step that matches no worker never offers the task', () => {
  expect(check(withDefault(filter(OURS, { queue, expression: '1==0' })))).toEqual(['never-offered: one']);
});

test('a workflow that is not there, or cannot be read, is named', () => {
  expect(findWorkflowProblems([], OWN)).toEqual([{ workflow: OWN, problem: 'missing' }]);
  const broken = { sid: OWN, name: 'Calls', configuration: '{' };
  expect(findWorkflowProblems([broken], OWN)).toEqual([{ workflow: 'Calls', problem: 'unreadable' }]);
  expect(findWorkflowProblems([], undefined)).toEqual([]);
});

test('another workflow is checked when it is one for calls', () => {
  expect(check({ filters: [filter("direction == 'inbound'", { queue, timeout: 20 })] }, OTHER)).toEqual([
    'no-default-filter',
    'last-step-timeout: one',
  ]);
  expect(check({ filters: [filter("channelType == 'web'", { queue, timeout: 20 })] }, OTHER)).toEqual([]);
});
