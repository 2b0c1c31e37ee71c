import { isDeepStrictEqual } from 'node:util';
import { SetupError } from '../setup-error';
import { fillTemplate } from '../template';
import { type Inspection, nothingThere, type Part, type PartContext } from './part';

const FLOWS = 'https://studio.twilio.com/v2/Flows';

/** The flow that leads callers into the queue, with the in-queue menu. */
export const studioFlow: Part = {
  id: 'studio-flow',
  title: 'Studio flow',
  async inspect(context): Promise<Inspection> {
    const { choices, definitions, known } = context;
    if (choices.flow === 'none') return { action: 'skip', values: [], note: 'as chosen: docs/configuration.md' };
    if (choices.flow !== 'new') {
      if ((await context.rest.find(`${FLOWS}/${choices.flow}`)) === undefined)
        throw new SetupError('flow', 'The flow is not in the account', 'Choose another: --flow');
      known['studio-flow'] = choices.flow;
      return { action: 'keep', sid: choices.flow, values: [], note: 'as chosen; it is left as it is' };
    }
    const found = await findFlow(context);
    known['studio-flow'] = found?.sid;
    const { friendlyName, status } = definitions.studioFlow;
    const definition = definitionFor(context);
    if (found === undefined)
      return {
        action: 'create',
        values: [
          { name: 'friendly_name', to: friendlyName },
          { name: 'status', to: status },
          { name: 'definition', to: definition },
        ],
      };
    const { definition: there, status: state } = await context.rest.get(`${FLOWS}/${found.sid}`);
    const values = [
      ...(state === status ? [] : [{ name: 'status', to: status, from: state }]),
      ...(isDeepStrictEqual(there, JSON.parse(definition))
        ? []
        : [{ name: 'definition', to: definition, from: JSON.stringify(there) }]),
    ];
    return { action: values.length === 0 ? 'keep' : 'change', sid: found.sid, values, before: { definition: there } };
  },
  async carryOut(context, { sid }) {
    const { friendlyName, status, commitMessage } = context.definitions.studioFlow;
    const made = await context.rest.post(sid === undefined ? FLOWS : `${FLOWS}/${sid}`, {
      FriendlyName: friendlyName,
      Status: status,
      CommitMessage: commitMessage,
      Definition: definitionFor(context),
    });
    context.known['studio-flow'] = made.sid;
  },
  async inspectUndo(context, before, isOurs) {
    const found = await findFlow(context);
    if (found === undefined) return nothingThere();
    const { sid } = found;
    if (isOurs) return { action: 'delete', sid, values: [] };
    if (before?.definition !== undefined) {
      const { definition } = await context.rest.get(`${FLOWS}/${sid}`);
      if (!isDeepStrictEqual(definition, before.definition))
        return { action: 'change', sid, values: [{ name: 'definition', from: definition, to: before.definition }] };
    }
    return { action: 'keep', sid, values: [], note: 'was there before' };
  },
  async undo({ rest, definitions }, { action, sid }, before) {
    if (action === 'delete') return rest.delete(`${FLOWS}/${sid}`);
    const { status, commitMessage } = definitions.studioFlow;
    const definition = JSON.stringify(before?.definition);
    await rest.post(`${FLOWS}/${sid}`, { Status: status, CommitMessage: commitMessage, Definition: definition });
  },
};

const definitionFor = ({ definitions, known, basics }: PartContext): string =>
  fillTemplate(definitions.studioFlow.template, {
    functions_domain: known['functions-service']?.domain,
    workflow_sid: known.workflow,
    channel_sid: basics.voiceChannelSid,
  });

/** The flow of ours, by its name. */
export async function findFlow({ rest, definitions }: PartContext) {
  const flows = await rest.list(FLOWS, 'flows');
  return flows.find(({ friendly_name: name }) => name === definitions.studioFlow.friendlyName);
}
