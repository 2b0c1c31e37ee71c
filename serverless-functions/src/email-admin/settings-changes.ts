import type { AuditChange, EmailSettings, NotificationRules } from '@callback-and-voicemail/contract';

interface SettingsAndRules {
  settings: EmailSettings;
  rules: NotificationRules;
}
/** Not chosen by anybody. */
const IGNORED_FIELDS = new Set(['version', 'saved', 'rules']);

/** What a save changes, field by field and rule by rule, as JSON of before and after. */
export function diffSettings(before: SettingsAndRules, after: SettingsAndRules): AuditChange[] {
  const changes: AuditChange[] = [];
  const compare = (field: string, from: unknown, to: unknown) => {
    const [was, is] = [canonicalJson(from), canonicalJson(to)];
    if (was === is) return;
    changes.push({ field, ...(was === undefined ? {} : { from: was }), ...(is === undefined ? {} : { to: is }) });
  };
  for (const field of comparedFields(before.settings, after.settings))
    compare(field, before.settings[field], after.settings[field]);
  for (const field of comparedFields(before.rules, after.rules))
    compare(field === 'match' ? 'rules.match' : field, before.rules[field], after.rules[field]);
  const was = new Map(before.rules.rules.map((rule) => [rule.id, rule]));
  const is = new Map(after.rules.rules.map((rule) => [rule.id, rule]));
  for (const id of new Set([...was.keys(), ...is.keys()])) compare(`rules.${id}`, was.get(id), is.get(id));
  // Where only the first rule that holds counts, their order is a rule as well.
  const kept = (rules: NotificationRules) => rules.rules.map(({ id }) => id).filter((id) => was.has(id) && is.has(id));
  compare('rules.order', kept(before.rules), kept(after.rules));
  return changes;
}

/** True when recipients were added, or may have been. */
export function affectsRecipients(changes: AuditChange[]): boolean {
  return changes.some(({ field }) => /^(recipients|archive|rules(\..*)?|holidays)$/.test(field));
}

/** Cut to what a note has room for: long values first, then all of them. */
export function truncateChanges(changes: AuditChange[], valueCharacters: number, totalBytes: number): AuditChange[] {
  const cut = (text: string | undefined) =>
    text !== undefined && text.length > valueCharacters ? `${text.slice(0, valueCharacters)}…` : text;
  const short = changes.map(({ field, from, to }) => ({
    field,
    ...(from === undefined ? {} : { from: cut(from) }),
    ...(to === undefined ? {} : { to: cut(to) }),
  }));
  const fits = (list: AuditChange[]) => Buffer.byteLength(JSON.stringify(list)) <= totalBytes;
  if (fits(short)) return short;
  const names = short.map(({ field }) => ({ field }));
  return fits(names) ? names : [{ field: 'all' }];
}

function comparedFields(...objects: object[]): string[] {
  return [...new Set(objects.flatMap((one) => Object.keys(one)))].filter((field) => !IGNORED_FIELDS.has(field));
}

/** JSON with its keys in order, so that the same content is the same text. */
export function canonicalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
