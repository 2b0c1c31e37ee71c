import { FLEX_CONFIGURATION } from '../parts/flex-configuration';
import type { AccountBasics } from '../parts/part';
import { SetupError } from '../setup-error';
import { isForbidden, type Resource, type TwilioRest } from './rest';

/** What there is to choose from. */
export interface AccountOffer {
  basics: AccountBasics;
  friendlyName: string;
  queues: readonly { sid: string; name: string }[];
  workflows: readonly { sid: string; name: string }[];
  flows: readonly { sid: string; name: string }[];
  numbers: readonly { number: string; name: string; isInUse: boolean }[];
  /** The queue that Flex sends calls to. */
  callQueue?: string;
  isOutboundEnabled: boolean;
}

/**
 * Reads what a set-up builds on.
 * @throws SetupError when the account has no Flex
 */
export async function readOffer(rest: TwilioRest): Promise<AccountOffer> {
  const configuration = await rest.find(FLEX_CONFIGURATION);
  const workspaceSid: unknown = configuration?.taskrouter_workspace_sid;
  if (configuration === undefined || typeof workspaceSid !== 'string')
    throw new SetupError('no-flex', 'The account has no Flex', 'Create a Flex project in the Twilio Console first.');
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}`;
  const [queues, workflows, channels, flows, numbers] = await Promise.all([
    rest.list(`${workspace}/TaskQueues`, 'task_queues'),
    rest.list(`${workspace}/Workflows`, 'workflows'),
    rest.list(`${workspace}/TaskChannels`, 'channels'),
    rest.list('https://studio.twilio.com/v2/Flows', 'flows'),
    rest.list(
      `https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}/IncomingPhoneNumbers.json`,
      'incoming_phone_numbers',
    ),
  ]);
  const voice = channels.find(({ unique_name: name }) => name === 'voice');
  if (voice === undefined)
    throw new SetupError('no-voice', 'The workspace has no task channel “voice”', 'Add it in the Console, TaskRouter.');
  const target: unknown = configuration.taskrouter_target_taskqueue_sid;
  const callWorkflow: unknown = configuration.taskrouter_target_workflow_sid;
  return {
    basics: {
      workspaceSid,
      voiceChannelSid: voice.sid,
      ...(typeof callWorkflow === 'string' && callWorkflow !== '' ? { callWorkflowSid: callWorkflow } : {}),
    },
    friendlyName: await readName(rest),
    queues: queues.map(named),
    workflows: workflows.map(named),
    flows: flows.map(named),
    numbers: numbers
      .filter(({ capabilities }) => capabilities?.voice !== false)
      .map((number) => ({
        number: number.phone_number,
        name: number.friendly_name,
        isInUse: Boolean(number.voice_url || number.voice_application_sid || number.trunk_sid),
      })),
    ...(typeof target === 'string' && target !== '' ? { callQueue: target } : {}),
    isOutboundEnabled: configuration.outbound_call_flows?.default?.enabled === true,
  };
}

/** A standard API key may not read it (twilio.com/docs/iam/api-keys); wrong credentials have failed before. */
async function readName(rest: TwilioRest): Promise<string> {
  try {
    return (await rest.get(`https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}.json`)).friendly_name;
  } catch (error) {
    if (isForbidden(error)) return rest.accountSid;
    throw error;
  }
}

const named = ({ sid, friendly_name: name }: Resource) => ({ sid, name });
