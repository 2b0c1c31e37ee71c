import type { RestRequest } from '../route';
import type { Operation, ParameterSchema, PublishedSpec } from './published-spec';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** What is wrong with a request by the published interface; `path` problems mean that the resource cannot exist. */
export interface ParameterProblem {
  in: 'path' | 'fields';
  text: string;
}

/**
 * Checks names, presence and form of all parameters. Twilio ignores a parameter it does not know; here it is refused,
 * because in a product under test it is a misspelling.
 */
export function findParameterProblem(
  spec: PublishedSpec,
  operation: Operation,
  request: RestRequest,
  ignored: readonly string[] = [],
): ParameterProblem | undefined {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const known = new Map<string, ParameterSchema>(Object.entries(body?.properties ?? {}));
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'query') known.set(parameter.name, parameter.schema);
    if (parameter.in !== 'path') continue;
    const problem = findValueProblem(spec, parameter.schema, request.params[parameter.name] ?? '');
    if (problem) return { in: 'path', text: `${parameter.name} ${problem}` };
  }
  for (const name of request.fields.names()) {
    const schema = known.get(name);
    if (!schema && ignored.includes(name)) continue;
    if (!schema) return { in: 'fields', text: `${name} is not a parameter of ${operation.operationId}` };
    // Twilio caps a PageSize that is too large, and the official SDK counts on it; see page.ts.
    const checked = name === 'PageSize' ? { type: 'integer', minimum: 1 } : schema;
    const values = resolve(spec, checked).type === 'array' ? request.fields.list(name) : [request.fields.text(name)!];
    for (const value of values) {
      const problem = findValueProblem(spec, checked, value);
      if (problem) return { in: 'fields', text: `${name} ${problem}` };
    }
  }
  const missing = body?.required?.find((name) => !request.fields.has(name));
  return missing === undefined
    ? undefined
    : { in: 'fields', text: `Missing required parameter ${missing} in the post body` };
}

function findValueProblem(spec: PublishedSpec, reference: ParameterSchema, value: string): string | undefined {
  const schema = resolve(spec, reference);
  if (schema.type === 'array') return schema.items && findValueProblem(spec, schema.items, value);
  if (schema.enum && !schema.enum.includes(value)) return `must be one of ${schema.enum.join(', ')}, not "${value}"`;
  if (schema.type === 'integer' && !/^-?\d+$/.test(value)) return `must be an integer, not "${value}"`;
  if (schema.type === 'boolean' && !/^(true|false)$/i.test(value)) return `must be true or false, not "${value}"`;
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) return `"${value}" does not match ${schema.pattern}`;
  if (schema.format === 'date-time' && !DATE_TIME.test(value)) return `must be an ISO 8601 time, not "${value}"`;
  // An empty address removes the one that was set.
  if (schema.format === 'uri' && value !== '' && !URL.canParse(value)) return `must be an absolute URL, not "${value}"`;
  if (schema.minimum !== undefined && Number(value) < schema.minimum) return `must be at least ${schema.minimum}`;
  if (schema.maximum !== undefined && Number(value) > schema.maximum) return `must be at most ${schema.maximum}`;
  if (value.length < (schema.minLength ?? 0)) return `must have at least ${schema.minLength} characters`;
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
    return `must have at most ${schema.maxLength} characters`;
  return undefined;
}

function resolve(spec: PublishedSpec, schema: ParameterSchema): ParameterSchema {
  if (!schema.$ref) return schema;
  const named = spec.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
  return named ?? schema;
}
