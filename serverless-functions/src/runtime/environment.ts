import { isAddress, isSid, isTimeZone, zoneMeantBy } from '@callback-and-voicemail/contract';
import { type HourlyLimits, parseHourlyLimits } from './hourly-limits';
import { parseSupervisorQueues } from './queue-scope';
import { parseProviderNames, selectProviders } from './selected-providers';

/**
 * The environment's variables, checked at first use. Every one that is missing or malformed gives one clear line that
 * names the variable and its form; a problem with the email variables does not affect voicemail.
 */
interface VariableSpec {
  requiredFor: 'voicemail' | 'mail' | 'optional';
  /** May be left out, but a malformed value stops what it is required for. */
  mayBeMissing?: true;
  expected: string;
  isValid: (value: string) => boolean;
  /** What was probably meant by a malformed value. */
  suggestion?: (value: string) => string | undefined;
}

const isHttpsUrl = (value: string) => /^https:\/\/[a-z0-9.-]+(:\d+)?\/?$/i.test(value);
const isLoopbackUrl = (value: string) =>
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+(\/[A-Za-z0-9._/-]*)?$/.test(value);
/** Special characters of a user's name or password are percent-encoded, as in every URL. */
function isSmtpUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSmtp = url?.protocol === 'smtp:' || url?.protocol === 'smtps:';
  return isSmtp && url.hostname !== '' && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
}
/** How the Functions tell the worker of mails without Redis: Twilio's events do, and its own look at the ledger. */
const EVENT_STREAMS = 'event-streams';
const isRedisUrl = (value: string) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return (url?.protocol === 'redis:' || url?.protocol === 'rediss:') && url.hostname !== '' && url.hash === '';
};
/** `a@b.c, d@e.f`: commas, semicolons or blanks between. */
export const splitAddresses = (value: string) => value.split(/[\s,;]+/).filter((part) => part !== '');
const splitAtCommas = (value: string) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
/** Keys, separated by commas. */
export const splitKeys = (value: string) => splitAtCommas(value);
const areKeys = (value: string) =>
  splitKeys(value).length > 0 && splitKeys(value).every((key) => /^[\x21-\x7e]{32,}$/.test(key));
const isE164 = (value: string) => /^\+[1-9]\d{6,14}$/.test(value);
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const MAX_SENDER_NAME = 100;

