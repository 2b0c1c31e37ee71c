import { createRestServer, type RestServer } from '../../../sandbox/src/rest/rest-server';
import { createWorld, type SandboxWorld } from '../../../sandbox/src/world/world';
import { openRest, type Resource, type TwilioRest } from '../../src/account/rest';

/** A new Flex account on this machine. */
export interface TestAccount {
  world: SandboxWorld;
  url: string;
  rest: TwilioRest;
  /** What a command reads its credentials from. */
  environment: Record<string, string>;
  /** Everything that a set-up might touch, without what differs from one account to another. */
  read(): Promise<Record<string, unknown>>;
  /** @throws when the account answered something that Twilio would not answer */
  close(): Promise<void>;
}

export async function openTestAccount(): Promise<TestAccount> {
  const world = createWorld({ preset: 'new-flex-account' });
  world.serverless.buildMs = 0;
  const server: RestServer = await createRestServer(world);
  const { accountSid, authToken } = world.account;
  const rest = openRest({ accountSid, username: accountSid, password: authToken }, server.url);
  return {
    world,
    url: server.url,
    rest,
    environment: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_STUB_URL: server.url },
    read: () => readAccount(rest),
    async close() {
      await server.close();
      expect(server.mismatches).toEqual([]);
    },
  };
}

/** Numbers of the account's things, by kind and in the order of their names, so that two accounts can be compared. */
async function readAccount(rest: TwilioRest): Promise<Record<string, unknown>> {
  const configuration = await rest.get('https://flex-api.twilio.com/v1/Configuration');
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${configuration.taskrouter_workspace_sid}`;
  const api = `https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}`;
  const services = await rest.list('https://serverless.twilio.com/v1/Services', 'services');
  const environments = await Promise.all(
    services.map(({ sid }) =>
      rest.list(`https://serverless.twilio.com/v1/Services/${sid}/Environments`, 'environments'),
    ),
  );
  const [release] = (await rest.get('https://flex-api.twilio.com/v1/PluginService/Releases?PageSize=1')).releases;
  const flows = await rest.list('https://studio.twilio.com/v2/Flows', 'flows');
  const things = {
    queues: await rest.list(`${workspace}/TaskQueues`, 'task_queues'),
    workflows: await rest.list(`${workspace}/Workflows`, 'workflows'),
    syncServices: await rest.list('https://sync.twilio.com/v1/Services', 'services'),
    services,
    environments: environments.flat(),
    variables: await Promise.all(
      environments
        .flat()
        .map(({ service_sid, sid }) =>
          rest.list(
            `https://serverless.twilio.com/v1/Services/${service_sid}/Environments/${sid}/Variables`,
            'variables',
          ),
        ),
    ),
    flows: await Promise.all(flows.map(({ sid }) => rest.get(`https://studio.twilio.com/v2/Flows/${sid}`))),
    keys: await rest.list(`${api}/Keys.json`, 'keys'),
    numbers: await rest.list(`${api}/IncomingPhoneNumbers.json`, 'incoming_phone_numbers'),
    configuration,
    plugins:
      release === undefined
        ? []
        : await rest.list(
            `https://flex-api.twilio.com/v1/PluginService/Configurations/${release.configuration_sid}/Plugins`,
            'plugins',
          ),
  };
  return withoutIdentity(things);
}

const VOLATILE = /^(date_|url$|links$|revision$|webhook_url$|etag$|friendly_name_sid$)/;

/** Replaces each SID and made-up secret by its kind, and leaves out times and addresses of resources. */
function withoutIdentity<T>(value: T): T {
  const text = JSON.stringify(value, (key, inner: unknown) => {
    if (VOLATILE.test(key)) return undefined;
    if (isVariable(inner) && /^(OUTBOX_TOKEN|SIGNING_KEYS|TWILIO_API_SECRET|DEPLOYED_BUILD)$/.test(inner.key))
      return { ...inner, value: '(made up)' };
    return inner;
  });
  return JSON.parse(text.replace(/\b(A[CP]|F[WVPJK]|IS|PN|SK|U[SO]|W[A-Z]|Z[A-Z]|TC)[0-9a-f]{32}\b/g, '$1…'));
}

const isVariable = (value: unknown): value is Resource & { key: string } =>
  typeof value === 'object' && value !== null && 'key' in value && 'value' in value;
