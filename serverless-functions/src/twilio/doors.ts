import type { Twilio } from 'twilio';
import type { Deadline } from '../runtime/deadline';
import { describeFault, type Environment, type Variable } from '../runtime/environment';
import { Misconfigured } from '../runtime/errors';
import { type FlexTokenDoor, flexTokenDoor } from './flex-token';
import { DeadlineHttpClient } from './http-client';
import { type RecordingMediaDoor, recordingMediaDoor } from './recording-media';
import { type SyncDoor, syncDoor } from './sync';
import { type TaskDoor, taskDoor } from './taskrouter';
import { type VoiceDoor, voiceDoor } from './voice';

/** All the product does with Twilio goes through these, each bound to the invocation's deadline. */
export interface Doors {
  readonly sync: SyncDoor;
  readonly tasks: TaskDoor;
  readonly voice: VoiceDoor;
  readonly recordingMedia: RecordingMediaDoor;
  readonly flexTokens: FlexTokenDoor;
}

/** What the runtime gives us to make a client with. */
export type ClientMaker = (options: object) => Twilio;

/**
 * Doors are made when first used, so that one missing variable closes one door and not the others.
 * @throws Misconfigured (on use) when the variable a door needs is missing or malformed
 */
export function openDoors(makeClient: ClientMaker, environment: Environment, deadline: Deadline): Doors {
  const { values } = environment;
  const need = (variable: Variable): string => {
    const value = values[variable];
    if (value !== undefined) return value;
    const fault = environment.faults.find((one) => one.variable === variable);
    throw new Misconfigured(
      'misconfigured',
      fault ? describeFault(fault) : `${variable} is missing`,
      `Set ${variable} in the Functions' environment and deploy again.`,
    );
  };
  const client = once(() =>
    makeClient({ httpClient: new DeadlineHttpClient(deadline, values.TWILIO_STUB_URL), lazyLoading: true }),
  );
  const sync = once(() => syncDoor(client(), need('VOICEMAIL_SYNC_SERVICE_SID')));
  const tasks = once(() => taskDoor(client(), need('TWILIO_FLEX_WORKSPACE_SID')));
  const voice = once(() => voiceDoor(client()));
  const media = once(() => {
    const accountSid = need('ACCOUNT_SID');
    const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret } = values;
    const credentials =
      key !== undefined && secret !== undefined
        ? { accountSid, user: key, password: secret }
        : { accountSid, user: accountSid, password: need('AUTH_TOKEN') };
    return recordingMediaDoor(credentials, deadline, values.TWILIO_STUB_URL);
  });
  const tokens = once(() =>
    flexTokenDoor({ accountSid: need('ACCOUNT_SID'), authToken: need('AUTH_TOKEN') }, deadline, values.TWILIO_STUB_URL),
  );
  return {
    get flexTokens() {
      return tokens();
    },
    get sync() {
      return sync();
    },
    get tasks() {
      return tasks();
    },
    get voice() {
      return voice();
    },
    get recordingMedia() {
      return media();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
