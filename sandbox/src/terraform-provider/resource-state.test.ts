import { ExtData } from '@msgpack/msgpack';
import { UNKNOWN } from './dynamic-value';
import { importedState, plannedState, requestForm, stateAfter } from './resource-state';
import { RESOURCE_TYPES } from './resource-types';

const QUEUE = RESOURCE_TYPES.twilio_taskrouter_workspaces_task_queues_v1!;
const WORKFLOW = RESOURCE_TYPES.twilio_taskrouter_workspaces_workflows_v1!;
const FLOW = RESOURCE_TYPES.twilio_studio_flows_v2!;
const SYNC = RESOURCE_TYPES.twilio_sync_services_v1!;

test('of a new resource, what the configuration leaves open is known after it was made', () => {
  const planned = plannedState(QUEUE, null, { workspace_sid: 'WS1', friendly_name: 'Sales', task_order: null });
  expect(planned).toMatchObject({ friendly_name: 'Sales', task_order: UNKNOWN, id: UNKNOWN, sid: UNKNOWN });
});

test('of a resource that exists, nothing becomes unknown', () => {
  const prior = { id: 'IS1', sid: 'IS1', friendly_name: 'A', webhook_url: null };
  expect(plannedState(SYNC, prior, { ...prior, friendly_name: 'B' })).toEqual({ ...prior, friendly_name: 'B' });
});

test('nothing is planned for a resource that goes', () => {
  expect(plannedState(SYNC, { id: 'IS1' }, null)).toBeNull();
});

test('parameters without a value are not sent, except booleans, which are false then', () => {
  const known = { friendly_name: 'Entries', acl_enabled: true, webhook_url: '', reachability_debouncing_window: 0 };
  expect(requestForm(SYNC, { ...known, webhooks_from_rest_enabled: UNKNOWN }, 'create')).toEqual({
    FriendlyName: 'Entries',
    AclEnabled: 'true',
    ReachabilityWebhooksEnabled: 'false',
    ReachabilityDebouncingEnabled: 'false',
    WebhooksFromRestEnabled: 'false',
  });
});

test('what the path holds is no parameter, nor is what only an update takes', () => {
  const state = { workspace_sid: 'WS1', friendly_name: 'A', configuration: '{}', re_evaluate_tasks: 'true' };
  expect(requestForm(WORKFLOW, state, 'create')).toEqual({ FriendlyName: 'A', Configuration: '{}' });
  expect(requestForm(WORKFLOW, state, 'update')).toMatchObject({ ReEvaluateTasks: 'true' });
});

test('a flow that is no JSON is refused when it is sent', () => {
  expect(() => requestForm(FLOW, { definition: '{' }, 'create')).toThrow(SyntaxError);
});

test('a flow is in the state as Go writes it, whatever its form was', () => {
  const before = { definition: '{ "b": 1,\n "a": "x & y" }', id: UNKNOWN };
  expect(stateAfter(FLOW, before, { sid: 'FW1', definition: { b: 1, a: 'x & y' } })).toMatchObject({
    id: 'FW1',
    definition: '{"a":"x \\u0026 y","b":1}',
  });
});

test('a workflow is in the state as TaskRouter writes it, and what it does not tell stays', () => {
  const before = { workspace_sid: 'WS1', configuration: '{ }', re_evaluate_tasks: 'true', id: UNKNOWN };
  const answer = { sid: 'WW1', workspace_sid: 'WS1', configuration: '{}', assignment_callback_url: null };
  expect(stateAfter(WORKFLOW, before, answer)).toMatchObject({
    id: 'WS1/WW1',
    configuration: '{}',
    re_evaluate_tasks: 'true',
    assignment_callback_url: null,
  });
});

test('what stays unknown after an answer is nothing', () => {
  const refined = new ExtData(12, new Uint8Array([0x80]));
  const state = stateAfter(WORKFLOW, { re_evaluate_tasks: refined, id: UNKNOWN }, { sid: 'WW1', workspace_sid: 'WS1' });
  expect(state).toMatchObject({ re_evaluate_tasks: null, configuration: null });
});

test('an id to import has the sids of what it belongs to before its own', () => {
  expect(importedState(QUEUE, 'WS1/WQ1')).toMatchObject({ id: 'WS1/WQ1', workspace_sid: 'WS1', sid: 'WQ1' });
  expect(importedState(QUEUE, 'WQ1')).toBeUndefined();
  expect(importedState(SYNC, 'IS1/x')).toBeUndefined();
});
