/** What a month of voicemails costs. Amounts are whole millionths of a dollar, so that sums are exact. */

interface Price {
  /** null: no published price was found, and people look it up. */
  microUsd: number | null;
  source: string;
  note?: string;
}

export interface MailPlan {
  name: string;
  microUsd: number;
  /** Emails a month. */
  included: number;
  /** For each further email; null: not known, so the plan counts up to what it includes. */
  extraMicroUsd: number | null;
}

export interface Prices {
  twilio: {
    recordingMinute: Price;
    storedMinuteMonth: Price & { includedMinutes: number };
    transcriptionMinute: Price;
    functionInvocation: Price;
    task: Price;
    smsSegment: Price;
    flexUserMonth: Price;
  };
  /** `plans` is null where no price was found, and empty for a server of one's own. */
  mail: Record<MailProvider, { source: string | null; plans: MailPlan[] | null }>;
}

type MailProvider = 'mailgun' | 'sendgrid' | 'twilio' | 'smtp';

export interface Usage {
  voicemails: number;
  averageSeconds: number;
  transcribed: boolean;
  /** Of a hundred voicemails, how many are emailed. */
  emailedPercent: number;
  recipientsPerEmail: number;
  provider: MailProvider;
  /** For how many days recordings are kept; 0: they are never deleted. */
  retentionDays: number;
  /** Messages about outages of email, to all numbers together. */
  smsMessages: number;
  /** Users of Flex to be counted in; most accounts have them anyway. */
  flexUsers: number;
}

interface CostLine {
  name: string;
  quantity: number;
  unit: string;
  /** null: look the price up. */
  microUsd: number | null;
  source: string | null;
  note?: string;
}

export interface Costs {
  lines: CostLine[];
  /** Of the lines with a price. */
  knownMicroUsd: number;
}

const MONTH_DAYS = 30;
/** Recordings that are never deleted are counted as they are after a year. */
const YEAR_DAYS = 365;
/** Twilio transcribes messages below two minutes. */
const TRANSCRIPTION_LIMIT_SECONDS = 120;
/** The wait experience twice, two keys, the invitation, the recording's end, its status, its transcript. */
const INVOCATIONS_PER_VOICEMAIL = 8;
/** A scheduler that calls every three minutes. */
const INVOCATIONS_OF_A_SCHEDULER = (MONTH_DAYS * 24 * 60) / 3;
/** The words of an SMS about an outage take two segments. */
const SEGMENTS_PER_SMS = 2;

const whole = (value: number) => (Number.isFinite(value) && value > 0 ? Math.floor(value) : 0);

/**
 * @param usage as typed: what is no number, or negative, counts as 0
 * @returns one line for each thing that is paid for, also where nothing is due
 */
export function estimateCosts(usage: Usage, { twilio, mail }: Prices): Costs {
  const voicemails = whole(usage.voicemails);
  // Twilio bills each message by the minute begun.
  const minutesEach = Math.ceil(whole(usage.averageSeconds) / 60);
  const minutes = voicemails * minutesEach;
  const keptDays = usage.retentionDays > 0 ? usage.retentionDays : YEAR_DAYS;
  const stored = Math.ceil((minutes * keptDays) / MONTH_DAYS);
  const isTranscribed = usage.transcribed && usage.averageSeconds < TRANSCRIPTION_LIMIT_SECONDS;
  const emailed = Math.ceil((voicemails * Math.min(whole(usage.emailedPercent), 100)) / 100);
  const emails = emailed * Math.max(whole(usage.recipientsPerEmail), 1);
  const lines: CostLine[] = [
    priced('Recording', minutes, 'minutes', twilio.recordingMinute),
    {
      ...priced('Storage', stored, 'minutes stored', twilio.storedMinuteMonth),
      ...chargeAbove(stored, twilio.storedMinuteMonth),
    },
    priced('Transcription', isTranscribed ? minutes : 0, 'minutes', twilio.transcriptionMinute),
    priced(
      'Functions',
      voicemails * INVOCATIONS_PER_VOICEMAIL + INVOCATIONS_OF_A_SCHEDULER,
      'calls',
      twilio.functionInvocation,
    ),
    priced('TaskRouter', voicemails, 'tasks', twilio.task),
    priced('Flex', whole(usage.flexUsers), 'users', twilio.flexUserMonth),
    priced('SMS about outages', whole(usage.smsMessages) * SEGMENTS_PER_SMS, 'segments', twilio.smsSegment),
    mailLine(emails, mail[usage.provider]),
  ];
  return { lines, knownMicroUsd: lines.reduce((sum, { microUsd }) => sum + (microUsd ?? 0), 0) };
}

function priced(name: string, quantity: number, unit: string, { microUsd, source, note }: Price): CostLine {
  // Nothing costs nothing, whatever its price.
  const amount = quantity === 0 ? 0 : microUsd === null ? null : quantity * microUsd;
  return { name, quantity, unit, microUsd: amount, source, ...(note === undefined ? {} : { note }) };
}

function chargeAbove(
  stored: number,
  { microUsd, includedMinutes }: Price & { includedMinutes: number },
): Pick<CostLine, 'microUsd' | 'note'> {
  const charged = Math.max(stored - includedMinutes, 0);
  return {
    microUsd: microUsd === null ? null : charged * microUsd,
    note: `the first ${includedMinutes.toLocaleString('en-US')} minutes are free`,
  };
}

function mailLine(emails: number, { source, plans }: Prices['mail'][MailProvider]): CostLine {
  const line = { name: 'Email provider', quantity: emails, unit: 'emails', source };
  if (emails === 0) return { ...line, microUsd: 0 };
  if (plans === null) return { ...line, microUsd: null };
  if (plans.length === 0) return { ...line, microUsd: 0, note: 'a mail server of your own' };
  const best = cheapestPlan(emails, plans);
  if (best === undefined) return { ...line, microUsd: null, note: 'more than the plans include' };
  return { ...line, microUsd: best.microUsd, note: `the plan ${best.name}` };
}

/** @returns the plan that costs least for so many emails a month, with what is above it; undefined: none takes them */
export function cheapestPlan(
  emails: number,
  plans: readonly MailPlan[],
): { name: string; microUsd: number } | undefined {
  return plans
    .flatMap(({ name, microUsd, included, extraMicroUsd }) => {
      const extra = Math.max(emails - included, 0);
      if (extra > 0 && extraMicroUsd === null) return [];
      return [{ name, microUsd: microUsd + extra * (extraMicroUsd ?? 0) }];
    })
    .sort((a, b) => a.microUsd - b.microUsd)[0];
}

/** @returns dollars with cents: half a cent is rounded up */
export const formatUsd = (microUsd: number): string =>
  `$${(Math.round(microUsd / 10_000) / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
