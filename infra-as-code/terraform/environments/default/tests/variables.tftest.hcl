# Run by `terraform test`, with no account: the provider's answers are invented.
mock_provider "twilio" {}

variables {
  TWILIO_FLEX_WORKSPACE_SID = "WS0000000000000000000000000000000a"
  VOICE_CHANNEL_SID         = "TC0000000000000000000000000000000a"
  CALL_QUEUE_SID            = "WQ0000000000000000000000000000000a"
  SERVERLESS_DOMAIN         = "callback-and-voicemail-with-email-1234-dev.twil.io"
  SERVERLESS_SID            = "ZS0000000000000000000000000000000a"
  SERVERLESS_ENV_SID        = "ZE0000000000000000000000000000000a"
}

run "required_variables_are_enough" {
  command = plan
}

run "values_in_every_accepted_form" {
  command = plan

  variables {
    ADMIN_EMAIL        = "ana@example.com, bo@mail.example.com"
    MAIL_FROM          = "\"Ruiz, Ana\" <ana@example.com>"
    BUSINESS_TIME_ZONE = "America/Argentina/Buenos_Aires"
    CALLBACK_COUNTRIES = "US, CA,PR"
  }
}

# Each of them must fail. What is said then is tested in e2e/terraform.
run "values_of_another_form_are_refused" {
  command = plan

  variables {
    TWILIO_FLEX_WORKSPACE_SID = "WW0000000000000000000000000000000a"
    VOICE_CHANNEL_SID         = "voice"
    CALL_QUEUE_SID            = "WQ0000000000000000000000000000000A"
    SERVERLESS_DOMAIN         = "https://callback-and-voicemail-with-email-1234-dev.twil.io"
    SERVERLESS_SID            = "ZS1"
    SERVERLESS_ENV_SID        = "ZS0000000000000000000000000000000a"
    ADMIN_EMAIL               = "ana@example.com bo"
    MAIL_FROM                 = "Ana <ana>"
    BUSINESS_TIME_ZONE        = "Mars/Olympus"
    CALLBACK_COUNTRIES        = "USA"
    IMPORT_QUEUE_SID          = "WS0000000000000000000000000000000a/WQ0000000000000000000000000000000a"
    IMPORT_WORKFLOW_SID       = "FW0000000000000000000000000000000a"
    IMPORT_SYNC_SERVICE_SID   = "default"
    IMPORT_STUDIO_FLOW_SID    = "FW"
    IMPORT_VARIABLE_SIDS      = { ADMIN_EMAIL = "ZE0000000000000000000000000000000a" }
  }
  expect_failures = [
    var.TWILIO_FLEX_WORKSPACE_SID,
    var.VOICE_CHANNEL_SID,
    var.CALL_QUEUE_SID,
    var.SERVERLESS_DOMAIN,
    var.SERVERLESS_SID,
    var.SERVERLESS_ENV_SID,
    var.ADMIN_EMAIL,
    var.MAIL_FROM,
    var.BUSINESS_TIME_ZONE,
    var.CALLBACK_COUNTRIES,
    var.IMPORT_QUEUE_SID,
    var.IMPORT_WORKFLOW_SID,
    var.IMPORT_SYNC_SERVICE_SID,
    var.IMPORT_STUDIO_FLOW_SID,
    var.IMPORT_VARIABLE_SIDS,
  ]
}

run "what_exists_must_have_a_sid" {
  command = plan

  variables {
    CALLBACK_QUEUE_SID    = ""
    CALLBACK_WORKFLOW_SID = "WQ0000000000000000000000000000000a"
  }
  expect_failures = [var.CALLBACK_QUEUE_SID, var.CALLBACK_WORKFLOW_SID]
}

run "a_queue_is_not_imported_and_left_alone_at_once" {
  command = plan

  variables {
    CALLBACK_QUEUE_SID = "WQ0000000000000000000000000000000b"
    IMPORT_QUEUE_SID   = "WQ0000000000000000000000000000000c"
  }
  expect_failures = [var.IMPORT_QUEUE_SID]
}

run "a_workflow_is_not_imported_and_left_alone_at_once" {
  command = plan

  variables {
    CALLBACK_WORKFLOW_SID = "WW0000000000000000000000000000000b"
    IMPORT_WORKFLOW_SID   = "WW0000000000000000000000000000000c"
  }
  expect_failures = [var.IMPORT_WORKFLOW_SID]
}
