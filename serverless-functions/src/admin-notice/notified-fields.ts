/** Fields that say who gets voicemails, when, and what of callers is shown; rules beside them. */
const FIELDS = ['enabled', 'recipients', 'archive', 'holidays', 'time_zone', 'show_callers'];

/** True when ADMIN_EMAIL hears of a change: it decides, or may decide, where voicemails go. */
export function isAdminNotified(changes: readonly { field: string }[]): boolean {
  return changes.some(({ field }) => FIELDS.includes(field) || /^rules(\..*)?$/.test(field));
}
