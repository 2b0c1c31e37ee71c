module "callback-and-voicemail-with-email" {
  source = "../../modules/callback-and-voicemail-with-email"

  workspace_sid     = var.TWILIO_FLEX_WORKSPACE_SID
  voice_channel_sid = var.VOICE_CHANNEL_SID
  call_queue_sid    = var.CALL_QUEUE_SID

  callback_queue_sid    = var.CALLBACK_QUEUE_SID
  callback_workflow_sid = var.CALLBACK_WORKFLOW_SID

  serverless_domain  = var.SERVERLESS_DOMAIN
  serverless_sid     = var.SERVERLESS_SID
  serverless_env_sid = var.SERVERLESS_ENV_SID

  functions_variables = { for name, value in merge(var.OTHER_VARIABLES, {
    ADMIN_EMAIL        = var.ADMIN_EMAIL
    MAIL_FROM          = var.MAIL_FROM
    BUSINESS_TIME_ZONE = var.BUSINESS_TIME_ZONE
    CALLBACK_COUNTRIES = var.CALLBACK_COUNTRIES
  }) : name => value if value != null }
}
