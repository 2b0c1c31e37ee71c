import { isObject } from '../world/is-object';
import { badRequest, TwilioError } from '../world/twilio-error';
import type { ServerlessDependency } from './types';

/** OpenAPI serverless v1: greatest lengths. */
const MAX = { serviceName: 50, environmentName: 100, domainSuffix: 16, friendlyName: 255, path: 255, key: 128 };
/** OpenAPI serverless v1, Variable.value: "a maximum of 450 bytes in size". */
const MAX_VALUE_BYTES = 450;
/** What the platform has, of what npm has or not (https://github.com/twilio-labs/serverless-toolkit/issues/564). */
const RUNTIME_HANDLER = '@twilio/runtime-handler';
const RUNTIME_HANDLERS = ['2.0.1', '2.1.2'];
const HANDLER_PAGE = 'https://www.twilio.com/docs/serverless/functions-assets/handler';
/** Of those in OpenAPI serverless v1, build_enum_runtime; which are still taken is assumed. */
const RUNTIMES = ['node18', 'node20', 'node22'];
const DEFAULT_RUNTIME = 'node22';

/** Code and status are assumed; the texts are Twilio's where an issue quotes them. */
export function alreadyExists(message: string): TwilioError {
  return new TwilioError(409, 20409, message);
}

/** It becomes part of a domain's name. @throws TwilioError 400 */
export function validServiceName(name: string): string {
  if (/^[A-Za-z0-9]([\w-]*[A-Za-z0-9])?$/.test(name) && name.length <= MAX.serviceName) return name;
  throw badRequest(`UniqueName must be URL-friendly and have at most ${MAX.serviceName} characters`);
}

/** @throws TwilioError 400 */
export function validEnvironmentName(name: string): string {
  if (name !== '' && name.length <= MAX.environmentName) return name;
  throw badRequest(`UniqueName must have from 1 to ${MAX.environmentName} characters`);
}

/** @throws TwilioError 400 */
export function validDomainSuffix(suffix: string | undefined): string | null {
  if (suffix === undefined || suffix === '') return null;
  if (/^[A-Za-z0-9-]+$/.test(suffix) && suffix.length <= MAX.domainSuffix) return suffix;
  throw badRequest(`DomainSuffix must be URL-friendly and have at most ${MAX.domainSuffix} characters`);
}

/** @throws TwilioError 400 */
export function validFriendlyName(name: string): string {
  if (name !== '' && name.length <= MAX.friendlyName) return name;
  throw badRequest(`FriendlyName must have from 1 to ${MAX.friendlyName} characters`);
}

/** "the path will automatically be prepended with" a slash (OpenAPI serverless v1). @throws TwilioError 400 */
export function validPath(given: string | undefined): string {
  if (given === undefined || given === '') throw badRequest('Path is required');
  const path = given.startsWith('/') ? given : `/${given}`;
  if (path.length > MAX.path) throw badRequest(`Path must have at most ${MAX.path} characters`);
  // `..` would lead out of the folder that a deployment is run from.
  if (/^(\/[\w.~!$&'()*+,;=:@%-]+)+$/.test(path) && !path.split('/').includes('..')) return path;
  throw badRequest(`Path "${path}" is not URL-friendly`);
}

/** The form of a key is assumed: what can be a variable of a process. @throws TwilioError 400 */
export function validKey(key: string): string {
  if (/^[A-Za-z_]\w*$/.test(key) && key.length <= MAX.key) return key;
  throw badRequest(`Key "${key}" must have letters, digits and underscores only, and at most ${MAX.key} characters`);
}

/** @throws TwilioError 400 over 450 bytes */
export function validValue(value: string): string {
  const bytes = Buffer.byteLength(value);
  if (bytes <= MAX_VALUE_BYTES) return value;
  throw badRequest(`Value has ${bytes} bytes, more than the maximum of ${MAX_VALUE_BYTES}`);
}

/** @throws TwilioError 400 for one that builds can no longer have (https://github.com/twilio/twilio-cli/issues/252) */
export function validRuntime(runtime: string = DEFAULT_RUNTIME): string {
  // Flex's plugin builder asks for `latest`.
  if (runtime === 'latest') return DEFAULT_RUNTIME;
  if (RUNTIMES.includes(runtime)) return runtime;
  throw badRequest(`unsupported runtime: ${runtime}`);
}

/**
 * The dependencies of a build: a list as JSON text. Twilio's own client puts it between quotes that are not escaped.
 * @throws TwilioError 400 for another form, or a version of the runtime handler that the platform does not have
 */
export function readDependencies(text: string | undefined): ServerlessDependency[] {
  if (text === undefined || text === '') return [];
  const dependencies = parseList(text.replace(/^"(.*)"$/s, '$1')).map((one) => {
    const { name, version } = isObject(one) ? one : {};
    if (typeof name === 'string' && typeof version === 'string') return { name, version };
    throw badRequest('Dependencies must be a list of objects with name and version');
  });
  const handler = dependencies.find(({ name }) => name === RUNTIME_HANDLER);
  if (handler && !RUNTIME_HANDLERS.includes(handler.version.replace(/^[\^~]/, ''))) {
    throw badRequest(
      `Some dependencies could not be validated. No matching version found for ${RUNTIME_HANDLER}@${handler.version}. You can find the valid versions at ${HANDLER_PAGE}`,
    );
  }
  return dependencies;
}

function parseList(text: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Refused below: what matters to the client is that it is no list.
  }
  throw badRequest('Dependencies must be a JSON list');
}
