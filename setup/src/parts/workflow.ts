import type { Resource } from '../account/rest';
import { SetupError } from '../setup-error';
import { fillTemplate } from '../template';
import { type Before, type Inspection, nothingThere, type Part, type PartContext } from './part';
import { addFilters, isSameConfiguration, removeFilters } from './workflow-filters';

const workflowsUrl = ({ basics }: PartContext) =>
  `https://taskrouter.twilio.com/v1/Workspaces/${basics.workspaceSid}/Workflows`;

/** The workflow that routes callbacks and voicemails: one of ours, or the callers' own with our filters. */
export const workflow: Part = {
  id: 'workflow',
  title: 'Workflow',
  async inspect(context) {
    return context.choices.workflow === 'new' ? inspectOurs(context) : inspectTheirs(context);
  },
  async carryOut(context, inspection) {
    const { rest, choices, definitions, known } = context;
    const { friendlyName, taskReservationTimeout } = definitions.workflow;
    const url = workflowsUrl(context);
    if (choices.workflow === 'new') {
      const made = await rest.post(inspection.sid === undefined ? url : `${url}/${inspection.sid}`, {
        FriendlyName: friendlyName,
        Configuration: ourConfiguration(context),
        TaskReservationTimeout: taskReservationTimeout,
      });
      known.workflow = made.sid;
      return;
    }
    // Read again, so that a filter that somebody added meanwhile is not lost.
    const { configuration } = await rest.get(`${url}/${choices.workflow}`);
    await rest.post(`${url}/${choices.workflow}`, {
      Configuration: addFilters(configuration, ourConfiguration(context)),
    });
    known.workflow = choices.workflow;
  },
  async inspectUndo(context, before, isOurs) {
    const ours = isOurs ? await findOurs(context) : undefined;
    const theirs = await withOurFilters(context, before);
    const values = theirs.map(({ sid, configuration }) => ({
      name: `configuration of ${sid}`,
      from: configuration,
      to: removeFilters(configuration),
    }));
    if (ours !== undefined) return { action: 'delete', sid: ours.sid, values };
    if (values.length > 0) return { action: 'change', values };
    return nothingThere('has none of ours');
  },
  async undo(context, { action, sid }, before) {
    const url = workflowsUrl(context);
    for (const { sid: their, configuration } of await withOurFilters(context, before))
      await context.rest.post(`${url}/${their}`, { Configuration: removeFilters(configuration) });
    if (action === 'delete') await context.rest.delete(`${url}/${sid}`);
  },
};

/** Those of theirs that got our filters in any run, and have them still. */
async function withOurFilters(context: PartContext, before: Before = {}): Promise<Resource[]> {
  const workflows = await context.rest.list(workflowsUrl(context), 'workflows');
  return workflows.filter(
    ({ sid, configuration }) => sid in before && !isSameConfiguration(configuration, removeFilters(configuration)),
  );
}

function ourConfiguration({ definitions, choices, known }: PartContext): string {
  return fillTemplate(definitions.workflow.template, {
    callback_queue_sid: known['task-queue'],
    call_queue_sid: choices.callQueue,
  });
}

async function findOurs(context: PartContext) {
  const { friendlyName } = context.definitions.workflow;
  const url = `${workflowsUrl(context)}?FriendlyName=${encodeURIComponent(friendlyName)}`;
  return (await context.rest.list(url, 'workflows')).find((one) => one.friendly_name === friendlyName);
}

async function inspectOurs(context: PartContext): Promise<Inspection> {
  const { definitions, known } = context;
  const { friendlyName, taskReservationTimeout } = definitions.workflow;
  const found = await findOurs(context);
  known.workflow = found?.sid;
  const configuration = ourConfiguration(context);
  const wanted = { friendly_name: friendlyName, task_reservation_timeout: taskReservationTimeout };
  if (found === undefined)
    return {
      action: 'create',
      values: Object.entries({ ...wanted, configuration }).map(([name, to]) => ({ name, to })),
    };
  const values = [
    ...(found.task_reservation_timeout === taskReservationTimeout
      ? []
      : [{ name: 'task_reservation_timeout', to: taskReservationTimeout, from: found.task_reservation_timeout }]),
    ...(isSameConfiguration(found.configuration, configuration)
      ? []
      : [{ name: 'configuration', to: configuration, from: found.configuration }]),
  ];
  return { action: values.length === 0 ? 'keep' : 'change', sid: found.sid, values };
}

async function inspectTheirs(context: PartContext): Promise<Inspection> {
  const { rest, choices, known } = context;
  const found = await rest.find(`${workflowsUrl(context)}/${choices.workflow}`);
  if (found === undefined)
    throw new SetupError('workflow', 'The workflow is not in the workspace', 'Choose another: --workflow');
  known.workflow = found.sid;
  const configuration = addFilters(found.configuration, ourConfiguration(context));
  const before = { [found.sid]: { configuration: found.configuration } };
  if (isSameConfiguration(configuration, found.configuration))
    return { action: 'keep', sid: found.sid, values: [], before };
  return {
    action: 'change',
    sid: found.sid,
    values: [{ name: 'configuration', to: configuration, from: found.configuration }],
    before,
    note: `adds three filters to “${found.friendly_name}”, before its own`,
  };
}
