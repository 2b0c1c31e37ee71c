/** Fields that say who gets voicemails, when, and what of callers is sent, shown or deleted; rules beside them. */
const FIELDS = [
  'enabled',
  'recipients',
  'archive',
  'fallback_recipient',
  'holidays',
  'time_zone',
  'email_content',
  'include_transcript',
  'show_callers',
  'retention',
  'require_tls',
];

/** True when ADMIN_EMAIL hears of a change: it decides, or may decide, what of voicemails goes where. */
export function isAdminNotified(changes: readonly { field: string }[]): boolean {
  return changes.some(({ field }) => FIELDS.includes(field) || /^rules(\..*)?$/.test(field));
}
