terraform {
  # 1.9: a variable's validation may name other variables. Import blocks with for_each need 1.7.
  required_version = ">= 1.9.0"

  required_providers {
    twilio = {
      source  = "twilio/twilio"
      version = "~> 0.18.46"
    }
  }

  backend "local" {}
}

# TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET come from the environment, so that no file of Terraform's has
# them. TWILIO_AUTH_TOKEN in place of key and secret works as well.
provider "twilio" {}