/** The address in `Ana <ana@example.com>` and in `"Ruiz, Ana" <ana@example.com>`, or one without a name. */
function addressOfSender(sender: string): string | undefined {
  const at = sender.lastIndexOf(' <');
  if (at < 0) return sender;
  const name = sender.slice(0, at);
  const isQuoted = name.length > 1 && name.startsWith('"') && name.endsWith('"');
  const plain = isQuoted ? name.slice(1, -1).replace(/\\["\\]/g, '') : name;
  const isName = isQuoted ? !/["\\\r\n]/.test(plain) : !/[<>"\r\n]/.test(plain);
  const isShort = name !== '' && plain.length <= MAX_SENDER_NAME;
  return isName && isShort && sender.endsWith('>') ? sender.slice(at + 2, -1) : undefined;
}

const SUPERVISOR_QUEUES_SPEC: VariableSpec = {
  requiredFor: 'optional',
  expected: 'JSON: {"WK…": ["Billing"], "*": "all" or "none"}',
  isValid: (v) => parseSupervisorQueues(v) !== undefined,
};

const VARIABLES = {
  ACCOUNT_SID: {
    requiredFor: 'voicemail',
    expected: 'AC and 32 hexadecimal digits',
    isValid: (v) => isSid('account', v),
  },
  AUTH_TOKEN: { requiredFor: 'voicemail', expected: '32 characters', isValid: (v) => /^[0-9a-zA-Z]{32}$/.test(v) },
  TWILIO_FLEX_WORKSPACE_SID: {
    requiredFor: 'voicemail',
    expected: 'WS and 32 hexadecimal digits',
    isValid: (v) => isSid('workspace', v),
  },
  TWILIO_FLEX_CALLBACK_WORKFLOW_SID: {
    requiredFor: 'voicemail',
    expected: 'WW and 32 hexadecimal digits',
    isValid: (v) => isSid('workflow', v),
  },
  VOICEMAIL_SYNC_SERVICE_SID: {
    requiredFor: 'voicemail',
    expected: 'IS and 32 hexadecimal digits',
    isValid: (v) => isSid('syncService', v),
  },
  TWILIO_API_KEY: {
    requiredFor: 'optional',
    expected: 'SK and 32 hexadecimal digits',
    isValid: (v) => isSid('apiKey', v),
  },
  TWILIO_API_SECRET: {
    requiredFor: 'optional',
    expected: '32 characters',
    isValid: (v) => /^[0-9a-zA-Z]{32}$/.test(v),
  },
  ADMIN_EMAIL: {
    requiredFor: 'mail',
    expected: 'one mail address or several, separated by commas',
    isValid: (v) => splitAddresses(v).length > 0 && splitAddresses(v).every(isAddress),
  },
  EMAIL_PROVIDERS: {
    requiredFor: 'optional',
    expected: 'mailgun, sendgrid, smtp or twilio, or several of them in the order in which they are tried',
    isValid: (v) => parseProviderNames(v) !== undefined,
  },
  MAILGUN_DOMAIN: {
    requiredFor: 'optional',
    expected: 'a domain name, e.g. mg.example.com',
    isValid: (v) => DOMAIN.test(v),
  },
  MAILGUN_API_KEY: {
    requiredFor: 'optional',
    expected: 'a sending key: key-… or 32 hexadecimal digits, 8 and 8',
    isValid: (v) => /^(key-[0-9a-zA-Z-]{5,}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})$/.test(v),
  },
  MAILGUN_API_BASE_URL: {
    requiredFor: 'optional',
    expected: 'https://api.mailgun.net (US) or https://api.eu.mailgun.net (EU)',
    isValid: (v) => isHttpsUrl(v) || isLoopbackUrl(v),
  },
  MAILGUN_WEBHOOK_SIGNING_KEY: {
    requiredFor: 'optional',
    expected: 'the HTTP webhook signing key, or several of at least 32 characters, separated by commas',
    isValid: areKeys,
  },
  SENDGRID_API_KEY: {
    requiredFor: 'optional',
    expected: 'SG. and two parts with a dot between them',
    isValid: (v) => /^SG\.[\w-]{10,100}\.[\w-]{20,100}$/.test(v),
  },
  SENDGRID_API_BASE_URL: {
    requiredFor: 'optional',
    expected: 'https://api.sendgrid.com (global) or https://api.eu.sendgrid.com (EU)',
    isValid: (v) => isHttpsUrl(v) || isLoopbackUrl(v),
  },
  SENDGRID_WEBHOOK_TOKEN: {
    requiredFor: 'optional',
    expected: 'one token or several of at least 32 characters, separated by commas',
    isValid: areKeys,
  },
  SENDGRID_WEBHOOK_PUBLIC_KEY: {
    requiredFor: 'optional',
    expected: 'the verification key that SendGrid shows: base64',
    isValid: (v) => /^[A-Za-z0-9+/]{80,300}={0,2}$/.test(v),
  },
  SMTP_URL: {
    requiredFor: 'optional',
    expected: 'smtps://user:password@host:465, or smtp://user:password@host:587 for STARTTLS',
    isValid: isSmtpUrl,
  },
  MAIL_FROM: {
    requiredFor: 'optional',
    expected: 'an address, or a name and <an address>',
    isValid: (v) => isAddress(addressOfSender(v) ?? ''),
  },
  BACKUP_SMS_TO: {
    requiredFor: 'optional',
    expected: 'one to three telephone numbers in E.164, separated by commas, e.g. +12025550123',
    isValid: (v) => splitKeys(v).length >= 1 && splitKeys(v).length <= 3 && splitKeys(v).every(isE164),
  },
  BACKUP_SMS_FROM: {
    requiredFor: 'optional',
    expected: 'a number of the account in E.164, or the SID of a messaging service',
    isValid: (v) => isE164(v) || /^MG[0-9a-f]{32}$/.test(v),
  },
  BACKUP_WEBHOOK_URL: {
    requiredFor: 'optional',
    expected: 'an https URL',
    isValid: (v) => (URL.canParse(v) && new URL(v).protocol === 'https:') || isLoopbackUrl(v),
  },
  BACKUP_AFTER_MINUTES: {
    requiredFor: 'optional',
    expected: 'a whole number from 5 to 1440; default: 30',
    isValid: (v) => /^\d{1,4}$/.test(v) && Number(v) >= 5 && Number(v) <= 1_440,
  },
  EMAIL_HOURLY_LIMITS: {
    requiredFor: 'optional',
    expected: 'mails an hour by provider, e.g. mailgun=100,smtp=500',
    isValid: (v) => parseHourlyLimits(v) !== undefined,
  },
  NOTIFICATION_QUEUE: {
    requiredFor: 'optional',
    expected: `redis://host:port or rediss://host:port, or ${EVENT_STREAMS}`,
    isValid: (v) => v === EVENT_STREAMS || isRedisUrl(v),
  },
  BUSINESS_TIME_ZONE: {
    requiredFor: 'optional',
    expected: 'the IANA name of a place, e.g. America/New_York',
    isValid: (v) => isTimeZone(v) && zoneMeantBy(v) === undefined,
    suggestion: (v) => zoneMeantBy(v),
  },
  // Only the shape: which codes are countries is known to `numbers`, where an unknown one allows nothing.
  CALLBACK_COUNTRIES: {
    requiredFor: 'optional',
    expected: 'ISO 3166 codes of two letters, separated by commas, e.g. US,CA',
    isValid: (v) => /^[A-Z]{2}([\s,;]+[A-Z]{2})*$/i.test(v),
  },
  ALLOWED_EMAIL_DOMAINS: {
    requiredFor: 'optional',
    expected: 'domain names, separated by commas, e.g. example.com,example.org',
    isValid: (v) => splitAddresses(v).length > 0 && splitAddresses(v).every((domain) => DOMAIN.test(domain)),
  },
  LOGO_HOSTS: {
    requiredFor: 'optional',
    expected: 'host names, separated by commas, e.g. www.example.com or *.example.com',
    isValid: (v) =>
      splitAddresses(v).length > 0 && splitAddresses(v).every((host) => DOMAIN.test(host.replace(/^\*\./, ''))),
  },
  FLEX_ORIGINS: {
    requiredFor: 'optional',
    expected: 'one origin or several, separated by commas, e.g. https://flex.twilio.com',
    isValid: (v) =>
      splitAddresses(v).length > 0 && splitAddresses(v).every((one) => isHttpsUrl(one) || isLoopbackUrl(one)),
  },
  OUTBOX_TOKEN: {
    requiredFor: 'optional',
    expected: 'one token or several of at least 32 characters, separated by commas',
    isValid: areKeys,
  },
  SIGNING_KEYS: {
    requiredFor: 'optional',
    expected: 'one key or several of at least 32 characters, separated by commas; the first signs',
    isValid: areKeys,
  },
  LISTEN_LINK_DAYS: {
    requiredFor: 'optional',
    expected: 'a whole number from 1 to 30; default: 7',
    isValid: (v) => /^\d{1,2}$/.test(v) && Number(v) >= 1 && Number(v) <= 30,
  },
  REDACT_TRANSCRIPTS: {
    requiredFor: 'optional',
    expected: 'on or off; default: on',
    isValid: (v) => v === 'on' || v === 'off',
  },
  UNVERIFIED_CALLERS: {
    requiredFor: 'optional',
    expected: 'allow, confirm or refuse; default: allow',
    isValid: (v) => v === 'allow' || v === 'confirm' || v === 'refuse',
  },
  VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR: {
    requiredFor: 'optional',
    expected: 'a whole number from 0 to 60; 0: no limit; default: 10',
    isValid: (v) => /^\d{1,2}$/.test(v) && Number(v) <= 60,
  },
  RECIPIENT_CONFIRMATION: {
    requiredFor: 'optional',
    expected: 'required or off; default: off',
    isValid: (v) => v === 'required' || v === 'off',
  },
  SUPERVISOR_QUEUES: SUPERVISOR_QUEUES_SPEC,
  SUPERVISOR_QUEUES_2: SUPERVISOR_QUEUES_SPEC,
  SUPERVISOR_QUEUES_3: SUPERVISOR_QUEUES_SPEC,
  SUPERVISOR_QUEUES_4: SUPERVISOR_QUEUES_SPEC,
  AUDIT_REQUIRED: {
    requiredFor: 'optional',
    expected: 'true or false; default: false',
    isValid: (v) => v === 'true' || v === 'false',
  },
  TWILIO_REGION: {
    requiredFor: 'voicemail',
    mayBeMissing: true,
    expected: 'us1 or nothing, since Flex is in no other region',
    isValid: (v) => v === 'us1',
  },
  TWILIO_EDGE: {
    requiredFor: 'optional',
    expected: 'the name of an edge location, e.g. dublin',
    isValid: (v) => /^[a-z]+(-[a-z]+)*$/.test(v),
  },
  TWILIO_STUB_URL: {
    requiredFor: 'optional',
    expected: 'a loopback address: http://127.0.0.1:port',
    isValid: isLoopbackUrl,
  },
} satisfies Record<string, VariableSpec>;

function expectedInsteadOf({ expected, suggestion }: VariableSpec, value: string): string {
  const meant = suggestion?.(value);
  return meant === undefined ? expected : `${expected}; probably ${meant} is meant, which has summer time`;
}

export type Variable = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as Variable[];

/** The form of a variable, for people. */
export const expectedForm = (variable: Variable): string => VARIABLES[variable].expected;
/** True for a value of the variable's form. */
export const isWellFormed = (variable: Variable, value: string): boolean => VARIABLES[variable].isValid(value);

export interface EnvironmentProblem {
  variable: Variable;
  problem: 'missing' | 'malformed';
  expected: string;
  requiredFor: VariableSpec['requiredFor'];
}
export interface Environment {
  /** Only values that are well-formed. */
  values: Partial<Record<Variable, string>>;
  problems: EnvironmentProblem[];
}

/**
 * Checks the variables of one deployment.
 * @param raw the Function's context
 * @returns the usable values, and a fault for each one that is missing (when needed) or malformed
 */
export function readEnvironment(raw: Record<string, unknown>): Environment {
  const environment: Environment = { values: {}, problems: [] };
  for (const [name, spec] of Object.entries<VariableSpec>(VARIABLES) as [Variable, VariableSpec][]) {
    const rawValue = raw[name];
    const value = typeof rawValue === 'string' ? rawValue.trim() : '';
    if (value === '') {
      if (spec.requiredFor !== 'optional' && !spec.mayBeMissing)
        environment.problems.push({
          variable: name,
          problem: 'missing',
          expected: spec.expected,
          requiredFor: spec.requiredFor,
        });
    } else if (spec.isValid(value)) environment.values[name] = value;
    else
      environment.problems.push({
        variable: name,
        problem: 'malformed',
        expected: expectedInsteadOf(spec, value),
        requiredFor: spec.requiredFor,
      });
  }
  for (const variable of selectProviders(toGiven(environment)).missing) noteMissing(environment, variable, 'mail');
  for (const [one, other] of PAIRS)
    if ((environment.values[one] === undefined) !== (environment.values[other] === undefined))
      noteMissing(environment, environment.values[one] === undefined ? one : other, 'optional');
  return environment;
}

/** One without the other is of no use: without a word, the account's own token would be used, or nobody be told. */
const PAIRS: readonly [Variable, Variable][] = [
  ['TWILIO_API_KEY', 'TWILIO_API_SECRET'],
  ['BACKUP_SMS_TO', 'BACKUP_SMS_FROM'],
];

function noteMissing({ problems }: Environment, variable: Variable, requiredFor: VariableSpec['requiredFor']): void {
  if (problems.some((problem) => problem.variable === variable)) return;
  problems.push({ variable, problem: 'missing', expected: VARIABLES[variable].expected, requiredFor });
}

const toGiven = ({ values, problems }: Environment) => ({
  values,
  malformed: new Set(problems.filter(({ problem }) => problem === 'malformed').map(({ variable }) => variable)),
});

/** The mail providers that are configured, in the order in which they are tried. */
export const configuredProviders = (environment: Environment) => selectProviders(toGiven(environment)).order;

/** How many mails each provider may be given within an hour; undefined: as many as there are. */
export function hourlyLimits({ values }: Environment): HourlyLimits | undefined {
  return values.EMAIL_HOURLY_LIMITS === undefined ? undefined : parseHourlyLimits(values.EMAIL_HOURLY_LIMITS);
}

/** True when a worker sends the mails that the Functions leave to it. A malformed value counts as none. */
export const hasWorker = ({ values }: Environment): boolean => values.NOTIFICATION_QUEUE !== undefined;

/** Where the worker's queue is; undefined: there is none. */
export function redisUrl({ values: { NOTIFICATION_QUEUE: queue } }: Environment): string | undefined {
  return queue === EVENT_STREAMS ? undefined : queue;
}

const DEFAULT_MAILS_PER_CALLER_AND_HOUR = 10;

/** How many mails about one caller go singly within an hour; 0: all of them. A malformed value counts as none. */
export function mailsPerCallerAndHour({ values }: Environment): number {
  return Number(values.VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR ?? DEFAULT_MAILS_PER_CALLER_AND_HOUR);
}

const DEFAULT_LISTEN_LINK_DAYS = 7;

/** For how many days a recipient can listen by link. A malformed value counts as none. */
export const listenLinkDays = ({ values }: Environment): number =>
  Number(values.LISTEN_LINK_DAYS ?? DEFAULT_LISTEN_LINK_DAYS);

/** One line for people, without the value: it may be a key put in the wrong place. */
export function describeProblem(problem: EnvironmentProblem): string {
  return `${problem.variable} is ${problem.problem}: expected ${problem.expected}`;
}

/** Names the account and Sync service, for caches that outlive a request. */
export function accountKey({ values }: Environment): string {
  return [values.ACCOUNT_SID, values.VOICEMAIL_SYNC_SERVICE_SID, values.TWILIO_STUB_URL].join(' ');
}
