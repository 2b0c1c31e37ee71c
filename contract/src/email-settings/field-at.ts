import { type PathOf, type Schema, schemaAt } from '../schema';
import { notificationRulesSchema } from './rules';
import { emailSettingsSchema } from './settings';

/** Where a field of the settings or rules may be, with `*` for any index: `rules.*.recipients.*.address`. */
export type SettingsFieldPath = PathOf<typeof emailSettingsSchema> | PathOf<typeof notificationRulesSchema>;

/** The schema of what is at a path of the settings or rules, e.g. for its limits; undefined where there is none. */
export function fieldSchemaAt(path: string): Schema | undefined {
  return schemaAt(emailSettingsSchema, path) ?? schemaAt(notificationRulesSchema, path);
}

/** The most characters that the text at a path may have. */
export function maxLengthAt(path: string): number | undefined {
  const schema = fieldSchemaAt(path);
  return schema?.kind === 'text' ? schema.maxLength : undefined;
}
