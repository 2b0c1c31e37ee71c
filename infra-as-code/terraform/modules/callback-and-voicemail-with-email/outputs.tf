output "callback_queue_sid" {
  description = "The queue whose agents call back; null with a workflow of your own"
  value       = local.queue_sid
}

output "callback_workflow_sid" {
  description = "The workflow for calls, callbacks and voicemails"
  value       = local.workflow_sid
}

output "sync_service_sid" {
  description = "The Sync service that holds the entries"
  value       = twilio_sync_services_v1.voicemails.sid
}

output "studio_flow_sid" {
  description = "The flow to choose as \"A call comes in\" of a number"
  value       = twilio_studio_flows_v2.calls.sid
}

output "env_lines" {
  description = "Lines for serverless-functions/.env, which the next deployment needs as well"
  value       = join("\n", [for name, value in local.functions_variables : "${name}='${value}'"])
}
