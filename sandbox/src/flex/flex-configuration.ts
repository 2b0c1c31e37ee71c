import { fixedSid } from '../world/sids';
import { badRequest } from '../world/twilio-error';
import type { World } from '../world/types';

/** The account's Flex Configuration, by the names of the REST API. */
export type FlexConfiguration = Record<string, unknown>;

export const FLEX_INSTANCE_SID = fixedSid('GO', 'sandbox');
const CREATED = '2024-01-01T00:00:00Z';
/** What the service itself sets (OpenAPI flex v1, Configuration). */
const READ_ONLY = new Set([
  ...['account_sid', 'date_created', 'date_updated', 'flex_instance_sid', 'flex_service_instance_sid', 'status'],
  ...['service_version', 'taskrouter_workspace_sid', 'url'],
]);

/** A new account's: nothing is set that an administrator or a plugin would set. The values are assumed. */
export function newFlexConfiguration(
  world: Pick<World, 'account' | 'workspaceSid' | 'taskRouter' | 'workflows'>,
): FlexConfiguration {
  const [workflow] = world.workflows.values();
  return {
    account_sid: world.account.accountSid,
    flex_instance_sid: FLEX_INSTANCE_SID,
    flex_service_instance_sid: fixedSid('IS', 'flex service'),
    taskrouter_workspace_sid: world.workspaceSid,
    taskrouter_target_workflow_sid: workflow?.sid ?? null,
    taskrouter_target_taskqueue_sid: workflow?.taskQueueSid || null,
    taskrouter_offline_activity_sid: world.taskRouter.activity('Offline').sid,
    taskrouter_taskqueues: null,
    taskrouter_skills: [],
    taskrouter_worker_channels: null,
    taskrouter_worker_attributes: null,
    chat_service_instance_sid: fixedSid('IS', 'chat'),
    messaging_service_instance_sid: null,
    serverless_service_sids: [],
    runtime_domain: null,
    service_version: '5.0.0',
    status: 'ok',
    date_created: CREATED,
    date_updated: CREATED,
    attributes: {},
    public_attributes: {},
    // Flex refuses to start with any other version_compatibility.
    ui_attributes: { version_compatibility: 'yes' },
    ui_version: '2.17.1',
    ui_language: 'en-us',
    ui_dependencies: {},
    plugin_service_enabled: true,
    plugin_service_attributes: {},
    call_recording_enabled: false,
    call_recording_webhook_url: null,
    crm_enabled: false,
    crm_type: null,
    crm_callback_url: null,
    crm_fallback_url: null,
    crm_attributes: {},
    outbound_call_flows: {
      default: { enabled: false, caller_id: null, queue_sid: null, workflow_sid: null, location: 'US' },
    },
    queue_stats_configuration: null,
    integrations: [],
    channel_configs: [],
    // Enabled, a bar asking for the permission would cover the task list.
    notifications: { enabled: false, mode: 'whenNotInFocus' },
    markdown: { enabled: false, mode: 'readOnly' },
    debugger_integration: { enabled: false },
    flex_ui_status_report: { enabled: false },
    url: 'https://flex-api.twilio.com/v1/Configuration',
  };
}

/**
 * Sets the properties that are given and leaves the others. "When updating a JSON type property, the existing value of
 * the property will be completely replaced" (twilio.com/docs/flex/developer/config/flex-configuration-rest-api).
 * @throws TwilioError 400 without the account's sid ("Include a JSON object in the request body that contains your Twilio
 *   account SID"), and for a property that cannot be set
 */
export function updateFlexConfiguration(configuration: FlexConfiguration, change: Record<string, unknown>): void {
  const { account_sid: accountSid, ...given } = change;
  if (accountSid !== configuration.account_sid) throw badRequest('account_sid must be the sid of the account');
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(configuration, name)) throw badRequest(`${name} is not a property of the Configuration`);
    // Sent back as they were read, they do no harm.
    if (READ_ONLY.has(name) && value !== configuration[name]) throw badRequest(`${name} cannot be changed`);
  }
  Object.assign(configuration, given);
}
