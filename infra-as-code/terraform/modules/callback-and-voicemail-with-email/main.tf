locals {
  # The one description of what an account gets: docs/adr/0136-one-source-for-what-an-account-gets.md
  source      = "${path.module}/../../.."
  definitions = jsondecode(file("${local.source}/definitions.json"))

  makes_workflow = var.callback_workflow_sid == null
  # A workflow of one's own names its queues itself.
  makes_queue = local.makes_workflow && var.callback_queue_sid == null

  queue_sid    = local.makes_queue ? twilio_taskrouter_workspaces_task_queues_v1.callbacks[0].sid : var.callback_queue_sid
  workflow_sid = local.makes_workflow ? twilio_taskrouter_workspaces_workflows_v1.callbacks[0].sid : var.callback_workflow_sid

  # Variables that are no secrets. A test compares the list with docs/configuration.md.
  allowed_variables = [
    "ADMIN_EMAIL",
    "ALLOWED_EMAIL_DOMAINS",
    "AUDIT_REQUIRED",
    "BACKUP_AFTER_MINUTES",
    "BACKUP_SMS_FROM",
    "BACKUP_SMS_TO",
    "BUSINESS_TIME_ZONE",
    "CALLBACK_COUNTRIES",
    "EMAIL_HOURLY_LIMITS",
    "EMAIL_PROVIDERS",
    "FLEX_ORIGINS",
    "LISTEN_LINK_DAYS",
    "LOGO_HOSTS",
    "MAILGUN_API_BASE_URL",
    "MAILGUN_DOMAIN",
    "MAIL_FROM",
    "RECIPIENT_CONFIRMATION",
    "REDACT_TRANSCRIPTS",
    "SENDGRID_API_BASE_URL",
    "SENDGRID_WEBHOOK_PUBLIC_KEY",
    "SUPERVISOR_QUEUES",
    "SUPERVISOR_QUEUES_2",
    "SUPERVISOR_QUEUES_3",
    "SUPERVISOR_QUEUES_4",
    "TWILIO_EDGE",
    "TWILIO_REGION",
    "UNVERIFIED_CALLERS",
    "VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR",
  ]

  # Names are known while it is planned, values need not be.
  functions_variables = merge(var.functions_variables, {
    TWILIO_FLEX_WORKSPACE_SID         = var.workspace_sid
    TWILIO_FLEX_CALLBACK_WORKFLOW_SID = local.workflow_sid
    VOICEMAIL_SYNC_SERVICE_SID        = twilio_sync_services_v1.voicemails.sid
  })
}

resource "twilio_taskrouter_workspaces_task_queues_v1" "callbacks" {
  count = local.makes_queue ? 1 : 0

  workspace_sid        = var.workspace_sid
  friendly_name        = local.definitions.taskQueue.friendlyName
  target_workers       = local.definitions.taskQueue.targetWorkers
  task_order           = local.definitions.taskQueue.taskOrder
  max_reserved_workers = local.definitions.taskQueue.maxReservedWorkers
}

resource "twilio_taskrouter_workspaces_workflows_v1" "callbacks" {
  count = local.makes_workflow ? 1 : 0

  workspace_sid            = var.workspace_sid
  friendly_name            = local.definitions.workflow.friendlyName
  task_reservation_timeout = local.definitions.workflow.taskReservationTimeout

  # TaskRouter answers with JSON without blanks, and without the escapes that jsonencode adds. Any other form here is a
  # change at every plan: https://github.com/techmatters/flex-plugins/pull/2314
  configuration = replace(replace(replace(jsonencode(jsondecode(templatefile(
    "${local.source}/${local.definitions.workflow.configuration}",
    { callback_queue_sid = local.queue_sid, call_queue_sid = var.call_queue_sid }
  ))), "\\u003c", "<"), "\\u003e", ">"), "\\u0026", "&")
}

# Holds the entries of all voicemails and callbacks. Without ACL, every Flex user's token could read them.
resource "twilio_sync_services_v1" "voicemails" {
  friendly_name                   = local.definitions.syncService.friendlyName
  acl_enabled                     = local.definitions.syncService.aclEnabled
  reachability_webhooks_enabled   = local.definitions.syncService.reachabilityWebhooksEnabled
  reachability_debouncing_enabled = local.definitions.syncService.reachabilityDebouncingEnabled
  webhooks_from_rest_enabled      = local.definitions.syncService.webhooksFromRestEnabled
}

resource "twilio_studio_flows_v2" "calls" {
  friendly_name  = local.definitions.studioFlow.friendlyName
  status         = local.definitions.studioFlow.status
  commit_message = local.definitions.studioFlow.commitMessage

  # The provider writes a flow as Go does, and so does jsonencode. Any other form here is a change at every plan.
  definition = jsonencode(jsondecode(templatefile(
    "${local.source}/${local.definitions.studioFlow.definition}",
    { functions_domain = var.serverless_domain, workflow_sid = local.workflow_sid, channel_sid = var.voice_channel_sid }
  )))
}

resource "twilio_serverless_services_environments_variables_v1" "functions" {
  for_each = local.functions_variables

  service_sid     = var.serverless_sid
  environment_sid = var.serverless_env_sid
  key             = each.key
  value           = each.value
}
