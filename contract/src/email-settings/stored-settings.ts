import { type Infer, isRecord, type ObjectSchema, parse, parseOrThrow, salvage } from '../schema';
import { EMAIL_RULES_VERSION, EMAIL_SETTINGS_VERSION } from './limits';
import { type NotificationRules, notificationRulesSchema } from './rules';
import { type EmailRecipient, type EmailSettings, emailSettingsSchema } from './settings';

/** Migrates a document to the next version. */
export type Migration = (data: Record<string, unknown>) => Record<string, unknown>;
type Migrations = Readonly<Record<number, Migration>>;

/**
 * Migrations by the version they start from. Version 1 is the first of both. A new field needs no step: its default is
 * the earlier behavior.
 */
const SETTINGS_MIGRATIONS: Migrations = {};
const RULES_MIGRATIONS: Migrations = {};

/** What is stored, or why it cannot be used: `newer` was written by a later version and is left as it is. */
export type StoredResult<T> = { ok: true; value: T } | { ok: false; reason: 'corrupt' | 'newer' };

/**
 * Migrates a document to the current version, step by step. Unknown fields are kept.
 * @returns `newer` for a later version, which is never downgraded; `corrupt` when a migration step is missing
 */
export function migrate(data: unknown, current: number, migrations: Migrations): StoredResult<Record<string, unknown>> {
  if (!isRecord(data)) return { ok: false, reason: 'corrupt' };
  let document = data;
  for (;;) {
    const { version } = document;
    if (typeof version !== 'number' || !Number.isInteger(version)) return { ok: false, reason: 'corrupt' };
    if (version > current) return { ok: false, reason: 'newer' };
    if (version === current) return { ok: true, value: document };
    const step = migrations[version];
    if (step === undefined) return { ok: false, reason: 'corrupt' };
    document = { ...step(document), version: version + 1 };
  }
}

function parseStored<S extends ObjectSchema>(
  schema: S,
  data: unknown,
  current: number,
  migrations: Migrations,
): StoredResult<Infer<S>> {
  const migrated = migrate(data, current, migrations);
  if (!migrated.ok) return migrated;
  const parsed = parse(schema, migrated.value);
  return parsed.ok ? parsed : { ok: false, reason: 'corrupt' };
}

export const parseStoredSettings = (data: unknown): StoredResult<EmailSettings> =>
  parseStored(emailSettingsSchema, data, EMAIL_SETTINGS_VERSION, SETTINGS_MIGRATIONS);

export const parseStoredRules = (data: unknown): StoredResult<NotificationRules> =>
  parseStored(notificationRulesSchema, data, EMAIL_RULES_VERSION, RULES_MIGRATIONS);

/** What holds before anything was saved: everything on, to these recipients. */
export const defaultSettings = (recipients: EmailRecipient[] = []): EmailSettings => ({
  ...parseOrThrow(emailSettingsSchema, { version: EMAIL_SETTINGS_VERSION, enabled: true, recipients: [] }),
  recipients,
});

/** No rules: the settings' recipients get everything. */
export const emptyRules = (): NotificationRules =>
  parseOrThrow(notificationRulesSchema, { version: EMAIL_RULES_VERSION, rules: [] });

/**
 * The readable fields of a corrupt document, over the defaults. For display only, so that a supervisor can correct it;
 * mails are never sent by it.
 */
export function salvageSettings(data: unknown, fallback: EmailSettings): EmailSettings {
  return { ...fallback, ...salvage(emailSettingsSchema, data), version: EMAIL_SETTINGS_VERSION };
}
export function salvageRules(data: unknown): NotificationRules {
  return { ...emptyRules(), ...salvage(notificationRulesSchema, data), version: EMAIL_RULES_VERSION };
}
