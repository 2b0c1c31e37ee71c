import type { MailConditions } from './mail/conditions';
import type { Sid, World } from './world/types';

/** Something a person may change about the surroundings of the product while the sandbox runs. */
export interface Switch {
  id: string;
  title: string;
  options: readonly { value: string; label: string }[];
  read(): string;
  /** @param value one of `options` @returns once it holds, for what takes a while */
  write(value: string): void | Promise<void>;
}
/** A switch whose change holds at once. */
interface InstantSwitch extends Omit<Switch, 'write'> {
  write(value: string): void;
}
/** A switch as the pages show it. */
export interface SwitchState {
  id: string;
  title: string;
  options: readonly { value: string; label: string }[];
  value: string;
}

/** How the mail providers answer: as usual, not at all, or with mailboxes that take nothing. */
export function mailSwitch(conditions: MailConditions): InstantSwitch {
  let value = 'works';
  return {
    id: 'mail',
    title: 'Mail provider',
    options: [
      { value: 'works', label: 'delivers every mail' },
      { value: 'key-refused', label: 'refuses the key or password' },
      { value: 'down', label: 'is down' },
      { value: 'mailbox-full', label: 'accepts mails, but every mailbox is full' },
    ],
    read: () => value,
    write(next) {
      conditions.keysAreRefused = next === 'key-refused';
      conditions.isDown = next === 'down';
      conditions.mailboxesAreFull = next === 'mailbox-full';
      value = next;
    },
  };
}

/** Whether recordings need the account's credentials, as they do in new accounts; see `World.account`. */
export function mediaAuthenticationSwitch(world: World): InstantSwitch {
  return {
    id: 'media-authentication',
    title: 'HTTP authentication for media',
    options: [
      { value: 'on', label: 'on: recordings are fetched with credentials' },
      { value: 'off', label: 'off: whoever knows its address can fetch a recording' },
    ],
    read: () => (world.account.mediaAuthentication ? 'on' : 'off'),
    write(value) {
      world.account.mediaAuthentication = value === 'on';
    },
  };
}

/** How many calls an agent takes at once. Flex's own accounts have 1; tasks are routed anew with each change. */
export function callCapacitySwitch({ taskRouter }: World): InstantSwitch {
  let value = '1';
  return {
    id: 'call-capacity',
    title: 'Calls an agent takes at once',
    options: [
      { value: '1', label: '1, as in a new Flex account' },
      { value: '2', label: '2, for agents who sign in to Flex again' },
    ],
    read: () => value,
    write(next) {
      for (const worker of taskRouter.workers()) {
        worker.capacity = { ...worker.capacity, voice: Number(next) };
        taskRouter.setAttributes(worker, worker.attributes);
      }
      value = next;
    },
  };
}

/** Where recordings go that end from now on; see `Recording.storage`. */
export function recordingStorageSwitch({ account }: World): InstantSwitch {
  return {
    id: 'recording-storage',
    title: 'Recordings',
    options: [
      { value: 'twilio', label: 'are stored by Twilio' },
      { value: 'encrypted', label: 'are encrypted with the account’s public key' },
      { value: 'external', label: 'are stored in the account’s own bucket' },
    ],
    read: () => account.recordingStorage ?? 'twilio',
    write(value) {
      account.recordingStorage = value === 'encrypted' || value === 'external' ? value : undefined;
    },
  };
}

/** More than any mail may have attached. Encoding as mp3 would take minutes, so the mp3 stays as short as the message. */
const LARGE_RECORDING_BYTES = 21_000_000;

/** How large recordings are; a long message takes too long to leave by hand. */
export function recordingSizeSwitch({ account }: World): InstantSwitch {
  return {
    id: 'recording-size',
    title: 'Size of recordings',
    options: [
      { value: 'as-recorded', label: 'as long as the message' },
      { value: 'large', label: '21 MB as WAV, too large for a mail' },
    ],
    read: () => (account.recordingPadding === undefined ? 'as-recorded' : 'large'),
    write(value) {
      account.recordingPadding = value === 'large' ? LARGE_RECORDING_BYTES : undefined;
    },
  };
}

/**
 * The region that the Functions are set to by TWILIO_REGION. Flex is in us1 only.
 * @param apply restarts the Functions with that region
 */
export function regionSwitch(apply: (region: string) => Promise<void>): Switch {
  const options: SwitchOptions = [
    { value: 'us1', label: 'us1, where Flex is' },
    { value: 'ie1', label: 'ie1: calls of another region' },
  ];
  return variableSwitch('region', 'Region of the Functions (TWILIO_REGION)', options, apply);
}

/**
 * What the Functions do with callers whose number no carrier vouches for, which are all of the telephone's.
 * @param apply restarts the Functions with that value
 */
export function unverifiedCallersSwitch(apply: (value: string) => Promise<void>): Switch {
  const options: SwitchOptions = [
    { value: 'allow', label: 'are called back' },
    { value: 'confirm', label: 'confirm their callbacks in an automated call' },
    { value: 'refuse', label: 'have no callbacks' },
  ];
  return variableSwitch('unverified-callers', 'Callers who are not verified (UNVERIFIED_CALLERS)', options, apply);
}

type SwitchOptions = [Switch['options'][number], ...Switch['options'][number][]];

/** A variable of the Functions: its first value is the one that they start with. */
function variableSwitch(
  id: string,
  title: string,
  options: SwitchOptions,
  apply: (value: string) => Promise<void>,
): Switch {
  let value = options[0].value;
  return {
    id,
    title,
    options,
    read: () => value,
    async write(next) {
      await apply(next);
      value = next;
    },
  };
}

/**
 * What SUPERVISOR_QUEUES and RECIPIENT_CONFIRMATION say.
 * @param workers of Sue and of the administrator
 * @param apply restarts the Functions with these variables; an empty one is not set
 */
export function supervisionSwitch(
  { sue, adam }: { sue: Sid; adam: Sid },
  apply: (variables: { SUPERVISOR_QUEUES: string; RECIPIENT_CONFIRMATION: string }) => Promise<void>,
): Switch {
  let value = 'free';
  return {
    id: 'supervision',
    title: 'Supervisors (SUPERVISOR_QUEUES, RECIPIENT_CONFIRMATION)',
    options: [
      { value: 'free', label: 'see all queues, and choose recipients alone' },
      { value: 'strict', label: 'Sue sees Sales alone, and another supervisor confirms recipients' },
    ],
    read: () => value,
    async write(next) {
      const isStrict = next === 'strict';
      await apply({
        SUPERVISOR_QUEUES: isStrict ? JSON.stringify({ [sue]: ['Sales'], [adam]: 'all' }) : '',
        RECIPIENT_CONFIRMATION: isStrict ? 'required' : '',
      });
      value = next;
    },
  };
}
