#!/bin/sh
# Continues work whose time has come. Settings come from a file, since arguments show in lists of processes:
#   FUNCTIONS_URL=https://callback-and-voicemail-with-email-1234.twil.io
#   OUTBOX_TOKEN=...
# Keep it readable by its user alone: chmod 600.
set -eu
. "${SETTINGS_FILE:-/etc/voicemail/scheduler.env}"
# The header comes from standard input, not from an argument.
printf 'header = "Authorization: Bearer %s"\n' "$OUTBOX_TOKEN" |
  curl --config - --fail --silent --show-error --max-time 15 --request POST \
    "$FUNCTIONS_URL/features/callback-and-voicemail-with-email/email/run-outbox"
