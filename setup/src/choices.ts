import { isSid } from '@callback-and-voicemail/contract';
import { SetupError } from './setup-error';

/** Which of its things an account uses, as people answer. */
export interface Choices {
  environment: EnvironmentName;
  /** The queue whose agents take calls: its SID. */
  callQueue: string;
  /** `new`, or the SID of a queue of the account whose agents call back. */
  callbackQueue: string;
  /** `new`, or the SID of the callers' own workflow, which gets the filters for callbacks and voicemails. */
  workflow: string;
  /** `new`, or the SID of a flow of the account, which is left as it is: the documentation says what to add. */
  flow: string;
  /** The SID of the number that callers dial, or `none`. */
  number: string;
  /** Whether agents may call out, which calling back needs. */
  enableOutboundCalls: boolean;
  /** The Functions' variables that people give, by name. */
  variables: Readonly<Record<string, string>>;
}

const ENVIRONMENT_NAMES = ['dev', 'stage', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

/** The options of the command that name a choice, and their variables in a `.env` file. */
export const CHOICE_OPTIONS = {
  'call-queue': 'SETUP_CALL_QUEUE',
  'callback-queue': 'SETUP_CALLBACK_QUEUE',
  workflow: 'SETUP_WORKFLOW',
  flow: 'SETUP_FLOW',
  number: 'SETUP_NUMBER',
  'outbound-calls': 'SETUP_OUTBOUND_CALLS',
} as const;
export type ChoiceOption = keyof typeof CHOICE_OPTIONS;

/** @throws SetupError for a name that is none */
export function readEnvironmentName(value: string | undefined): EnvironmentName {
  const name = value ?? 'dev';
  if ((ENVIRONMENT_NAMES as readonly string[]).includes(name)) return name as EnvironmentName;
  throw new SetupError('usage', '--environment is none of dev, stage and prod', 'Name one of the three.');
}

const FORMS: Record<ChoiceOption, { isValid: (value: string) => boolean; expected: string }> = {
  'call-queue': { isValid: (value) => isSid('taskQueue', value), expected: 'the SID of a queue, WQ…' },
  'callback-queue': {
    isValid: (value) => value === 'new' || isSid('taskQueue', value),
    expected: 'new, or the SID of a queue, WQ…',
  },
  workflow: {
    isValid: (value) => value === 'new' || isSid('workflow', value),
    expected: 'new, or the SID of a workflow, WW…',
  },
  flow: {
    isValid: (value) => value === 'new' || value === 'none' || /^FW[0-9a-f]{32}$/.test(value),
    expected: 'new, none, or the SID of a flow, FW…',
  },
  number: {
    isValid: (value) => value === 'none' || /^\+[1-9]\d{6,14}$/.test(value),
    expected: 'none, or a telephone number of the account, +12025550123',
  },
  'outbound-calls': { isValid: (value) => value === 'yes' || value === 'no', expected: 'yes or no' },
};

/**
 * The choices that options and environment make.
 * @param options by name, without dashes; they go before the environment
 * @throws SetupError for a malformed one
 */
export function readGivenChoices(
  options: Readonly<Partial<Record<ChoiceOption, string>>>,
  environment: Readonly<Record<string, string | undefined>>,
): Partial<Record<ChoiceOption, string>> {
  const given: Partial<Record<ChoiceOption, string>> = {};
  for (const [option, variable] of Object.entries(CHOICE_OPTIONS) as [ChoiceOption, string][]) {
    const value = options[option] ?? environment[variable];
    if (value === undefined || value === '') continue;
    const { isValid, expected } = FORMS[option];
    if (!isValid(value))
      throw new SetupError('usage', `--${option} (${variable}) is malformed: expected ${expected}`, 'Correct it.');
    given[option] = value;
  }
  return given;
}
