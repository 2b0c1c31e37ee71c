import { readSchema } from '../../schema-file';

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
  /** Its version: 3.0 cannot say which fields may be null, 3.1 can. */
  openapi: string;
  /** Where the paths begin, if not at the root of the host. */
  servers?: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, ParameterSchema>;
    requestBodies?: Record<string, NonNullable<Operation['requestBody']>>;
  };
}

/**
 * Hosts whose interface is published, and the file that holds it; `scripts/vendor-schemas.mjs` updates them.
 * iam.twilio.com's token validator is in none.
 */
const FILES: Record<string, string> = {
  'api.twilio.com': 'twilio_api_v2010.json',
  'taskrouter.twilio.com': 'twilio_taskrouter_v1.json',
  'sync.twilio.com': 'twilio_sync_v1.json',
  'studio.twilio.com': 'twilio_studio_v2.json',
  'flex-api.twilio.com': 'twilio_flex_v1.json',
  'monitor.twilio.com': 'twilio_monitor_v1.json',
  'voice.twilio.com': 'twilio_voice_v1.json',
  'serverless.twilio.com': 'twilio_serverless_v1.json',
  'comms.twilio.com': 'twilio_comms_v1.json',
  'api.sendgrid.com': 'tsg_mail_v3.json',
};

const loaded = new Map<string, PublishedSpec>();

/**
 * Twilio's published OpenAPI for a host, read once per process. Undefined for a host without one.
 * @throws Error when the repository's copy is missing
 */
export function publishedSpec(host: string): PublishedSpec | undefined {
  const file = FILES[host];
  if (!file) return undefined;
  let spec = loaded.get(file);
  if (!spec) {
    spec = readSchema(`openapi/${file}`) as PublishedSpec;
    loaded.set(file, spec);
  }
  return spec;
}

/** The operation of a path as the specification writes it, e.g. `/v1/Services/{ServiceSid}/Documents`. */
export function findOperation(spec: PublishedSpec, method: string, path: string): Operation | undefined {
  const base = spec.servers?.[0] ? new URL(spec.servers[0].url).pathname : '';
  const item = path.startsWith(base) ? (spec.paths[path.slice(base.length)] as PathItem | undefined) : undefined;
  const operation = item?.[method.toLowerCase()] as Operation | undefined;
  return operation && { ...operation, parameters: [...(item?.parameters ?? []), ...(operation.parameters ?? [])] };
}

/** Its operations by method, and the parameters that they have in common. */
type PathItem = Record<string, Operation> & { parameters?: Parameter[] };

/** The schema of an operation's JSON body; undefined when it takes none. */
export function jsonBodySchema(spec: PublishedSpec, { requestBody }: Operation): object | undefined {
  const reference = (requestBody as { $ref?: string } | undefined)?.$ref?.replace('#/components/requestBodies/', '');
  const body = reference === undefined ? requestBody : spec.components.requestBodies?.[reference];
  return body?.content['application/json']?.schema;
}
