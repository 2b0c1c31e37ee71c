import { notFound, TwilioError } from '../world/twilio-error';
import type { SandboxWorld } from '../world/world';
import { type AccountConfiguration, configurationBody } from './account-configuration';
import { authenticate, type FlexUser, readToken } from './authentication';
import { silentWav } from './silent-wav';
import type { TaskRouterRest } from './taskrouter-rest';

/** A request of the page to a host of Twilio's, as the shim passed it on. */
export interface HostRequest {
  host: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
export interface HostResponse {
  status: number;
  /** Sent as JSON, unless `bytes` are given. */
  body?: unknown;
  bytes?: { type: string; content: Buffer };
}

interface HostRoute {
  method: 'GET' | 'POST';
  host: RegExp;
  path: RegExp;
  /** Needs no token. */
  isPublic?: true;
  handle(request: HostRequest, who: FlexUser): HostResponse | Promise<HostResponse>;
}

export interface HostsOptions {
  world: SandboxWorld;
  configuration: AccountConfiguration;
  /** As Flex's plugin service lists them. */
  plugins: () => readonly object[];
  eventBridge: (body: string, ifMatch: string | undefined) => unknown;
  taskRouter: TaskRouterRest;
}

const ok = (body: unknown): HostResponse => ({ status: 200, body });
const file = (type: string, content: Buffer | string): HostResponse => ({
  status: 200,
  bytes: { type, content: Buffer.from(content) },
});

/** Everything Flex asks over HTTP while it starts and works (docs/flex-protocols.md 3), by host and path. */
export function createHosts({ world, configuration, plugins, eventBridge, taskRouter }: HostsOptions) {
  const { accountSid } = world.account;
  // The same as over REST: what setup changes is what Flex reads when it is next opened.
  Object.assign(world.flex.configuration, configurationBody(world, configuration));
  const route = (
    method: HostRoute['method'],
    host: RegExp,
    path: RegExp,
    answer: HostRoute['handle'],
    open?: true,
  ): HostRoute => ({ method, host, path, handle: answer, ...(open ? { isPublic: open } : {}) });

  const routes: HostRoute[] = [
    route('GET', /^flex-api\./, /^\/v1\/Configuration$/, () => ok(world.flex.configuration)),
    route('POST', /^flex-api\./, /^\/v1\/Accounts\/AC\w+\/Tokens\/Info$/, (request) => {
      const given = new URLSearchParams(request.body).get('Token') ?? undefined;
      const { token, worker } = authenticate(world, given);
      return ok({
        identity: token.identity,
        roles: token.roles,
        expiration: new Date(token.expiresAt).toISOString(),
        flex_user_sid: token.realmUserId.replace(/^US/, 'FU'),
        worker_sid: worker.sid,
        account_sid: accountSid,
        valid: true,
      });
    }),
    route('GET', /^flex-api\./, /^\/v1\/Instances\/GO\w+\/Teams\/Context$/, () => ok({ team_setup_complete: false })),
    // The channel "email" of Flex Conversations is not set up in this account.
    route('GET', /^flex-api\./, /^\/v1\/account\/provision\/status$/, () => ok({ status: 'inactive' })),
    route('GET', /^flex\./, /^\/api\/v1\/Session$/, () => ok({ features: [], insightsActive: false })),
    route('GET', /^flex\./, /^\/plugins$/, () => ok(plugins())),
    route(
      'POST',
      /^event-bridge\./,
      /^\/v1\/wschannels$/,
      ({ body, headers }) => {
        const ifMatch = headers['if-match'];
        return ok({ payload: eventBridge(body, typeof ifMatch === 'string' ? ifMatch : undefined) });
      },
      true,
    ),
    route('GET', /^taskrouter\./, /^\/v1\/Workspaces\//, ({ method, host, path, query }) => {
      const answer = taskRouter({ method: 'GET', path, query });
      if (!answer) throw notModeled(world, method, `${host}${path}`, query);
      return ok(answer.body);
    }),
    route(
      'GET',
      /^status\./,
      /^\/api\/v2\/summary\.json$/,
      () =>
        ok({
          status: { indicator: 'none', description: 'All Systems Operational' },
          components: [],
          incidents: [],
          scheduled_maintenances: [],
        }),
      true,
    ),
    // What the Voice SDK reports of itself goes nowhere.
    route('POST', /^eventgw\./, /^\/v\d+\/Endpoint(Events|Metrics)$/, () => ok({}), true),
    route('GET', /^assets\.flex\./, /\/countries\.json$/, () => ok(COUNTRIES), true),
    route('GET', /^assets\.flex\./, /\/flagPositions\.json$/, () => ok({}), true),
    route('GET', /^(media\.twiliocdn|sdk\.twilio)\./, /\/sounds\/.*\.mp3$/, () => file('audio/wav', silentWav()), true),
    // Paste's fonts: without them it takes the system's.
    route('GET', /^assets\.twilio\./, /\/fonts\.css$/, () => file('text/css', ''), true),
  ];

  return {
    /** @throws TwilioError for what is refused, and 404 with a log line for what is not modeled */
    async answer(request: HostRequest): Promise<HostResponse> {
      const { host, method, path } = request;
      const found = routes.find((one) => one.method === method && one.host.test(host) && one.path.test(path));
      if (!found) throw notModeled(world, method, `${host}${path}`, request.query);
      if (found.isPublic) return found.handle(request, undefined as never);
      const token = readToken(request.headers);
      if (token === undefined) throw new TwilioError(401, 20003, 'Authenticate');
      return found.handle(request, authenticate(world, token));
    },
  };
}

function notModeled(world: SandboxWorld, method: string, url: string, query: URLSearchParams): TwilioError {
  const text = `the sandbox does not model ${method} ${url} (Flex)`;
  world.eventLog.append({ source: 'sandbox', level: 'warning', text, detail: { query: query.toString() } });
  return notFound(url.slice(url.indexOf('/')));
}

/** The countries the sample numbers are in; Flex takes nothing but an array (docs/flex-protocols.md 10). */
const COUNTRIES = [
  { name: 'United States of America', alpha2Code: 'US', callingCodes: ['1'] },
  { name: 'Spain', alpha2Code: 'ES', callingCodes: ['34'] },
  { name: 'United Kingdom', alpha2Code: 'GB', callingCodes: ['44'] },
];
