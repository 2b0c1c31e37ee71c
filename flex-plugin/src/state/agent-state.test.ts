import { type ActionStatus, type AgentAction, actionStatusChanged, agentReducer } from './agent-state';

const TASK = 'WT1';
const after = (...changes: [action: AgentAction, status: ActionStatus, taskSid?: string][]) =>
  changes.reduce(
    (state, [action, status, taskSid = TASK]) => agentReducer(state, actionStatusChanged({ taskSid, action, status })),
    agentReducer(undefined, { type: 'init' }),
  ).actionStatuses;

test.each(['call', 'requeue', 'delete'] as const)('the old error goes as soon as %s begins', (action) => {
  const statuses = after(['complete', { step: 'failed' }], [action, { step: 'running' }], [action, { step: 'done' }]);
  expect(statuses[TASK]).toEqual({ [action]: { step: 'done' } });
});

test('errors of other tasks, and what was done, stay', () => {
  const statuses = after(
    ['call', { step: 'failed' }, 'WT2'],
    ['delete', { step: 'done' }],
    ['requeue', { step: 'running' }],
  );
  expect(statuses).toEqual({
    WT2: { call: { step: 'failed' } },
    [TASK]: { delete: { step: 'done' }, requeue: { step: 'running' } },
  });
});
