/**
 * Updates sandbox/schemas/openapi: `node scripts/vendor-schemas.mjs`. Takes Twilio's OpenAPI documents from the npm
 * package that carries them and keeps what the sandbox checks itself against: the resources it serves, without
 * descriptions. The package itself is an alpha release with 40 MB of dependencies, so it is not a dependency here.
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
    /^\/2010-04-01\/Accounts\/\{AccountSid\}\/(Calls|Queues|Recordings|Transcriptions|IncomingPhoneNumbers|Calls\/\{CallSid\}\/Recordings|Queues\/\{QueueSid\}\/Members|Recordings\/\{RecordingSid\}\/Transcriptions)(\/\{\w+\})?\.json$/,
  'twilio_taskrouter_v1.json':
    /^\/v1\/Workspaces\/\{\w+\}(\/(Activities|Events|Tasks|Tasks\/\{TaskSid\}\/Reservations|TaskChannels|TaskQueues|Workers|Workers\/\{WorkerSid\}\/Reservations|Workflows)(\/\{\w+\})?)?(\/(RealTimeStatistics|CumulativeStatistics))?$/,
  'twilio_sync_v1.json': /^\/v1\/Services\/\{\w+\}(\/(Documents|Maps|Lists)(\/\{\w+\}(\/Items(\/\{\w+\})?)?)?)?$/,
};
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

function referencedSchemas(schemas, from) {
  const found = new Set();
  const visit = (value) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      visit(schemas[name]);
    }
  };
  visit(from);
  return found;
}

/** One line per path and per schema, so that a change can be read. */
function format({ openapi, info, paths, components }) {
  const lines = (entries) =>
    Object.entries(entries)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{
  "openapi": ${JSON.stringify(openapi)},
  "info": ${JSON.stringify(info)},
  "paths": {
${lines(paths)}
  },
  "components": { "schemas": {
${lines(components.schemas)}
  } }
}
`;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'schemas-'));
try {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', PACKAGE, '--json'], { cwd: folder }).toString());
  execFileSync('tar', ['-xzf', filename], { cwd: folder });
  for (const [name, wanted] of Object.entries(DOCUMENTS)) {
    const source = readFileSync(path.join(folder, 'package/twilio-oai/spec/json', name), 'utf8');
    const { openapi, info, paths, components } = JSON.parse(source);
    const { title, license, version } = info;
    const kept = Object.fromEntries(
      Object.entries(paths)
        .filter(([route]) => wanted.test(route))
        .map(([route, item]) => [
          route,
          prune(Object.fromEntries(METHODS.flatMap((m) => (item[m] ? [[m, item[m]]] : [])))),
        ]),
    );
    const names = referencedSchemas(components.schemas, kept);
    const schemas = Object.fromEntries([...names].sort().map((one) => [one, prune(components.schemas[one])]));
    const document = { openapi, info: { title, license, version }, paths: kept, components: { schemas } };
    writeFileSync(path.join(TARGET, name), format(document));
    console.log(`${name}: ${Object.keys(kept).length} paths, ${names.size} schemas`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
