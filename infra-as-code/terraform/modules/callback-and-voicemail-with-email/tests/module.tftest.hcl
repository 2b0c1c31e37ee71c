# Run by `terraform test`, with no account: the provider's answers are invented.
mock_provider "twilio" {}

variables {
  workspace_sid      = "WS0000000000000000000000000000000a"
  voice_channel_sid  = "TC0000000000000000000000000000000a"
  call_queue_sid     = "WQ0000000000000000000000000000000a"
  callback_queue_sid = "WQ0000000000000000000000000000000b"
  serverless_domain  = "callback-and-voicemail-with-email-1234-dev.twil.io"
  serverless_sid     = "ZS0000000000000000000000000000000a"
  serverless_env_sid = "ZE0000000000000000000000000000000a"
}

run "workflow_delays_retries_in_the_queue_of_callbacks" {
  command = plan

  assert {
    condition     = [for step in jsondecode(twilio_taskrouter_workspaces_workflows_v1.callbacks[0].configuration).task_routing.filters[0].targets : try(step.timeout, 0)] == [3600, 0]
    error_message = "The third attempt does not wait for an hour."
  }
  assert {
    condition     = [for step in jsondecode(twilio_taskrouter_workspaces_workflows_v1.callbacks[0].configuration).task_routing.filters[1].targets : try(step.timeout, 0)] == [600, 0]
    error_message = "The second attempt does not wait for ten minutes."
  }
  assert {
    condition     = jsondecode(twilio_taskrouter_workspaces_workflows_v1.callbacks[0].configuration).task_routing.filters[2].targets[0].queue == var.callback_queue_sid
    error_message = "Callbacks do not go to their queue."
  }
  assert {
    condition     = jsondecode(twilio_taskrouter_workspaces_workflows_v1.callbacks[0].configuration).task_routing.default_filter.queue == var.call_queue_sid
    error_message = "Calls do not go to their queue."
  }
  assert {
    condition     = length(twilio_taskrouter_workspaces_task_queues_v1.callbacks) == 0
    error_message = "A queue is made although one is given."
  }
}

run "workflow_json_has_no_escapes" {
  command = plan

  assert {
    condition     = !strcontains(twilio_taskrouter_workspaces_workflows_v1.callbacks[0].configuration, "\\u003")
    error_message = "TaskRouter would answer with another text, and every plan would change the workflow."
  }
}

run "sync_service_is_closed_to_tokens" {
  command = plan

  assert {
    condition     = twilio_sync_services_v1.voicemails.acl_enabled
    error_message = "Every Flex user's token could read the entries."
  }
}

run "secrets_are_refused" {
  command = plan

  variables {
    functions_variables = { MAILGUN_API_KEY = "key-0000000000" }
  }
  expect_failures = [var.functions_variables]
}

run "variables_that_the_module_sets_are_refused" {
  command = plan

  variables {
    functions_variables = { VOICEMAIL_SYNC_SERVICE_SID = "IS0000000000000000000000000000000a" }
  }
  expect_failures = [var.functions_variables]
}

run "values_over_450_bytes_are_refused" {
  command = plan

  variables {
    functions_variables = { ADMIN_EMAIL = join("", [for n in range(451) : "a"]) }
  }
  expect_failures = [var.functions_variables]
}
