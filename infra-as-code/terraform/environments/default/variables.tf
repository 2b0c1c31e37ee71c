# Where it is installed

variable "TWILIO_FLEX_WORKSPACE_SID" {
  type        = string
  description = "The TaskRouter workspace of Flex"
  validation {
    condition     = can(regex("^WS[0-9a-f]{32}$", var.TWILIO_FLEX_WORKSPACE_SID))
    error_message = "TWILIO_FLEX_WORKSPACE_SID is not WS and 32 hexadecimal digits."
  }
}

variable "VOICE_CHANNEL_SID" {
  type        = string
  description = "The task channel \"voice\" of this workspace"
  validation {
    condition     = can(regex("^TC[0-9a-f]{32}$", var.VOICE_CHANNEL_SID))
    error_message = "VOICE_CHANNEL_SID is not TC and 32 hexadecimal digits."
  }
}

variable "CALL_QUEUE_SID" {
  type        = string
  description = "The queue whose agents take calls"
  validation {
    condition     = can(regex("^WQ[0-9a-f]{32}$", var.CALL_QUEUE_SID))
    error_message = "CALL_QUEUE_SID is not WQ and 32 hexadecimal digits."
  }
}

variable "SERVERLESS_DOMAIN" {
  type        = string
  description = "Where the Functions are, for example your-service-1234-prod.twil.io"
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?\\.twil\\.io$", var.SERVERLESS_DOMAIN))
    error_message = "SERVERLESS_DOMAIN is not a domain of Twilio Functions, for example your-service-1234-prod.twil.io."
  }
}

variable "SERVERLESS_SID" {
  type        = string
  description = "The service of the Functions"
  validation {
    condition     = can(regex("^ZS[0-9a-f]{32}$", var.SERVERLESS_SID))
    error_message = "SERVERLESS_SID is not ZS and 32 hexadecimal digits."
  }
}

variable "SERVERLESS_ENV_SID" {
  type        = string
  description = "The environment of the Functions"
  validation {
    condition     = can(regex("^ZE[0-9a-f]{32}$", var.SERVERLESS_ENV_SID))
    error_message = "SERVERLESS_ENV_SID is not ZE and 32 hexadecimal digits."
  }
}

# What exists and stays as it is

variable "CALLBACK_QUEUE_SID" {
  type        = string
  description = "An existing queue whose agents call back; without it, Terraform makes one"
  default     = null
  validation {
    condition     = var.CALLBACK_QUEUE_SID == null || can(regex("^WQ[0-9a-f]{32}$", var.CALLBACK_QUEUE_SID))
    error_message = "CALLBACK_QUEUE_SID is not WQ and 32 hexadecimal digits."
  }
}

variable "CALLBACK_WORKFLOW_SID" {
  type        = string
  description = "An existing workflow for calls, callbacks and voicemails; without it, Terraform makes one"
  default     = null
  validation {
    condition     = var.CALLBACK_WORKFLOW_SID == null || can(regex("^WW[0-9a-f]{32}$", var.CALLBACK_WORKFLOW_SID))
    error_message = "CALLBACK_WORKFLOW_SID is not WW and 32 hexadecimal digits."
  }
}

# Variables of the Functions, in the form that docs/configuration.md gives

variable "ADMIN_EMAIL" {
  type        = string
  description = "One mail address, or several with commas between"
  default     = null
  validation {
    condition     = var.ADMIN_EMAIL == null || can(regex("^[^\\s@<>,;\"]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(, *[^\\s@<>,;\"]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+)*$", var.ADMIN_EMAIL))
    error_message = "ADMIN_EMAIL is not one mail address, or several with commas between."
  }
}

variable "MAIL_FROM" {
  type        = string
  description = "The sender of mails: an address, or a name and <an address>"
  default     = null
  validation {
    condition     = var.MAIL_FROM == null || can(regex("^([^\\s@<>,;\"]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+|(\"[^\"\\r\\n]+\"|[^<>\"\\r\\n]+) <[^\\s@<>,;\"]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+>)$", var.MAIL_FROM))
    error_message = "MAIL_FROM is not an address, or a name and <an address>."
  }
}

