import { Twilio } from 'twilio';
import { AccountCache } from '../runtime/account-cache';
import type { Deadline } from '../runtime/deadline';
import { describeProblem, type Environment, type Variable } from '../runtime/environment';
import { ConfigurationError } from '../runtime/errors';
import { createFlexTokenValidator, type FlexTokenValidator } from './flex-token';
import type { TwilioEndpoint } from './hosts';
import { DeadlineHttpClient } from './http-client';
import { createMessagingClient, type MessagingClient } from './messaging';
import { createRecordingMediaClient, type RecordingMediaClient } from './recording-media';
import { RefusedTokens } from './refused-tokens';
import { createSyncClient, type SyncClient } from './sync';
import { createTaskRouterClient, type TaskRouterClient } from './taskrouter';
import { createVoiceClient, type VoiceClient } from './voice';

/** All the product does with Twilio goes through these, each bound to the invocation's deadline. */
export interface TwilioClients {
  readonly sync: SyncClient;
  readonly taskRouter: TaskRouterClient;
  readonly voice: VoiceClient;
  readonly messaging: MessagingClient;
  readonly recordingMedia: RecordingMediaClient;
  readonly flexTokenValidator: FlexTokenValidator;
}

const refusedTokens = new AccountCache<RefusedTokens>();

function refusedTokensOf(environment: Environment): RefusedTokens {
  const known = refusedTokens.get(environment) ?? new RefusedTokens();
  refusedTokens.set(environment, known);
  return known;
}

/**
 * Creates each client at its first use, so that one missing variable disables one client and not the others.
 * @throws ConfigurationError (on use) when the variable a client needs is missing or malformed
 */
export function createTwilioClients(environment: Environment, deadline: Deadline): TwilioClients {
  const { values } = environment;
  const requireVariable = (variable: Variable): string => {
    const value = values[variable];
    if (value !== undefined) return value;
    const problem = environment.problems.find((one) => one.variable === variable);
    throw new ConfigurationError(
      'misconfigured',
      problem ? describeProblem(problem) : `${variable} is missing`,
      `Set ${variable} in the Functions' environment and deploy again.`,
    );
  };
  const endpoint = memoize((): TwilioEndpoint => {
    refuseForeignRegion(environment);
    return { edge: values.TWILIO_EDGE, stubUrl: values.TWILIO_STUB_URL };
  });
  const sdkClient = memoize(() =>
    createSdkClient(
      requireVariable('ACCOUNT_SID'),
      requireVariable('AUTH_TOKEN'),
      new DeadlineHttpClient(deadline, endpoint()),
    ),
  );
  const sync = memoize(() => createSyncClient(sdkClient(), requireVariable('VOICEMAIL_SYNC_SERVICE_SID')));
  const taskRouter = memoize(() => createTaskRouterClient(sdkClient(), requireVariable('TWILIO_FLEX_WORKSPACE_SID')));
  const voice = memoize(() => createVoiceClient(sdkClient()));
  const messaging = memoize(() => createMessagingClient(sdkClient()));
  const recordingMedia = memoize(() => {
    const accountSid = requireVariable('ACCOUNT_SID');
    const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret } = values;
    const credentials =
      key !== undefined && secret !== undefined
        ? { accountSid, user: key, password: secret }
        : { accountSid, user: accountSid, password: requireVariable('AUTH_TOKEN') };
    return createRecordingMediaClient(credentials, deadline, endpoint());
  });
  const flexTokenValidator = memoize(() =>
    createFlexTokenValidator(
      { accountSid: requireVariable('ACCOUNT_SID'), authToken: requireVariable('AUTH_TOKEN') },
      deadline,
      endpoint(),
      refusedTokensOf(environment),
    ),
  );
  return {
    get flexTokenValidator() {
      return flexTokenValidator();
    },
    get sync() {
      return sync();
    },
    get taskRouter() {
      return taskRouter();
    },
    get voice() {
      return voice();
    },
    get messaging() {
      return messaging();
    },
    get recordingMedia() {
      return recordingMedia();
    },
  };
}

/**
 * The SDK's client with our own HTTP client. The runtime's `context.getTwilioClient(options)` is not used: nothing says
 * that it passes its options on, and the SDK's own HTTP client knows no deadline. Edge and region are empty, or the SDK
 * would take them from the process's environment: `resolveUrl` is what builds every host.
 */
function createSdkClient(accountSid: string, authToken: string, httpClient: DeadlineHttpClient): Twilio {
  type Options = NonNullable<ConstructorParameters<typeof Twilio>[2]>;
  return new Twilio(accountSid, authToken, {
    httpClient: httpClient as unknown as Options['httpClient'],
    edge: '',
    region: '',
    lazyLoading: true,
  });
}

/** @throws ConfigurationError when the configured region has no Flex */
function refuseForeignRegion({ problems }: Environment): void {
  const problem = problems.find(({ variable }) => variable === 'TWILIO_REGION');
  if (problem !== undefined)
    throw new ConfigurationError('misconfigured', describeProblem(problem), 'Remove TWILIO_REGION and deploy again.');
}

function memoize<T>(create: () => T): () => T {
  let created: { value: T } | undefined;
  return () => {
    created ??= { value: create() };
    return created.value;
  };
}
