import type { FlexConfiguration } from '../flex/flex-configuration';
import type { PluginService } from '../flex/plugin-service';
import type { Serverless } from '../serverless/serverless';
import type { Flows } from '../studio/flows';
import type { Sync } from '../sync/sync-store';
import type { EventHistory } from '../taskrouter/event-history';
import type { TaskRouter, Workflow } from '../taskrouter/types';

/**
 * The sandbox's account as data: what Twilio would keep in its own stores. REST routes, the voice engine, the mail
 * provider and the pages all meet here and nowhere else, so that a task made over REST is the task the voice engine
 * and (later) the Flex desktop see.
 *
 * Time is always the global `Date` and the global `setTimeout`, never `performance.now` or `timers/promises`: tests
 * replace those globals with a virtual clock, and a second clock here would make the two disagree.
 */

/** A 34 character Twilio identifier: two capital letters and 32 hexadecimal digits. */
export type Sid = string;

export interface Account {
  accountSid: Sid;
  /**
   * Whether recordings are read with credentials only, which is a setting of the account: "Enforce HTTP Auth on Media
   * URLs" (support.twilio.com article 15827821586843). May be changed while running.
   */
  mediaAuthentication: boolean;
  /** Where recordings go that end from now on; see `Recording.storage`. May be changed while running. */
  recordingStorage?: Recording['storage'];
  /** Bytes that follow the sound of each WAV file, so that a short message is as large as a long one. May be changed while running. */
  recordingPadding?: number;
  authToken: string;
  friendlyName: string;
  type: 'Full' | 'Trial';
  dateCreated: number;
  /** API keys: key sid -> secret. */
  apiKeys: Map<string, string>;
  /** What else is known of them. A key that is not here is a standard one without a name. */
  apiKeyNotes: Map<string, ApiKeyNote>;
  /** What may be called, by ISO code of the country; the others may not. */
  dialingPermissions: Map<string, DialingPermission>;
}

export interface ApiKeyNote {
  friendlyName: string;
  /** A main key may do what the account's own token may; a standard one cannot read accounts and keys. */
  isMain: boolean;
  dateCreated: number;
  dateUpdated: number;
}

export interface DialingPermission {
  lowRisk: boolean;
  highRiskSpecial: boolean;
  highRiskTollfraud: boolean;
}

/** A line of Twilio's error log. */
export interface Alert {
  sid: Sid;
  at: number;
  level: 'error' | 'warning';
  errorCode: number;
  text: string;
  /** The call. */
  resourceSid: Sid | null;
  /** Of a request that failed. */
  requestUrl: string | null;
}

/** Numbers of requests and webhooks under way, so that a virtual clock knows when nothing is left to wait for. */
export interface Activity {
  /** Marks work as begun; call the returned function once when it has ended. */
  begin(kind: 'webhook' | 'request' | 'work', label: string): () => void;
  /** Marks a request as deliberately never answered (a fault): it does not keep the clock from moving on. */
  hold(label: string): () => void;
  readonly running: number;
  readonly held: number;
  /** Total begins so far; unchanged over a while means quiet. */
  readonly begun: number;
}

/** One line of the event log beside the telephone; `detail` shows the request and the response. */
export interface LogEntry {
  id: number;
  at: number;
  source: 'caller' | 'twilio' | 'product' | 'mail' | 'sandbox';
  callSid?: Sid;
  /** One sentence, e.g. `caller pressed 2`, `recording RE… 21 s`, `task WT… canceled (Opted to leave a voicemail)`. */
  text: string;
  level: 'info' | 'warning' | 'error';
  detail?: unknown;
}
export interface EventLog {
  append(line: Omit<LogEntry, 'id' | 'at' | 'level'> & { level?: LogEntry['level'] }): void;
  entries(): readonly LogEntry[];
  /** Calls back for every later line; returns a function that stops it. */
  subscribe(listener: (line: LogEntry) => void): () => void;
}

