import type { CallerVerdict } from '@callback-and-voicemail/contract/flex-api';
import { type CallerExperience, callerExperienceFor, ownNumbers } from '../caller-experience';
import type { Invocation } from '../invocation';
import { allowedCountries } from '../numbers/callback-countries';
import { type CountryCode, type NumberProblem, validateCallbackNumber } from '../numbers/callback-number';
import { cleanCallerName } from '../numbers/caller-number';
import { mayHaveCallbacks } from '../numbers/caller-verdict';
import type { Environment } from '../runtime/environment';
import { type FormFields, parameter } from '../runtime/form-fields';
import { callerOptions, type Option } from './options';
import type { WaitSession } from './wait-session';

/** The caller as one request of the waiting loop knows them. */
export interface WaitingCaller {
  environment: Environment;
  callSid: string;
  from: string;
  to: string;
  callerName: string | undefined;
  verdict: CallerVerdict | undefined;
  /** `https://host` of this deployment. */
  origin: string;
  experience: CallerExperience;
  options: ReadonlySet<Option>;
  /** The countries a callback may go to. */
  countries: readonly CountryCode[];
  /** Their own number in E.164, when it may be called back. */
  ownNumber: string | undefined;
  /** Why it may not. */
  ownNumberProblem: NumberProblem | 'unverified' | undefined;
  /** None of these is called back. */
  businessNumbers: readonly string[];
}

export function createWaitingCaller(
  { environment, origin }: Invocation,
  event: Record<string, unknown>,
  { queueName, callsFromOurs, verdict }: Pick<WaitSession, 'queueName' | 'callsFromOurs' | 'verdict'>,
): WaitingCaller {
  const [callSid, from, to] = ['CallSid', 'From', 'To'].map((name) => parameterText(event, name)) as [
    string,
    string,
    string,
  ];
  const configured = callerExperienceFor({ dialed: to, queueName: queueName ?? '' });
  const isAllowed = mayHaveCallbacks(environment, verdict);
  // Not even at a number they type: who shows another's number could type it, too.
  const experience = isAllowed ? configured : { ...configured, callbacks: false };
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, to);
  const businessNumbers = [...ownNumbers(to), ...(callsFromOurs ? [from] : [])];
  const own = validateCallbackNumber(from, countries, businessNumbers);
  const unverified = isAllowed ? undefined : ('unverified' as const);
  return {
    environment,
    callSid,
    from,
    to,
    callerName: cleanCallerName(event.CallerName, from),
    verdict,
    origin,
    experience,
    countries,
    businessNumbers,
    ownNumber: own.ok && isAllowed ? own.number : undefined,
    ownNumberProblem: own.ok ? unverified : own.problem,
    options: callerOptions(experience, own.ok),
  };
}

/** A parameter of Twilio's, cut to what a number, a SID or an address may have. */
export function parameterText(event: FormFields, name: string): string {
  return parameter(event, name).slice(0, 256);
}
