variable "workspace_sid" {
  type        = string
  description = "The TaskRouter workspace of Flex"
  validation {
    condition     = can(regex("^WS[0-9a-f]{32}$", var.workspace_sid))
    error_message = "workspace_sid is not WS and 32 hexadecimal digits."
  }
}

variable "voice_channel_sid" {
  type        = string
  description = "The task channel \"voice\" of this workspace"
  validation {
    condition     = can(regex("^TC[0-9a-f]{32}$", var.voice_channel_sid))
    error_message = "voice_channel_sid is not TC and 32 hexadecimal digits."
  }
}

variable "call_queue_sid" {
  type        = string
  description = "The queue whose agents take calls"
  validation {
    condition     = can(regex("^WQ[0-9a-f]{32}$", var.call_queue_sid))
    error_message = "call_queue_sid is not WQ and 32 hexadecimal digits."
  }
}

variable "callback_queue_sid" {
  type        = string
  description = "An existing queue whose agents call back; without it, the module makes one"
  default     = null
  validation {
    condition     = var.callback_queue_sid == null || can(regex("^WQ[0-9a-f]{32}$", var.callback_queue_sid))
    error_message = "callback_queue_sid is not WQ and 32 hexadecimal digits."
  }
}

variable "callback_workflow_sid" {
  type        = string
  description = "An existing workflow for calls, callbacks and voicemails; without it, the module makes one"
  default     = null
  validation {
    condition     = var.callback_workflow_sid == null || can(regex("^WW[0-9a-f]{32}$", var.callback_workflow_sid))
    error_message = "callback_workflow_sid is not WW and 32 hexadecimal digits."
  }
}

variable "serverless_domain" {
  type        = string
  description = "Where the Functions are, for example your-service-1234-prod.twil.io"
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?\\.twil\\.io$", var.serverless_domain))
    error_message = "serverless_domain is not a domain of Twilio Functions, for example your-service-1234-prod.twil.io."
  }
}

variable "serverless_sid" {
  type        = string
  description = "The service of the Functions"
  validation {
    condition     = can(regex("^ZS[0-9a-f]{32}$", var.serverless_sid))
    error_message = "serverless_sid is not ZS and 32 hexadecimal digits."
  }
}

variable "serverless_env_sid" {
  type        = string
  description = "The environment of the Functions"
  validation {
    condition     = can(regex("^ZE[0-9a-f]{32}$", var.serverless_env_sid))
    error_message = "serverless_env_sid is not ZE and 32 hexadecimal digits."
  }
}

variable "functions_variables" {
  type        = map(string)
  description = "Variables of the Functions that are no secrets, by name; docs/configuration.md says what each is for"
  default     = {}
  validation {
    condition     = length(setsubtract(keys(var.functions_variables), local.allowed_variables)) == 0
    error_message = "These do not belong into Terraform, whose state would hold them, or do not exist: ${join(", ", setsubtract(keys(var.functions_variables), local.allowed_variables))}. Secrets go into serverless-functions/.env."
  }
  validation {
    condition     = alltrue([for value in values(var.functions_variables) : length(base64encode(value)) <= 600 && !can(regex("[\\r\\n']", value))])
    error_message = "A variable of the Functions has at most 450 bytes, and neither a line break nor a single quote."
  }
}
