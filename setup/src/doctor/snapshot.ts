import type { Resource } from '../account/rest';
import type { DnsRecords } from './dns-records';

/** What could not be read, and why. */
export class Unread {
  // Without a private member, every object with a reason would count as one.
  readonly #reason: string;

  constructor(reason: string) {
    this.#reason = reason;
  }

  get reason(): string {
    return this.#reason;
  }
}

/** A part of the account as it was read. */
export type Read<T> = T | Unread;

export const isUnread = (value: unknown): value is Unread => value instanceof Unread;

/** An account as a diagnosis looks at it. */
export interface Snapshot {
  accountSid: string;
  /** Milliseconds since 1970. */
  takenAt: number;
  account: Read<Resource>;
  flexConfiguration: Read<Resource>;
  queues: Read<Resource[]>;
  workflows: Read<Resource[]>;
  workers: Read<WorkerCapacity[]>;
  flows: Read<Resource[]>;
  numbers: Read<Resource[]>;
  releasedPlugins: Read<Resource[]>;
  alerts: Read<Resource[]>;
  /** Countries that may be called. */
  permittedCountries: Read<string[]>;
  functions: Read<DeployedFunctions | undefined>;
  /** The Sync service that the Functions use; undefined: the account has it not. */
  syncService: Read<Resource | undefined>;
  /** The API key that the Functions use; undefined: the account has it not. */
  recordingsKey: Read<Resource | undefined>;
  /** When a scheduler called last, in milliseconds since 1970; undefined: never. */
  schedulerSeenAt: Read<number | undefined>;
  /** Of the domain that mail comes from; undefined: there is none. */
  senderDomain?: { domain: string; records: Read<DnsRecords> };
  /** The mail provider's answer to our key. */
  mailProvider: Read<MailProviderAnswer | undefined>;
  /** What `npm run deploy` would deploy now. */
  local: { buildHash: string; pluginName: string; pluginVersion: string };
}

export interface WorkerCapacity {
  sid: string;
  name: string;
  /** Where its capacity for calls is set. */
  channelUrl?: string;
  /** How many calls at a time. */
  voice?: number;
}

export interface DeployedFunctions {
  serviceSid: string;
  environmentSid: string;
  domain: string;
  /** Values by name. */
  variables: Readonly<Record<string, string>>;
  build?: { sid: string; status: string; runtime?: string; dependencies: readonly { name: string; version: string }[] };
  /** Why our code does not answer; undefined: it does. */
  healthProblem?: string;
}

export interface MailProviderAnswer {
  provider: string;
  /** `sending-only`: it may send, and read nothing. `domain-unknown`: the account has not that domain. */
  key: 'accepted' | 'refused' | 'sending-only' | 'domain-unknown';
}
