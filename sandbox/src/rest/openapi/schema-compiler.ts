import Ajv, { type ValidateFunction } from 'ajv';
import type { PublishedSpec } from './published-spec';

const RFC_2822 = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const EMAIL = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]+$/;
const BASE_64 = /^[A-Za-z0-9+/]*={0,2}$/;

const compilers = new WeakMap<PublishedSpec, Ajv>();

/** One schema of a published interface, with what it refers to. */
export function compileSchema(spec: PublishedSpec, schema: object): ValidateFunction {
  return compilerFor(spec).compile(forAjv(schema) as object);
}

/**
 * The same for what a client sends: a property that is not published is refused, because in a product under test it is a
 * misspelling, and every problem is named.
 */
export function compileClosedSchema(spec: PublishedSpec, schema: object): ValidateFunction {
  const ajv = createCompiler({ allErrors: true });
  ajv.addSchema({ $id: 'published', components: closed(forAjv(spec.components)) as object });
  return ajv.compile(closed(forAjv(schema)) as object);
}

function compilerFor(spec: PublishedSpec): Ajv {
  let ajv = compilers.get(spec);
  if (!ajv) {
    ajv = createCompiler({});
    ajv.addSchema({ $id: 'published', components: forAjv(spec.components) });
    compilers.set(spec, ajv);
  }
  return ajv;
}

function createCompiler(options: { allErrors?: boolean }): Ajv {
  const ajv = new Ajv({ strict: false, logger: false, ...options });
  ajv.addFormat('date-time', ISO);
  ajv.addFormat('date-time-rfc-2822', RFC_2822);
  ajv.addFormat('email', EMAIL);
  ajv.addFormat('byte', (text: string) => text.length % 4 === 0 && BASE_64.test(text));
  // The 2010 API's examples have relative addresses under this format.
  ajv.addFormat('uri', (text) => URL.canParse(text, 'https://api.twilio.com'));
  return ajv;
}

/** OpenAPI 3.0 is not JSON Schema: `nullable` without a type stops ajv, and references point into another document. */
function forAjv(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(forAjv);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'nullable' && typeof value === 'boolean'))
      .map(([key, value]) => [key, key === '$ref' ? `published${value}` : forAjv(value)]),
  );
}

/** Objects that list their properties have no others, unless the schema says so. Not for parts of an `allOf`. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const listsProperties = 'type' in schema && schema.type === 'object' && 'properties' in schema;
  return listsProperties && !('additionalProperties' in schema) ? { ...inner, additionalProperties: false } : inner;
}
