# For accounts that have these already. A resource that Terraform knows is left alone, so the variables may stay set.

import {
  for_each = toset(compact([var.IMPORT_QUEUE_SID]))
  to       = module.callback-and-voicemail-with-email.twilio_taskrouter_workspaces_task_queues_v1.callbacks[0]
  id       = "${var.TWILIO_FLEX_WORKSPACE_SID}/${each.value}"
}

import {
  for_each = toset(compact([var.IMPORT_WORKFLOW_SID]))
  to       = module.callback-and-voicemail-with-email.twilio_taskrouter_workspaces_workflows_v1.callbacks[0]
  id       = "${var.TWILIO_FLEX_WORKSPACE_SID}/${each.value}"
}

import {
  for_each = toset(compact([var.IMPORT_SYNC_SERVICE_SID]))
  to       = module.callback-and-voicemail-with-email.twilio_sync_services_v1.voicemails
  id       = each.value
}

import {
  for_each = toset(compact([var.IMPORT_STUDIO_FLOW_SID]))
  to       = module.callback-and-voicemail-with-email.twilio_studio_flows_v2.calls
  id       = each.value
}

import {
  for_each = var.IMPORT_VARIABLE_SIDS
  to       = module.callback-and-voicemail-with-email.twilio_serverless_services_environments_variables_v1.functions[each.key]
  id       = "${var.SERVERLESS_SID}/${var.SERVERLESS_ENV_SID}/${each.value}"
}