variable "BUSINESS_TIME_ZONE" {
  type        = string
  description = "The time zone of the business, for example America/New_York"
  default     = "UTC"
  validation {
    condition     = can(regex("^(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(/[A-Za-z_-]+){1,2})$", var.BUSINESS_TIME_ZONE))
    error_message = "BUSINESS_TIME_ZONE is not UTC or an IANA name, for example America/New_York."
  }
}

variable "CALLBACK_COUNTRIES" {
  type        = string
  description = "The countries that callbacks may go to: ISO 3166 codes with commas between, for example US,CA,PR"
  default     = null
  validation {
    condition     = var.CALLBACK_COUNTRIES == null || can(regex("^[A-Z]{2}(, *[A-Z]{2})*$", var.CALLBACK_COUNTRIES))
    error_message = "CALLBACK_COUNTRIES is not a list of ISO 3166 codes, two capital letters each, for example US,CA,PR."
  }
}

variable "OTHER_VARIABLES" {
  type        = map(string)
  description = "Further variables that are no secrets, by name"
  default     = {}
}

# What exists and shall be managed from now on (imports.tf)

variable "IMPORT_QUEUE_SID" {
  type        = string
  description = "A queue to import"
  default     = null
  validation {
    condition     = var.IMPORT_QUEUE_SID == null || can(regex("^WQ[0-9a-f]{32}$", var.IMPORT_QUEUE_SID))
    error_message = "IMPORT_QUEUE_SID is not WQ and 32 hexadecimal digits."
  }
  validation {
    condition     = var.IMPORT_QUEUE_SID == null || (var.CALLBACK_QUEUE_SID == null && var.CALLBACK_WORKFLOW_SID == null)
    error_message = "IMPORT_QUEUE_SID is for a queue that Terraform manages, and CALLBACK_QUEUE_SID or CALLBACK_WORKFLOW_SID for one that it does not: set one of them."
  }
}

variable "IMPORT_WORKFLOW_SID" {
  type        = string
  description = "A workflow to import"
  default     = null
  validation {
    condition     = var.IMPORT_WORKFLOW_SID == null || can(regex("^WW[0-9a-f]{32}$", var.IMPORT_WORKFLOW_SID))
    error_message = "IMPORT_WORKFLOW_SID is not WW and 32 hexadecimal digits."
  }
  validation {
    condition     = var.IMPORT_WORKFLOW_SID == null || (var.CALLBACK_WORKFLOW_SID == null)
    error_message = "IMPORT_WORKFLOW_SID is for a workflow that Terraform manages, and CALLBACK_WORKFLOW_SID for one that it does not: set one of them."
  }
}

variable "IMPORT_SYNC_SERVICE_SID" {
  type        = string
  description = "A Sync service to import"
  default     = null
  validation {
    condition     = var.IMPORT_SYNC_SERVICE_SID == null || can(regex("^IS[0-9a-f]{32}$", var.IMPORT_SYNC_SERVICE_SID))
    error_message = "IMPORT_SYNC_SERVICE_SID is not IS and 32 hexadecimal digits."
  }
}

variable "IMPORT_STUDIO_FLOW_SID" {
  type        = string
  description = "A Studio flow to import"
  default     = null
  validation {
    condition     = var.IMPORT_STUDIO_FLOW_SID == null || can(regex("^FW[0-9a-f]{32}$", var.IMPORT_STUDIO_FLOW_SID))
    error_message = "IMPORT_STUDIO_FLOW_SID is not FW and 32 hexadecimal digits."
  }
}

variable "IMPORT_VARIABLE_SIDS" {
  type        = map(string)
  description = "Variables of the Functions to import: the sid of each, by name"
  default     = {}
  validation {
    condition     = alltrue([for sid in values(var.IMPORT_VARIABLE_SIDS) : can(regex("^ZV[0-9a-f]{32}$", sid))])
    error_message = "IMPORT_VARIABLE_SIDS has a value that is not ZV and 32 hexadecimal digits."
  }
}
