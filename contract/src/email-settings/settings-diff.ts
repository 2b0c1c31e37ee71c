import { isRecord } from '../schema';
import type { NotificationRule, NotificationRules } from './rules';
import type { EmailSettings } from './settings';

export interface SettingsAndRules {
  settings: EmailSettings;
  rules: NotificationRules;
}

type KnownKey<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: true };

/** A field as the audit and conflicts name it. */
export type SettingsFieldName =
  | Exclude<KnownKey<EmailSettings>, 'version' | 'saved'>
  | 'holidays'
  | 'rules.match'
  | 'rules.order';

/** What became of one field. */
export interface FieldChange {
  /** `SettingsFieldName`, `rules.<id>` for each rule, or a field that this version does not know. */
  field: string;
  /** Canonical JSON; absent: there was none. */
  from?: string;
  to?: string;
}

/** Not chosen by anybody, or compared in parts. */
const SKIPPED_FIELDS = new Set(['version', 'saved', 'rules']);

/** What saving `after` over `before` changes: fields, and rules one by one. */
export function diffSettings(before: SettingsAndRules, after: SettingsAndRules): FieldChange[] {
  const changes: FieldChange[] = [];
  const compare = (field: string, from: unknown, to: unknown) => {
    const [was, is] = [canonicalJson(from), canonicalJson(to)];
    if (was === is) return;
    changes.push({ field, ...(was === undefined ? {} : { from: was }), ...(is === undefined ? {} : { to: is }) });
  };
  for (const field of fieldNames(before.settings, after.settings))
    compare(field, before.settings[field], after.settings[field]);
  for (const field of fieldNames(before.rules, after.rules))
    compare(field === 'match' ? 'rules.match' : field, before.rules[field], after.rules[field]);
  const [was, is] = [rulesById(before), rulesById(after)];
  for (const id of new Set([...was.keys(), ...is.keys()])) compare(`rules.${id}`, was.get(id), is.get(id));
  // Where only the first matching rule counts, their order is a rule as well.
  const kept = ({ rules }: SettingsAndRules) =>
    rules.rules.map(({ id }) => id).filter((id) => was.has(id) && is.has(id));
  compare('rules.order', kept(before), kept(after));
  return changes;
}

/** Names of the fields that `diffSettings` compares. */
export function fieldNames(...objects: object[]): string[] {
  return [...new Set(objects.flatMap((one) => Object.keys(one)))].filter((field) => !SKIPPED_FIELDS.has(field));
}

export function rulesById({ rules }: Pick<SettingsAndRules, 'rules'>): Map<string, NotificationRule> {
  return new Map(rules.rules.map((rule) => [rule.id, rule]));
}

/** JSON with its keys in order, so that the same content is the same text. */
export function canonicalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) =>
    isRecord(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}
