import { createRestServer } from '../../../sandbox/src/rest/rest-server';
import { namedQueueSid } from '../../../sandbox/src/taskrouter/taskrouter';
import { createWorld } from '../../../sandbox/src/world/world';

/** One thing of an account, as Twilio answers with it. */
type Resource = Record<string, unknown> & { sid: string };
export type Account = Awaited<ReturnType<typeof openAccount>>;

/**
 * An account of the sandbox as Terraform finds it: with Flex's workspace, and Functions that were deployed once. Requests
 * and answers are checked against Twilio's OpenAPI files.
 */
export async function openAccount() {
  const world = createWorld();
  world.serverless.buildMs = 0;
  const server = await createRestServer(world);
  const { accountSid, authToken, apiKeys } = world.account;
  const [apiKey, apiSecret] = [...apiKeys][0]!;
  const workspace = `taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}`;

  async function send(method: string, path: string, form?: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(`${server.url}/${path}`, {
      method,
      headers: { Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      body: form && new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
  }
  const list = async (path: string, key: string) => (await send('GET', path))[key] as Resource[];

  const services = 'serverless.twilio.com/v1/Services';
  const service = await send('POST', services, {
    UniqueName: 'callback-and-voicemail-with-email',
    FriendlyName: 'callback-and-voicemail-with-email',
  });
  const environments = `${services}/${service.sid}/Environments`;
  const environment = await send('POST', environments, { UniqueName: 'dev', DomainSuffix: 'dev' });
  const variables = `${environments}/${environment.sid}/Variables`;
  const channels = await list(`${workspace}/TaskChannels`, 'channels');

  /** Where each kind of thing is that Terraform makes, and what its list is called. */
  const kinds = {
    queues: [`${workspace}/TaskQueues`, 'task_queues'],
    workflows: [`${workspace}/Workflows`, 'workflows'],
    syncServices: ['sync.twilio.com/v1/Services', 'services'],
    flows: ['studio.twilio.com/v2/Flows', 'flows'],
    variables: [variables, 'variables'],
  } as const;
  type Kind = keyof typeof kinds;
  const all = async (kind: Kind) => {
    const [path, key] = kinds[kind];
    // Lists of flows leave the definitions out.
    const listed = await list(path, key);
    return (await Promise.all(listed.map(({ sid }) => send('GET', `${path}/${sid}`)))) as Resource[];
  };
  const contents = async () =>
    Object.fromEntries(await Promise.all((Object.keys(kinds) as Kind[]).map(async (kind) => [kind, await all(kind)])));
  const before = (await contents()) as Record<Kind, Resource[]>;
  const made = async (kind: Kind) =>
    (await all(kind)).filter(({ sid }) => !before[kind].some((earlier) => earlier.sid === sid));

  return {
    url: server.url,
    credentials: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiSecret },
    /** What a person fills in. */
    values: {
      TWILIO_FLEX_WORKSPACE_SID: world.workspaceSid,
      VOICE_CHANNEL_SID: channels.find(({ unique_name }) => unique_name === 'voice')!.sid,
      CALL_QUEUE_SID: namedQueueSid('Support'),
      SERVERLESS_DOMAIN: String(environment.domain_name),
      SERVERLESS_SID: String(service.sid),
      SERVERLESS_ENV_SID: String(environment.sid),
    },
    /** Everything that Terraform could touch. */
    contents,
    /** What was there before anything was made. */
    before,
    /** What came since, of one kind. */
    made,
    /** The only one that came since. */
    async only(kind: Kind): Promise<Resource> {
      const found = await made(kind);
      if (found.length !== 1) throw new Error(`${found.length} ${kind} were made, not one`);
      return found[0]!;
    },
    /** The Functions' variables by name. */
    variables: async () => Object.fromEntries((await all('variables')).map(({ key, value }) => [String(key), value])),
    /** Changes something, as in the Console. */
    change: (kind: Kind, sid: string, form: Record<string, string>) => send('POST', `${kinds[kind][0]}/${sid}`, form),
    remove: (kind: Kind, sid: string) => send('DELETE', `${kinds[kind][0]}/${sid}`),
    /** Ends it. @throws if an answer was not as Twilio publishes it */
    async close() {
      await server.close();
      if (server.mismatches.length > 0) throw new Error(JSON.stringify(server.mismatches));
    },
  };
}
