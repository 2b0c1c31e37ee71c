import { isRecord } from './is-record';
import { parse } from './parse';
import type { Infer, ObjectSchema, Schema } from './schema';

/** The fields of a document that can be read, and the items of lists that can. */
export function salvage<S extends ObjectSchema>(schema: S, data: unknown): Partial<Infer<S>> {
  const readable: Record<string, unknown> = {};
  if (!isRecord(data)) return readable as Partial<Infer<S>>;
  for (const [name, field] of Object.entries(schema.fields)) {
    const value = salvageValue(field, data[name]);
    if (value !== undefined) readable[name] = value;
  }
  return readable as Partial<Infer<S>>;
}

function salvageValue(schema: Schema, value: unknown): unknown {
  if (value === undefined) return undefined;
  const parsed = parse(schema, value);
  if (parsed.ok) return parsed.value;
  const present = unwrap(schema);
  if (present.kind !== 'list' || !Array.isArray(value)) return undefined;
  return value.flatMap((one) => {
    const item = parse(present.of, one);
    return item.ok ? [item.value] : [];
  });
}

/** The schema of a value that is present. */
export function unwrap(schema: Schema): Schema {
  return schema.kind === 'optional' || schema.kind === 'default' ? unwrap(schema.of) : schema;
}
