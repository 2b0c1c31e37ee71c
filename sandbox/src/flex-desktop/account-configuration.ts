import { fixedSid } from '../world/sids';
import type { SandboxWorld } from '../world/world';

/** The fields of an account's Flex Configuration that differ between accounts. */
export interface AccountConfiguration {
  /** `ui_attributes.custom_data`, where plugins find their settings. */
  customData: Record<string, unknown>;
  /** Where the account's Functions are, as `runtime_domain`. */
  runtimeDomain: string;
  /** Outbound calls: the default caller id, and the queue and workflow of their tasks. */
  outbound: { callerId: string; queueSid: string; workflowSid: string };
  /** Of @twilio/flex-ui. */
  uiVersion: string;
  language?: string;
}

export const FLEX_INSTANCE_SID = fixedSid('GO', 'sandbox');
const CREATED = '2024-01-01T00:00:00Z';

/** `GET flex-api.twilio.com/v1/Configuration` (docs/flex-protocols.md 3.2). */
export function configurationBody(
  world: SandboxWorld,
  { customData, runtimeDomain, outbound, uiVersion, language }: AccountConfiguration,
): Record<string, unknown> {
  const { accountSid } = world.account;
  return {
    account_sid: accountSid,
    flex_instance_sid: FLEX_INSTANCE_SID,
    flex_service_instance_sid: fixedSid('FS', 'sandbox'),
    taskrouter_workspace_sid: world.workspaceSid,
    taskrouter_target_workflow_sid: outbound.workflowSid,
    taskrouter_target_taskqueue_sid: outbound.queueSid,
    taskrouter_offline_activity_sid: world.taskRouter.activity('Offline').sid,
    taskrouter_taskqueues: null,
    taskrouter_skills: [],
    taskrouter_worker_channels: null,
    taskrouter_worker_attributes: null,
    chat_service_instance_sid: fixedSid('IS', 'chat'),
    messaging_service_instance_sid: null,
    serverless_service_sids: [],
    runtime_domain: runtimeDomain,
    service_version: '5.0.0',
    status: 'ok',
    date_created: CREATED,
    date_updated: CREATED,
    attributes: {},
    public_attributes: {},
    // Flex refuses to start with any other version_compatibility.
    ui_attributes: { version_compatibility: 'yes', custom_data: customData },
    ui_version: uiVersion,
    ui_language: language ?? 'en-us',
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
      default: {
        enabled: true,
        caller_id: outbound.callerId,
        queue_sid: outbound.queueSid,
        workflow_sid: outbound.workflowSid,
        location: 'US',
      },
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
