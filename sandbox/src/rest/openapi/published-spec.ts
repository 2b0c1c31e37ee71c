import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The part of JSON Schema that Twilio's OpenAPI uses for parameters. */
export interface ParameterSchema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: ParameterSchema;
}
interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  schema: ParameterSchema;
}
interface BodySchema {
  properties?: Record<string, ParameterSchema>;
  required?: string[];
}
export interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: BodySchema }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
export interface PublishedSpec {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, ParameterSchema> };
}

/** Hosts whose interface is published, and the file that holds it. iam.twilio.com's token validator is in none. */
const FILES: Record<string, string> = {
  'api.twilio.com': 'twilio_api_v2010.json',
  'taskrouter.twilio.com': 'twilio_taskrouter_v1.json',
  'sync.twilio.com': 'twilio_sync_v1.json',
};

const loaded = new Map<string, PublishedSpec>();

/**
 * Twilio's published OpenAPI for a host, from the npm package that carries it; read once in a process (11 ms for the
 * largest). Undefined for a host without one.
 * @throws Error when the package is not installed
 */
export function publishedSpec(host: string): PublishedSpec | undefined {
  const file = FILES[host];
  if (!file) return undefined;
  let spec = loaded.get(file);
  if (!spec) {
    const home = dirname(createRequire(__filename).resolve('@twilio-alpha/mcp/package.json'));
    spec = JSON.parse(readFileSync(join(home, 'twilio-oai', 'spec', 'json', file), 'utf8')) as PublishedSpec;
    loaded.set(file, spec);
  }
  return spec;
}

/** The operation of a path as the specification writes it, e.g. `/v1/Services/{ServiceSid}/Documents`. */
export function findOperation(spec: PublishedSpec, method: string, path: string): Operation | undefined {
  return spec.paths[path]?.[method.toLowerCase()];
}
