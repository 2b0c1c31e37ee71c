import { isRecord } from './is-record';
import type {
  ChoiceSchema,
  Infer,
  ListSchema,
  NumberSchema,
  ObjectSchema,
  Schema,
  SubsetSchema,
  TextSchema,
  UnionSchema,
} from './schema';

/** Where a document is not as its schema says: `recipients.3.address`, `rules.0.when.from`. */
export interface Issue {
  path: string;
  code: 'malformed' | 'too-long' | 'too-many' | 'missing' | 'duplicate';
  /** What is wrong, shortened; for `too-many`, how many of how many: `31/30`. */
  value?: string;
}

export type ParseResult<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

type Report = (path: string, code: Issue['code'], value?: string) => void;

/** Reads a value that comes from outside. The result shares unknown parts with `data`, and nothing else. */
export function parse<S extends Schema>(schema: S, data: unknown): ParseResult<Infer<S>> {
  const issues: Issue[] = [];
  const value = read(schema, data, '', (path, code, wrong) =>
    issues.push(wrong === undefined ? { path, code } : { path, code, value: wrong }),
  );
  return issues.length === 0 ? { ok: true, value: value as Infer<S> } : { ok: false, issues };
}

/** @returns undefined for a value that is not valid */
export function parseIfValid<S extends Schema>(schema: S, data: unknown): Infer<S> | undefined {
  const parsed = parse(schema, data);
  return parsed.ok ? parsed.value : undefined;
}

/**
 * Reads a value that is written in the code.
 * @throws TypeError when it is not valid
 */
export function parseOrThrow<S extends Schema>(schema: S, data: unknown): Infer<S> {
  const parsed = parse(schema, data);
  if (!parsed.ok) throw new TypeError(parsed.issues.map(({ path, code }) => `${path}: ${code}`).join(', '));
  return parsed.value;
}

function read(schema: Schema, data: unknown, path: string, report: Report): unknown {
  switch (schema.kind) {
    case 'optional':
      return data === undefined ? undefined : read(schema.of, data, path, report);
    case 'default':
      return read(schema.of, data === undefined ? schema.value : data, path, report);
    case 'fallback': {
      const parsed = parse(schema.of, data);
      return parsed.ok ? parsed.value : schema.value;
    }
    default:
      return data === undefined ? report(path, 'missing') : readPresent(schema, data, path, report);
  }
}

type PresentSchema = Exclude<Schema, { kind: 'optional' | 'default' | 'fallback' }>;

function readPresent(schema: PresentSchema, data: unknown, path: string, report: Report): unknown {
  switch (schema.kind) {
    case 'text':
      return readText(schema, data, path, report);
    case 'list':
      return readList(schema, data, path, report);
    case 'subset':
      return readSubset(schema, data, path, report);
    case 'object':
      return readObject(schema, data, path, report);
    case 'union':
      return readUnion(schema, data, path, report);
    default:
      return isSimpleValue(schema, data) ? data : report(path, 'malformed');
  }
}

function isSimpleValue(
  schema: Exclude<PresentSchema, { kind: 'text' | 'list' | 'subset' | 'object' | 'union' }>,
  data: unknown,
): boolean {
  switch (schema.kind) {
    case 'number':
      return isNumber(schema, data);
    case 'flag':
      return typeof data === 'boolean';
    case 'choice':
      return isChoice(schema, data);
    case 'dictionary':
      return isRecord(data);
  }
}

function isNumber({ integer, min, max }: NumberSchema, data: unknown): boolean {
  if (typeof data !== 'number' || !Number.isFinite(data)) return false;
  if (integer && !Number.isInteger(data)) return false;
  return (min === undefined || data >= min) && (max === undefined || data <= max);
}

const isChoice = ({ of }: ChoiceSchema | SubsetSchema, data: unknown) => of.some((one) => one === data);

function readText({ required, maxLength, invalidPart }: TextSchema, data: unknown, path: string, report: Report) {
  if (typeof data !== 'string') return report(path, 'malformed');
  if (required && data.trim() === '') return report(path, 'missing');
  if (maxLength !== undefined && data.length > maxLength) return report(path, 'too-long', truncate(data));
  const wrong = invalidPart?.(data);
  return wrong === undefined ? data : report(path, 'malformed', truncate(wrong));
}

function readList({ of, min = 0, max }: ListSchema, data: unknown, path: string, report: Report) {
  if (!Array.isArray(data)) return report(path, 'malformed');
  if (data.length < min) report(path, 'missing');
  if (max !== undefined && data.length > max) report(path, 'too-many', `${data.length}/${max}`);
  return data.map((item, index) => read(of, item, join(path, index), report));
}

function readSubset(schema: SubsetSchema, data: unknown, path: string, report: Report) {
  if (!Array.isArray(data) || !data.every((one) => isChoice(schema, one))) return report(path, 'malformed');
  if (data.length === 0) return report(path, 'missing');
  if (new Set(data).size < data.length) return report(path, 'duplicate');
  return [...data];
}

function readObject({ fields, unknown }: ObjectSchema, data: unknown, path: string, report: Report) {
  if (!isRecord(data)) return report(path, 'malformed');
  const result: Record<string, unknown> = unknown === 'kept' ? { ...data } : {};
  for (const [name, field] of Object.entries(fields)) {
    const value = read(field, data[name], join(path, name), report);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function readUnion({ tag, of }: UnionSchema, data: unknown, path: string, report: Report) {
  if (!isRecord(data)) return report(path, 'malformed');
  const option = of.find(({ fields }) => isChoice(fields[tag] as ChoiceSchema, data[tag]));
  return option === undefined ? report(join(path, tag), 'malformed') : readObject(option, data, path, report);
}

const join = (path: string, key: string | number) => (path === '' ? String(key) : `${path}.${key}`);

const MAX_VALUE_LENGTH = 80;
/** Enough to find a value, without ten thousand pasted characters. */
export const truncate = (value: string) =>
  value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}…` : value;