/**
 * What goes wrong on purpose. Matched against every request to the sandbox's REST and mail hosts, and against the commands
 * of SMTP: host `mail.example.net`, method `CONNECT`, `AUTH`, `MAIL`, `RCPT` or `DATA`, path `/`.
 */
export interface Fault {
  /** Host as the product would call it, e.g. `sync.twilio.com`, `api.mailgun.net`; absent: any. */
  host?: string;
  method?: string;
  /** Tested against the path without query. */
  path?: RegExp;
  /** How many matching requests pass before the first one fails (default 0). */
  after?: number;
  /** How many matching requests fail (default: all). */
  times?: number;
  /**
   * `done-then-reset`: the request takes effect, then the connection dies before the answer. `done-then-status`: it takes
   * effect, and a proxy answers with that status. `cut-short`: it takes effect, and the connection dies within its answer,
   * which is shorter than its Content-Length says. `late`: it is not answered, and takes effect after `delayMs`, when its
   * client has given up.
   */
  kind:
    | 'status'
    | 'garbage'
    | 'no-answer'
    | 'reset'
    | 'done-then-reset'
    | 'done-then-no-answer'
    | 'done-then-status'
    | 'cut-short'
    | 'delay'
    | 'late';
  /** Of SMTP: the code of its reply. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  delayMs?: number;
}
/** The mail providers of the sandbox. `twilio`: the Email API at comms.twilio.com. */
export type MailProviderName = 'mailgun' | 'sendgrid' | 'twilio' | 'smtp';

/** What goes wrong with a mail on purpose, at whichever provider. Requests that only read are not struck. */
export interface MailFault {
  /** Default: any. */
  provider?: MailProviderName;
  /**
   * `before-body`: the provider has read the head of the request alone, or MAIL FROM. `after-body`: it has read the mail
   * and does not take it. `after-delivery`: it has taken the mail, and it arrives. Absent: nothing happens but that the
   * mail is read slowly.
   */
  when?: 'before-body' | 'after-body' | 'after-delivery';
  /** What it answers; without it the connection is reset. */
  status?: number;
  headers?: Record<string, string>;
  /** Default: the provider's own form. SMTP: the text after the code. */
  body?: string;
  /** How fast it reads the mail. */
  bytesPerSecond?: number;
  /** How many mails pass before the first one is struck (default 0). */
  after?: number;
  /** How many are struck (default: all). */
  times?: number;
}
export interface Faults {
  /** Adds a fault; returns a function that removes it. */
  add(fault: Fault): () => void;
  /** The same for mails. */
  mail(fault: MailFault): () => void;
  clear(): void;
}

/** A request to the sandbox, or a command of SMTP, as seen on the wire; tests and the bench count these. */
export interface RequestRecord {
  at: number;
  /** `performance`-free monotonic order of arrival and of the answer, for telling series from parallel. */
  arrived: number;
  answered?: number;
  host: string;
  method: string;
  path: string;
  query: string;
  status?: number;
}

export interface Task {
  sid: Sid;
  workflowSid: Sid;
  /** Empty when no filter of its workflow claims it. */
  taskQueueSid: Sid;
  taskQueueName: string;
  taskChannelUniqueName: string;
  attributes: string;
  assignmentStatus: 'pending' | 'reserved' | 'assigned' | 'wrapping' | 'completed' | 'canceled';
  reason: string | null;
  priority: number;
  timeoutSeconds: number;
  dateCreated: number;
  dateUpdated: number;
  taskQueueEnteredDate: number;
  virtualStartTime: number | null;
  /** The only worker who may take it, in any workflow and queue; null for no such limit. */
  routingTarget: Sid | null;
  /** Its routing target gets it whatever else they have. */
  ignoreCapacity: boolean;
  /** Grows by one with every change; its quoted text is the ETag. */
  version: number;
}
export interface NewTask {
  workflowSid: Sid;
  attributes: string;
  taskChannel?: string;
  priority?: number;
  timeoutSeconds?: number;
  virtualStartTime?: number;
  /** A worker: the task is offered to no other (OpenAPI taskrouter v1, CreateTask.RoutingTarget). */
  routingTarget?: Sid;
  /**
   * Only with a routing target, and then true by default: its worker's capacity does not matter (OpenAPI taskrouter v1,
   * CreateTask.IgnoreCapacity). Flex's outbound calls are such tasks.
   */
  ignoreCapacity?: boolean;
  /** Of a task with a routing target; default the workflow's queue. */
  taskQueueSid?: Sid;
}
export type TaskChange = Partial<
  Pick<Task, 'attributes' | 'assignmentStatus' | 'reason' | 'priority' | 'virtualStartTime'>
>;
export interface Tasks {
  create(input: NewTask): Task;
  get(sid: Sid): Task | undefined;
  /**
   * @throws TwilioError 412 when `ifMatch` is given and is not the task's ETag; 400 for a transition TaskRouter
   * refuses.
   */
  update(sid: Sid, change: TaskChange, ifMatch?: string): Task;
  remove(sid: Sid): void;
  list(): Task[];
  subscribe(listener: (event: 'created' | 'updated' | 'canceled' | 'deleted', task: Task) => void): () => void;
}

/** A voice queue (`QU…`). For `<Enqueue workflowSid>` its friendly name is the workflow's sid, as on Twilio. */
export interface VoiceQueue {
  sid: Sid;
  friendlyName: string;
  maxSize: number;
  dateCreated: number;
  members: { callSid: Sid; enqueuedAt: number }[];
}
export interface Queues {
  /** The queue of that name; created if there is none. */
  getOrCreate(friendlyName: string): VoiceQueue;
  get(sid: Sid): VoiceQueue | undefined;
  list(): VoiceQueue[];
}

/** What started a recording: a verb in the caller's document, or the API, as Flex's recording of a conference does. */
type RecordingSource = 'RecordVerb' | 'StartCallRecordingAPI' | 'DialVerb';
export interface Recording {
  sid: Sid;
  callSid: Sid;
  status: 'in-progress' | 'processing' | 'completed' | 'absent' | 'deleted';
  source: RecordingSource;
  startTime: number;
  dateCreated: number;
  /** Whole seconds, rounded as Twilio does; -1 while unknown. */
  durationSeconds: number;
  errorCode: number | null;
  /** 8 kHz 16 bit mono WAV (128 kbit/s), the whole file with its header. */
  wav: Buffer | null;
  /**
   * Where the account's settings put it; default Twilio's own storage. Encrypted with the account's public key, or in a
   * bucket of the account's (twilio.com/docs/voice/recording-settings).
   */
  storage?: 'encrypted' | 'external';
}
export interface Transcription {
  sid: Sid;
  recordingSid: Sid;
  status: 'in-progress' | 'completed' | 'failed';
  text: string;
  dateCreated: number;
}
export interface Recordings {
  /** @param source default RecordVerb */
  create(callSid: Sid, source?: RecordingSource): Recording;
  get(sid: Sid): Recording | undefined;
  list(): Recording[];
  remove(sid: Sid): void;
  transcriptions(recordingSid: Sid): Transcription[];
  removeTranscription(sid: Sid): void;
  addTranscription(recordingSid: Sid, status: Transcription['status'], text: string): Transcription;
}

/** A telephone number of the account. */
export interface PhoneNumber {
  sid: Sid;
  /** E.164. */
  phoneNumber: string;
  friendlyName: string;
  /** What answers a call; empty: nothing. */
  voiceUrl: string;
  voiceMethod?: 'GET' | 'POST';
  /** Requested when a call has ended. */
  statusCallback?: string;
  statusCallbackMethod?: 'GET' | 'POST';
  /** What answers a message; the sandbox receives none. */
  smsUrl?: string;
  /** Elastic SIP trunk that takes its calls: `voiceUrl` is ignored then. */
  trunkSid?: string;
  capabilities: { voice: boolean; sms: boolean; mms: boolean; fax: boolean };
  dateCreated: number;
  dateUpdated: number;
}

/** A text message that the account has sent. */
export interface TextMessage {
  sid: Sid;
  to: string;
  /** Null where a messaging service chooses it. */
  from: string | null;
  serviceSid: string | null;
  body: string;
  dateCreated: number;
}

/** What REST needs of a live call; implemented by the voice engine, which registers itself in `World.calls`. */
export interface CallView {
  sid: Sid;
  from: string;
  to: string;
  status: 'queued' | 'ringing' | 'in-progress' | 'completed' | 'busy' | 'failed' | 'no-answer' | 'canceled';
  /** `outbound-dial`: the call that `<Dial>` of another call has made. */
  direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  /** The call whose `<Dial>` has made this one. */
  parentCallSid?: Sid;
  /** Missing until somebody answers. */
  answeredAt?: number;
  startTime: number;
  endTime: number | null;
  dateCreated: number;
}
/** REST `POST /Calls.json`: a call of the account to a telephone. */
export interface NewCall {
  from: string;
  to: string;
  /** Where its TwiML is, once somebody has answered. */
  url: string;
  method: 'GET' | 'POST';
  /** How long it rings. */
  timeoutSeconds?: number;
  /** How long it lasts at most, from the answer on. */
  timeLimitSeconds?: number;
  /** Requested when it has ended. */
  statusCallback?: string;
  statusCallbackMethod?: 'GET' | 'POST';
}
export interface Calls {
  get(sid: Sid): CallView | undefined;
  list(): CallView[];
  create(call: NewCall): CallView;
  /** REST `POST /Calls/{Sid}.json`: new TwiML, by URL or text, or the end of the call. */
  update(
    sid: Sid,
    change: { url?: string; method?: string; twiml?: string; status?: 'completed' | 'canceled' },
  ): CallView;
}

/** An error in Twilio's own shape: `{code, message, more_info, status}`. */
export interface TwilioErrorShape {
  status: number;
  code: number;
  message: string;
}

/** A request that Twilio made to an application for a call. */
export interface CallRequest {
  callSid: Sid;
  at: number;
  method: string;
  url: string;
  params: Readonly<Record<string, string>>;
}

export interface World {
  account: Account;
  workspaceSid: Sid;
  /** Workflows the account knows, by sid; `taskRouter` adds and changes them. */
  workflows: ReadonlyMap<Sid, Workflow>;
  activity: Activity;
  eventLog: EventLog;
  /** Twilio's own error log, from the event log. */
  alerts: readonly Alert[];
  faults: Faults;
  /** Every request to the REST and mail hosts, in order of arrival. */
  requests: RequestRecord[];
  newSid(prefix: string): Sid;
  /** Queues, workers, reservations and routing. */
  taskRouter: TaskRouter;
  /** What happened there in the last 30 days. */
  taskRouterEvents: EventHistory;
  /** The task router's tasks. */
  tasks: Tasks;
  /** The account's Sync services. */
  sync: Sync;
  /** The account's Studio flows. */
  flows: Flows;
  /** The account's Functions and assets, and what is deployed of them. */
  serverless: Serverless;
  /** What the account has set for Flex. */
  flex: { configuration: FlexConfiguration; pluginService: PluginService };
  queues: Queues;
  recordings: Recordings;
  /** The voice engine adds its own and answers all. */
  phoneNumbers: PhoneNumber[];
  messages: TextMessage[];
  /** Set by the voice engine; REST answers 404 for every call until then. */
  calls: Calls;
  /** For TwiML, in the order in which they were made. */
  callRequests: CallRequest[];
}
