terraform {
  # 1.9: a variable's validation may name other values.
  required_version = ">= 1.9.0"

  required_providers {
    twilio = {
      source  = "twilio/twilio"
      version = ">= 0.18.46"
    }
  }
}
