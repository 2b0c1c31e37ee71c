/**
 * Updates sandbox/schemas/openapi: `node scripts/vendor-schemas.mjs`. Takes Twilio's OpenAPI documents from the npm
 * package that carries them and keeps what the sandbox checks itself against: the resources it serves, without
 * descriptions. The package itself is an alpha release with 40 MB of dependencies, so it is not a dependency here.
 *
 * The mail APIs are in no package. `node scripts/vendor-schemas.mjs FILE...` takes them from checkouts of
 * https://github.com/twilio/sendgrid-oai (spec/json/tsg_mail_v3.json) and https://github.com/twilio/comms-oai
 * (spec/json/twilio_comms_v1.json), and nothing else.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './ensure-installed.mjs';

const PACKAGE = '@twilio-alpha/mcp@0.7.0';
const TARGET = path.join(root, 'sandbox/schemas/openapi');
/** Per document: the paths to keep. */
const DOCUMENTS = {
  'twilio_api_v2010.json':
    /^\/2010-04-01\/Accounts(\/\{Sid\}|\/\{AccountSid\}\/(Calls|Keys|Messages|Queues|Recordings|Transcriptions|IncomingPhoneNumbers|Calls\/\{CallSid\}\/Recordings|Queues\/\{QueueSid\}\/Members|Recordings\/\{RecordingSid\}\/Transcriptions)(\/\{\w+\})?)?\.json$/,
  'twilio_flex_v1.json': /^\/v1\/(Configuration$|PluginService\/)/,
  'twilio_monitor_v1.json': /^\/v1\/Alerts(\/\{Sid\})?$/,
  'twilio_serverless_v1.json': /^\/v1\/Services/,
  'twilio_studio_v2.json': /^\/v2\/Flows(\/Validate|\/\{Sid\}(\/Revisions(\/\{Revision\})?)?)?$/,
  'twilio_taskrouter_v1.json':
    /^\/v1\/Workspaces(\/\{\w+\}(\/(Activities|Events|Tasks|Tasks\/\{TaskSid\}\/Reservations|TaskChannels|TaskQueues|Workers|Workers\/\{WorkerSid\}\/(Channels|Reservations)|Workflows)(\/\{\w+\})?)?(\/(RealTimeStatistics|CumulativeStatistics))?)?$/,
  'twilio_sync_v1.json': /^\/v1\/Services(\/\{\w+\}(\/(Documents|Maps|Lists)(\/\{\w+\}(\/Items(\/\{\w+\})?)?)?)?)?$/,
  'twilio_voice_v1.json': /^\/v1\/DialingPermissions\/Countries(\/\{IsoCode\})?$/,
};
/** The same, of the documents that are given as files. */
const FILES = {
  'tsg_mail_v3.json': /^\/v3\/mail\/send$/,
  'twilio_comms_v1.json': /^\/Emails(\/\{emailId\}|\/Operations(\/\{operationId\})?)?$/,
};
/** What the kept paths may refer to. */
const COMPONENTS = ['schemas', 'requestBodies', 'responses', 'parameters'];
/** Of an operation: what the sandbox reads. */
const METHODS = ['get', 'post', 'delete'];
const DROPPED_KEYS = new Set(['description', 'summary', 'examples', 'example', 'externalDocs', 'tags', 'security']);

function prune(value) {
  if (Array.isArray(value)) return value.map(prune);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // A property may be called `description`; then it is a schema, not a text.
      .filter(([key, inner]) => !(DROPPED_KEYS.has(key) && !isSchema(inner)) && !key.startsWith('x-'))
      .map(([key, inner]) => [key, prune(inner)]),
  );
}

const isSchema = (value) => typeof value === 'object' && value !== null && ('type' in value || '$ref' in value);

/** @returns by kind, what the paths refer to, also indirectly */
function referencedComponents(components, from) {
  const found = Object.fromEntries(COMPONENTS.map((kind) => [kind, new Set()]));
  const visit = (value) => {
    for (const [, kind, name] of JSON.stringify(value).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (found[kind].has(name)) continue;
      found[kind].add(name);
      visit(components[kind][name]);
    }
  };
  visit(from);
  return Object.fromEntries(
    COMPONENTS.filter((kind) => found[kind].size > 0).map((kind) => [
      kind,
      Object.fromEntries([...found[kind]].sort().map((name) => [name, prune(components[kind][name])])),
    ]),
  );
}

/** One line per path and per component, so that a change can be read. */
function format({ openapi, info, servers, paths, components }) {
  const lines = (entries) =>
    Object.entries(entries)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n');
  const kinds = Object.entries(components).map(([kind, entries]) => `"${kind}": {\n${lines(entries)}\n  }`);
  return `{
  "openapi": ${JSON.stringify(openapi)},
  "info": ${JSON.stringify(info)},${servers === undefined ? '' : `\n  "servers": ${JSON.stringify(servers)},`}
  "paths": {
${lines(paths)}
  },
  "components": { ${kinds.join(', ')} }
}
`;
}

/** @param wanted the paths to keep */
function vendor(name, source, wanted) {
  const { openapi, info, servers, paths, components } = JSON.parse(source);
  const { title, license, version } = info;
  const kept = Object.fromEntries(
    Object.entries(paths)
      .filter(([route]) => wanted.test(route))
      .map(([route, item]) => [
        route,
        prune(Object.fromEntries(['parameters', ...METHODS].flatMap((m) => (item[m] ? [[m, item[m]]] : [])))),
      ]),
  );
  const used = referencedComponents(components, kept);
  const hasPath = servers?.some(({ url }) => new URL(url).pathname !== '/');
  const document = {
    openapi,
    info: { title, license, version },
    // Where the paths do not begin at the root.
    servers: hasPath ? servers.map(({ url }) => ({ url })) : undefined,
    paths: kept,
    components: used,
  };
  writeFileSync(path.join(TARGET, name), format(document));
  console.log(`${name}: ${Object.keys(kept).length} paths, ${Object.keys(used.schemas).length} schemas`);
}

const given = process.argv.slice(2);
for (const file of given) {
  const name = path.basename(file);
  if (!FILES[name]) throw new Error(`${name} is none of ${Object.keys(FILES).join(', ')}`);
  vendor(name, readFileSync(file, 'utf8'), FILES[name]);
}
if (given.length === 0) vendorPackage();

function vendorPackage() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'schemas-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', PACKAGE, '--json'], { cwd: folder }).toString());
    execFileSync('tar', ['-xzf', filename], { cwd: folder });
    for (const [name, wanted] of Object.entries(DOCUMENTS))
      vendor(name, readFileSync(path.join(folder, 'package/twilio-oai/spec/json', name), 'utf8'), wanted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
