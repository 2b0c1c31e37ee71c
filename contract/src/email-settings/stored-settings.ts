import * as z from 'zod/mini';
import { EMAIL_RULES_VERSION, EMAIL_SETTINGS_VERSION } from './limits';
import { notificationRulesSchema } from './rules';
import { emailSettingsSchema } from './settings';
import type { EmailSettings, NotificationRules } from './types';

/** Makes a document of one version into one of the next. */
export type Migration = (data: Record<string, unknown>) => Record<string, unknown>;
type Migrations = Readonly<Record<number, Migration>>;

/**
 * By the version they start from. Version 1 is the first of both; a field that is merely new needs no step, since its
 * default is what held before there was one.
 */
const SETTINGS_MIGRATIONS: Migrations = {};
const RULES_MIGRATIONS: Migrations = {};

/** What is stored, or why it cannot be used: `newer` was written by a later version and is left as it is. */
export type StoredResult<T> = { ok: true; value: T } | { ok: false; reason: 'corrupt' | 'newer' };

/**
 * Brings a document to the current version, one step after the other; unknown fields go along.
 * @returns `newer` for a later version, which is never made older; `corrupt` for one from which no step leads on
 */
export function migrate(data: unknown, current: number, migrations: Migrations): StoredResult<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { ok: false, reason: 'corrupt' };
  let document = data as Record<string, unknown>;
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

function parseStored<T>(
  data: unknown,
  current: number,
  migrations: Migrations,
  parse: (data: unknown) => z.core.util.SafeParseResult<T>,
): StoredResult<T> {
  const migrated = migrate(data, current, migrations);
  if (!migrated.ok) return migrated;
  const parsed = parse(migrated.value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reason: 'corrupt' };
}

export const parseStoredSettings = (data: unknown): StoredResult<EmailSettings> =>
  parseStored(data, EMAIL_SETTINGS_VERSION, SETTINGS_MIGRATIONS, (one) => emailSettingsSchema.safeParse(one));

export const parseStoredRules = (data: unknown): StoredResult<NotificationRules> =>
  parseStored(data, EMAIL_RULES_VERSION, RULES_MIGRATIONS, (one) => notificationRulesSchema.safeParse(one));

/** No rules: the settings' recipients get everything. */
export const emptyRules = (): NotificationRules =>
  notificationRulesSchema.parse({ version: EMAIL_RULES_VERSION, rules: [] });

/**
 * The readable fields of a corrupt document, over the defaults. For display only, so that a supervisor can correct it;
 * mails are never sent by it.
 */
export function salvageSettings(data: unknown, fallback: EmailSettings): EmailSettings {
  return { ...fallback, ...salvage(data, emailSettingsSchema.shape), version: EMAIL_SETTINGS_VERSION };
}
export function salvageRules(data: unknown): NotificationRules {
  return { ...emptyRules(), ...salvage(data, notificationRulesSchema.shape), version: EMAIL_RULES_VERSION };
}

function salvage(data: unknown, shape: Record<string, z.core.$ZodType>): Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  const readable: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(shape)) {
    const value = (data as Record<string, unknown>)[field];
    if (value === undefined) continue;
    const parsed = z.safeParse(schema, value);
    if (parsed.success) readable[field] = parsed.data;
    else if (Array.isArray(value) && schema instanceof z.ZodMiniArray)
      readable[field] = value.flatMap((one) => {
        const item = z.safeParse(schema.def.element as z.core.$ZodType, one);
        return item.success ? [item.data] : [];
      });
  }
  return readable;
}
