import { type FlexConfiguration, newFlexConfiguration } from '../flex/flex-configuration';
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

/** `GET flex-api.twilio.com/v1/Configuration` of an account that Flex is set up for (docs/flex-protocols.md 3.2). */
export function configurationBody(
  world: SandboxWorld,
  { customData, runtimeDomain, outbound, uiVersion, language }: AccountConfiguration,
): FlexConfiguration {
  return {
    ...newFlexConfiguration(world),
    taskrouter_target_workflow_sid: outbound.workflowSid,
    taskrouter_target_taskqueue_sid: outbound.queueSid,
    runtime_domain: runtimeDomain,
    // Flex refuses to start with any other version_compatibility.
    ui_attributes: { version_compatibility: 'yes', custom_data: customData },
    ui_version: uiVersion,
    ui_language: language ?? 'en-us',
    outbound_call_flows: {
      default: {
        enabled: true,
        caller_id: outbound.callerId,
        queue_sid: outbound.queueSid,
        workflow_sid: outbound.workflowSid,
        location: 'US',
      },
    },
  };
}
