import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One thing of an account, as Twilio answers with it. */
export type Resource = Record<string, unknown> & { sid: string };

const COLLECTIONS: [pattern: RegExp, prefix: string][] = [
  [/^\/taskrouter\.twilio\.com\/v1\/Workspaces\/(?<workspace_sid>\w+)\/TaskQueues$/, 'WQ'],
  [/^\/taskrouter\.twilio\.com\/v1\/Workspaces\/(?<workspace_sid>\w+)\/Workflows$/, 'WW'],
  [/^\/sync\.twilio\.com\/v1\/Services$/, 'IS'],
  [/^\/studio\.twilio\.com\/v2\/Flows$/, 'FW'],
  [
    /^\/serverless\.twilio\.com\/v1\/Services\/(?<service_sid>\w+)\/Environments\/(?<environment_sid>\w+)\/Variables$/,
    'ZV',
  ],
];

const attributeName = (parameter: string) => parameter.replace(/(?<=[a-z])([A-Z])/g, '_$1').toLowerCase();

/** Twilio's types of parameters, and its ways with JSON. */
function typed(name: string, text: string): unknown {
  if (name === 'definition') return JSON.parse(text);
  if (name === 'configuration') return JSON.stringify(JSON.parse(text));
  if (text === 'true' || text === 'false') return text === 'true';
  return /(workers|timeout)$/.test(name) && /^\d+$/.test(text) ? Number(text) : text;
}

async function formOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, text]) => [attributeName(name), typed(attributeName(name), text)]),
  );
}

/** The five lists of an account that Terraform works on. */
export async function startInMemoryTwilio() {
  const resources = new Map<string, Resource>();
  const authorizations = new Set<string>();
  let count = 0;
  const server = createServer(async (request, response) => {
    const answer = (status: number, body?: object) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const url = request.url ?? '';
    authorizations.add(request.headers.authorization ?? '');
    const form = await formOf(request);
    const found = COLLECTIONS.map(([pattern, prefix]) => ({ match: pattern.exec(url), prefix })).find(
      (one) => one.match,
    );
    if (request.method === 'POST' && found?.match) {
      const sid = found.prefix + (++count).toString(16).padStart(32, '0');
      resources.set(`${url}/${sid}`, { ...found.match.groups, ...form, sid });
      return answer(201, resources.get(`${url}/${sid}`));
    }
    const resource = resources.get(url);
    if (resource === undefined)
      return answer(404, { code: 20404, message: `The requested resource ${url} was not found`, status: 404 });
    if (request.method === 'DELETE') {
      resources.delete(url);
      return answer(204);
    }
    if (request.method === 'POST') Object.assign(resource, form);
    return answer(200, resource);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** All of one kind: `WQ`, `WW`, `IS`, `FW`, `ZV`. */
    all: (prefix: string) => [...resources.values()].filter(({ sid }) => sid.startsWith(prefix)),
    size: () => resources.size,
    authorizations,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
