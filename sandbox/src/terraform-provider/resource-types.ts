/**
 * The resource types of Terraform's provider twilio/twilio that an account's description uses, as its release 0.18.46 has
 * them: https://github.com/twilio/terraform-provider-twilio/tree/main/twilio/resources
 */

export type AttributeType = 'string' | 'number' | 'bool';
export interface Attribute {
  type: AttributeType;
  /** `optional` may be set by either side: the configuration, or else Twilio. */
  mode: 'required' | 'optional' | 'computed';
}

export interface ResourceType {
  host: string;
  /** Where a list of them is; `{name}` is an attribute. */
  collection: string;
  /** The attributes that its id is made of, with `/` between them: what `terraform import` takes. */
  id: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
  /** Attributes that are parameters of a request and no part of a response. */
  requestOnly: readonly string[];
  /** Attributes whose value is JSON that Twilio answers with as an object, not as text. */
  json: readonly string[];
  /** Parameters that only an update has make the provider create with one request and then update with a second. */
  updatesAfterCreate: boolean;
}

const required = (type: AttributeType = 'string'): Attribute => ({ type, mode: 'required' });
const optional = (type: AttributeType = 'string'): Attribute => ({ type, mode: 'optional' });
const computed = (type: AttributeType = 'string'): Attribute => ({ type, mode: 'computed' });

/** Terraform's SDK gives every resource an `id`. */
const withId = (attributes: Record<string, Attribute>) => ({ id: optional(), ...attributes });

export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  twilio_taskrouter_workspaces_task_queues_v1: {
    host: 'taskrouter.twilio.com',
    collection: '/v1/Workspaces/{workspace_sid}/TaskQueues',
    id: ['workspace_sid', 'sid'],
    attributes: withId({
      workspace_sid: required(),
      friendly_name: required(),
      target_workers: optional(),
      max_reserved_workers: optional('number'),
      task_order: optional(),
      reservation_activity_sid: optional(),
      assignment_activity_sid: optional(),
      sid: computed(),
    }),
    requestOnly: [],
    json: [],
    updatesAfterCreate: false,
  },
  twilio_taskrouter_workspaces_workflows_v1: {
    host: 'taskrouter.twilio.com',
    collection: '/v1/Workspaces/{workspace_sid}/Workflows',
    id: ['workspace_sid', 'sid'],
    attributes: withId({
      workspace_sid: required(),
      friendly_name: required(),
      configuration: required(),
      assignment_callback_url: optional(),
      fallback_assignment_callback_url: optional(),
      task_reservation_timeout: optional('number'),
      sid: computed(),
      re_evaluate_tasks: optional(),
    }),
    requestOnly: ['re_evaluate_tasks'],
    json: [],
    updatesAfterCreate: true,
  },
  twilio_studio_flows_v2: {
    host: 'studio.twilio.com',
    collection: '/v2/Flows',
    id: ['sid'],
    attributes: withId({
      friendly_name: required(),
      status: required(),
      definition: required(),
      commit_message: optional(),
      sid: computed(),
    }),
    requestOnly: [],
    json: ['definition'],
    updatesAfterCreate: false,
  },
  twilio_sync_services_v1: {
    host: 'sync.twilio.com',
    collection: '/v1/Services',
    id: ['sid'],
    attributes: withId({
      friendly_name: optional(),
      webhook_url: optional(),
      reachability_webhooks_enabled: optional('bool'),
      acl_enabled: optional('bool'),
      reachability_debouncing_enabled: optional('bool'),
      reachability_debouncing_window: optional('number'),
      webhooks_from_rest_enabled: optional('bool'),
      sid: computed(),
    }),
    requestOnly: [],
    json: [],
    updatesAfterCreate: false,
  },
  twilio_serverless_services_environments_variables_v1: {
    host: 'serverless.twilio.com',
    collection: '/v1/Services/{service_sid}/Environments/{environment_sid}/Variables',
    id: ['service_sid', 'environment_sid', 'sid'],
    attributes: withId({
      service_sid: required(),
      environment_sid: required(),
      key: required(),
      value: required(),
      sid: computed(),
    }),
    requestOnly: [],
    json: [],
    updatesAfterCreate: false,
  },
};

/** The provider's own arguments. */
export const PROVIDER_ATTRIBUTES = ['username', 'password', 'account_sid', 'edge', 'region'] as const;
