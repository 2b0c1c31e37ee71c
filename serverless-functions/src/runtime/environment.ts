import { domainOf, EMAIL_ADDRESS, isSid } from '@callback-and-voicemail/contract';

/**
 * The environment's variables, checked at first use. Every one that is missing or malformed gives one clear line that
 * names the variable and its form; a fault in the mail's variables leaves voicemail as it is.
 */
interface Rule {
  needed: 'voicemail' | 'mail' | 'optional';
  form: string;
  valid: (value: string) => boolean;
}

const isHttpsUrl = (value: string) => /^https:\/\/[a-z0-9.-]+(:\d+)?\/?$/i.test(value);
const isLoopbackUrl = (value: string) =>
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+(\/[A-Za-z0-9._/-]*)?$/.test(value);
/** `a@b.c, d@e.f`: commas, semicolons or blanks between. */
export const splitAddresses = (value: string) => value.split(/[\s,;]+/).filter((part) => part !== '');
const isTimeZone = (value: string) => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: value });
    return true;
  } catch {
    return false;
  }
};
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const MAIL_FROM = /^(?:[^<>"\r\n]{1,100} <([^<>]+)>|([^<>\s]+))$/;

const RULES = {
  ACCOUNT_SID: { needed: 'voicemail', form: 'AC and 32 hexadecimal digits', valid: (v) => isSid('account', v) },
  AUTH_TOKEN: { needed: 'voicemail', form: '32 characters', valid: (v) => /^[0-9a-zA-Z]{32}$/.test(v) },
  TWILIO_FLEX_WORKSPACE_SID: {
    needed: 'voicemail',
    form: 'WS and 32 hexadecimal digits',
    valid: (v) => isSid('workspace', v),
  },
  TWILIO_FLEX_CALLBACK_WORKFLOW_SID: {
    needed: 'voicemail',
    form: 'WW and 32 hexadecimal digits',
    valid: (v) => isSid('workflow', v),
  },
  VOICEMAIL_SYNC_SERVICE_SID: {
    needed: 'voicemail',
    form: 'IS and 32 hexadecimal digits',
    valid: (v) => isSid('syncService', v),
  },
  TWILIO_API_KEY: { needed: 'optional', form: 'SK and 32 hexadecimal digits', valid: (v) => isSid('apiKey', v) },
  TWILIO_API_SECRET: { needed: 'optional', form: '32 characters', valid: (v) => /^[0-9a-zA-Z]{32}$/.test(v) },
  ADMIN_EMAIL: {
    needed: 'mail',
    form: 'one mail address or several, separated by commas',
    valid: (v) => splitAddresses(v).length > 0 && splitAddresses(v).every((a) => EMAIL_ADDRESS.test(a)),
  },
  MAILGUN_DOMAIN: {
    needed: 'mail',
    form: 'a domain name, e.g. mg.example.com',
    valid: (v) => DOMAIN.test(v),
  },
  MAILGUN_API_KEY: {
    needed: 'mail',
    form: 'a sending key: key-… or 32 hexadecimal digits, 8 and 8',
    valid: (v) => /^(key-[0-9a-zA-Z-]{5,}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})$/.test(v),
  },
  MAILGUN_API_BASE_URL: {
    needed: 'optional',
    form: 'https://api.mailgun.net (US) or https://api.eu.mailgun.net (EU)',
    valid: (v) => isHttpsUrl(v) || isLoopbackUrl(v),
  },
  MAIL_FROM: {
    needed: 'optional',
    form: 'an address, or a name and <an address>',
    valid: (v) => {
      const match = MAIL_FROM.exec(v);
      return match !== null && EMAIL_ADDRESS.test(match[1] ?? match[2] ?? '');
    },
  },
  BUSINESS_TIME_ZONE: { needed: 'optional', form: 'an IANA name, e.g. America/New_York', valid: isTimeZone },
  // Only the shape: which codes are countries is known to `numbers`, where an unknown one allows nothing.
  CALLBACK_COUNTRIES: {
    needed: 'optional',
    form: 'ISO 3166 codes of two letters, separated by commas, e.g. US,CA',
    valid: (v) => /^[A-Z]{2}([\s,;]+[A-Z]{2})*$/i.test(v),
  },
  ALLOWED_EMAIL_DOMAINS: {
    needed: 'optional',
    form: 'domain names, separated by commas, e.g. example.com,example.org',
    valid: (v) => splitAddresses(v).length > 0 && splitAddresses(v).every((domain) => DOMAIN.test(domain)),
  },
  FLEX_ORIGINS: {
    needed: 'optional',
    form: 'one origin or several, separated by commas, e.g. https://flex.twilio.com',
    valid: (v) =>
      splitAddresses(v).length > 0 && splitAddresses(v).every((one) => isHttpsUrl(one) || isLoopbackUrl(one)),
  },
  OUTBOX_TOKEN: {
    needed: 'optional',
    form: 'at least 32 characters, no blanks',
    valid: (v) => /^[\x21-\x7e]{32,}$/.test(v),
  },
  TWILIO_STUB_URL: { needed: 'optional', form: 'a loopback address: http://127.0.0.1:port', valid: isLoopbackUrl },
} satisfies Record<string, Rule>;

export type Variable = keyof typeof RULES;
export interface EnvironmentFault {
  variable: Variable;
  problem: 'missing' | 'malformed';
  form: string;
  needed: Rule['needed'];
}
export interface Environment {
  /** Only values that are well-formed. */
  values: Partial<Record<Variable, string>>;
  faults: EnvironmentFault[];
}

/**
 * Checks the variables of one deployment.
 * @param raw the Function's context
 * @returns the usable values, and a fault for each one that is missing (when needed) or malformed
 */
export function readEnvironment(raw: Record<string, unknown>): Environment {
  const environment: Environment = { values: {}, faults: [] };
  for (const [name, rule] of Object.entries(RULES) as [Variable, Rule][]) {
    const given = raw[name];
    const value = typeof given === 'string' ? given.trim() : '';
    if (value === '') {
      if (rule.needed !== 'optional')
        environment.faults.push({ variable: name, problem: 'missing', form: rule.form, needed: rule.needed });
    } else if (rule.valid(value)) environment.values[name] = value;
    else environment.faults.push({ variable: name, problem: 'malformed', form: rule.form, needed: rule.needed });
  }
  const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret } = environment.values;
  // One without the other is of no use, and the account's own token would be used without a word.
  if ((key === undefined) !== (secret === undefined)) {
    const variable = key === undefined ? 'TWILIO_API_KEY' : 'TWILIO_API_SECRET';
    if (!environment.faults.some((fault) => fault.variable === variable))
      environment.faults.push({ variable, problem: 'missing', form: RULES[variable].form, needed: 'optional' });
  }
  return environment;
}

/**
 * Domains a supervisor may send voicemails to, in lower case: those of ADMIN_EMAIL unless others are set. None, where
 * neither is usable.
 */
export function allowedEmailDomains({ values }: Environment): string[] {
  const domains =
    values.ALLOWED_EMAIL_DOMAINS === undefined
      ? splitAddresses(values.ADMIN_EMAIL ?? '').map(domainOf)
      : splitAddresses(values.ALLOWED_EMAIL_DOMAINS);
  return [...new Set(domains.map((domain) => domain.toLowerCase()))];
}

/** One line for people, without the value: it may be a key put in the wrong place. */
export function describeFault(fault: EnvironmentFault): string {
  return `${fault.variable} is ${fault.problem}: expected ${fault.form}`;
}
