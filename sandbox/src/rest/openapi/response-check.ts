import type { ValidateFunction } from 'ajv';
import type { Operation, PublishedSpec } from './published-spec';
import { compileSchema } from './schema-compiler';

/** Compiled once in a process: the schemas do not change, and tests open many servers. */
const compiled = new WeakMap<Operation['responses'], Map<number, ValidateFunction | null>>();

/**
 * Compares our own answer with the published interface.
 * @returns what differs, or undefined. Nulls are left out of the comparison with OpenAPI 3.0: those
 *   specifications mark few fields as nullable, Twilio's own examples in them have null in many more.
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
  if (validate(spec.openapi.startsWith('3.0') ? withoutNulls(body) : body)) return undefined;
  return validate.errors?.map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`).join('; ');
}

function responseValidator(spec: PublishedSpec, operation: Operation, status: number): ValidateFunction | null {
  let byStatus = compiled.get(operation.responses);
  if (!byStatus) {
    byStatus = new Map();
    compiled.set(operation.responses, byStatus);
  }
  let validate = byStatus.get(status);
  if (validate === undefined) {
    const schema = operation.responses[status]?.content?.['application/json']?.schema;
    validate = schema ? compileSchema(spec, schema) : null;
    byStatus.set(status, validate);
  }
  return validate;
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
