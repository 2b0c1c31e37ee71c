import { findWorkflowProblems } from '../../../../serverless-functions/src/email-admin/workflow-check';
import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot, type WorkerCapacity } from '../snapshot';

const WORKFLOW_WORDS = {
  missing: 'is not in the workspace',
  unreadable: 'has a configuration that cannot be read',
  'no-default-filter': 'loses callbacks that no filter takes',
  'last-step-timeout': 'loses callbacks after the last step of a filter',
  'never-offered': 'offers callbacks to nobody in the last step of a filter',
} as const;

/** Whether callbacks reach agents. */
export function checkTaskRouter(snapshot: Snapshot): Finding[] {
  return [...checkWorkflows(snapshot), ...checkQueues(snapshot), ...checkWorkers(snapshot)];
}

function checkWorkflows({ workflows, functions }: Snapshot): Finding[] {
  if (isUnread(workflows))
    return [unknown('workflow', `Workflows cannot be read: ${workflows.reason}`, 'Run it again.')];
  const own = !isUnread(functions) ? functions?.variables.TWILIO_FLEX_CALLBACK_WORKFLOW_SID : undefined;
  const problems = findWorkflowProblems(
    workflows.map(({ sid, friendly_name: name, configuration }) => ({ sid, name, configuration })),
    own,
  );
  if (problems.length === 0) return [right('workflow', 'No workflow loses callbacks')];
  return problems.map(({ workflow, problem, filter }) =>
    wrong(
      `workflow-${problem}`,
      `The workflow “${workflow}” ${WORKFLOW_WORDS[problem]}${filter === undefined ? '' : `: “${filter}”`}`,
      problem === 'missing'
        ? 'Run npm run setup.'
        : 'Change it: infra-as-code/taskrouter/README.md, “A workflow of your own”.',
    ),
  );
}

function checkQueues({ queues, workflows, functions, workers }: Snapshot): Finding[] {
  if (isUnread(queues) || isUnread(workflows)) return [unknown('queue', 'Queues cannot be read', 'Run it again.')];
  const own = !isUnread(functions) ? functions?.variables.TWILIO_FLEX_CALLBACK_WORKFLOW_SID : undefined;
  const configuration: string = workflows.find(({ sid }) => sid === own)?.configuration ?? '';
  const used = [...new Set(configuration.match(/WQ[0-9a-f]{32}/g) ?? [])];
  const gone = used.filter((sid) => !queues.some((queue) => queue.sid === sid));
  const findings = [
    gone.length === 0
      ? right('queue', 'Every queue of the workflow exists')
      : wrong('queue', `The workflow names a queue that is gone: ${gone.join(', ')}`, 'Run npm run setup.'),
  ];
  if (!isUnread(workers) && workers.length === 0)
    findings.push(wrong('workers', 'The workspace has no workers', 'Add agents: Console, Flex, Users.'));
  return findings;
}

/** Flex's own default is 1; a larger one lets TaskRouter offer a second live call. */
function checkWorkers({ workers }: Snapshot): Finding[] {
  if (isUnread(workers)) return [unknown('voice-capacity', 'Workers cannot be read', 'Run it again.')];
  const many = workers.filter(({ voice = 1 }) => voice > 1);
  const none = workers.filter(({ voice }) => voice === 0);
  const findings =
    many.length === 0
      ? [right('voice-capacity', 'No agent is offered a second live call')]
      : [
          wrong(
            'voice-capacity',
            `${many.length} agents have a voice capacity above 1, so that TaskRouter may offer them a second live call`,
            'Set it to 1: Console, TaskRouter, Workers, Channels. Calling back does not need more.',
            { text: `sets the voice capacity of ${many.length} agents to 1`, apply: setCapacity(many) },
          ),
        ];
  if (none.length > 0)
    findings.push(
      wrong(
        'voice-capacity-none',
        `${none.length} agents have a voice capacity of 0: they get neither calls nor callbacks`,
        'Set it to 1: Console, TaskRouter, Workers, Channels.',
        { text: `sets the voice capacity of ${none.length} agents to 1`, apply: setCapacity(none) },
      ),
    );
  return findings;
}

const setCapacity =
  (workers: readonly WorkerCapacity[]) =>
  async (rest: { post(url: string, fields: { Capacity: number }): Promise<unknown> }): Promise<void> => {
    for (const { channelUrl } of workers) if (channelUrl !== undefined) await rest.post(channelUrl, { Capacity: 1 });
  };
