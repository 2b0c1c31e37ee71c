import Ajv, { type ValidateFunction } from 'ajv';
import type { Operation, PublishedSpec } from './published-spec';

const RFC_2822 = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Compiled once in a process: the schemas do not change, and tests open many servers. */
const compiled = new WeakMap<Operation, Map<number, ValidateFunction | null>>();
const compilers = new WeakMap<PublishedSpec, Ajv>();

/**
 * Compares our own answer with the published interface.
 * @returns what differs, or undefined. Nulls are left out of the comparison: the specification marks few fields as
 *   nullable, Twilio's own examples in it have null in many more.
 */
export function findResponseProblem(
  spec: PublishedSpec,
  operation: Operation,
  status: number,
  body: unknown,
): string | undefined {
  if (status >= 400) return undefined;
  if (!operation.responses[status])
    return `status ${status} is not among ${Object.keys(operation.responses).join(', ')}`;
  const validate = responseValidator(spec, operation, status);
  if (!validate) return body === undefined ? undefined : 'a body where the specification has none';
  if (validate(withoutNulls(body))) return undefined;
  return validate.errors?.map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`).join('; ');
}

function responseValidator(spec: PublishedSpec, operation: Operation, status: number): ValidateFunction | null {
  let byStatus = compiled.get(operation);
  if (!byStatus) {
    byStatus = new Map();
    compiled.set(operation, byStatus);
  }
  let validate = byStatus.get(status);
  if (validate === undefined) {
    const schema = operation.responses[status]?.content?.['application/json']?.schema;
    validate = schema ? compilerFor(spec).compile(forAjv(schema) as object) : null;
    byStatus.set(status, validate);
  }
  return validate;
}

function compilerFor(spec: PublishedSpec): Ajv {
  let ajv = compilers.get(spec);
  if (!ajv) {
    ajv = new Ajv({ strict: false, logger: false });
    ajv.addFormat('date-time', ISO);
    ajv.addFormat('date-time-rfc-2822', RFC_2822);
    // The 2010 API's examples have relative addresses under this format.
    ajv.addFormat('uri', (text) => URL.canParse(text, 'https://api.twilio.com'));
    ajv.addSchema({ $id: 'published', components: forAjv(spec.components) });
    compilers.set(spec, ajv);
  }
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

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}
