output "callback_queue_sid" {
  description = "The queue whose agents call back; null with a workflow of your own"
  value       = module.callback-and-voicemail-with-email.callback_queue_sid
}

output "callback_workflow_sid" {
  description = "The workflow for calls, callbacks and voicemails"
  value       = module.callback-and-voicemail-with-email.callback_workflow_sid
}

output "sync_service_sid" {
  description = "The Sync service that holds the entries"
  value       = module.callback-and-voicemail-with-email.sync_service_sid
}

output "studio_flow_sid" {
  description = "The flow to choose as \"A call comes in\" of a number"
  value       = module.callback-and-voicemail-with-email.studio_flow_sid
}

output "env_lines" {
  description = "Lines for serverless-functions/.env, which the next deployment needs as well"
  value       = module.callback-and-voicemail-with-email.env_lines
}
