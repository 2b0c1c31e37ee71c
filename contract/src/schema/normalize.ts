import { isRecord } from './is-record';
import type { Fields, Schema } from './schema';

/**
 * What a user typed, in its stored form: optional texts are trimmed, and absent when nothing is left; fields that are
 * null are absent; texts get the form their schema asks for. Values that do not match the schema are kept.
 */
export function normalize(schema: Schema, data: unknown): unknown {
  switch (schema.kind) {
    case 'optional': {
      const of = schema.of;
      if (of.kind !== 'text' || typeof data !== 'string') return normalize(of, data);
      const trimmed = data.trim();
      return trimmed === '' ? undefined : normalize(of, trimmed);
    }
    case 'default':
      return normalize(schema.of, data);
    case 'text':
      return typeof data === 'string' && schema.normalize !== undefined ? schema.normalize(data) : data;
    case 'list':
      return Array.isArray(data) ? data.map((item) => normalize(schema.of, item)) : data;
    case 'object':
      return isRecord(data) ? normalizeFields(schema.fields, data) : data;
    default:
      return data;
  }
}

function normalizeFields(fields: Fields, data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      if (value === null) return [];
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const normalized = field === undefined ? value : normalize(field, value);
      return normalized === undefined ? [] : [[name, normalized]];
    }),
  );
}
