import type { MailProviderName } from '../../../sandbox/src/world/types';
import { isSoak, testSeed } from '../sampling';
import { drawCases, matrixCases } from './matrix-cases';
import { matrixTable } from './matrix-table';
import { openMatrix, type PlayedCase, playCase, recordCalls } from './play-case';

/** Calls that every attempt at a voicemail makes: the matrix must strike them, whatever else it finds. */
const ALWAYS_CALLED = [
  'first GET api/Recordings/….wav',
  'first GET sync/Documents/email-settings',
  'first POST taskrouter/Tasks',
  'first POST sync/Documents/voicemail-…-1',
  'first POST sync/Documents/voicemail-…-1 (2)',
  'retry GET api/Recordings/….wav',
  'sweep POST iam/Tokens/validate',
  'sweep POST taskrouter/Tasks',
  'sweep GET api/Recordings/….wav',
];
const inEachAttempt = (calls: readonly string[]) =>
  ['first', 'retry', 'sweep'].flatMap((phase) => calls.map((call) => `${phase} ${call}`));
const afterLostAnswers = (call: string) => ['retry', 'sweep'].map((phase) => `${phase} ${call}`);
const OF_PROVIDER: Record<MailProviderName, string[]> = {
  mailgun: [
    ...inEachAttempt(['POST api/v3/mg.example.com/messages']),
    ...afterLostAnswers('GET api/v3/mg.example.com/events'),
  ],
  sendgrid: inEachAttempt(['POST api/v3/mail/send']),
  twilio: [...inEachAttempt(['POST comms/v1/Emails']), ...afterLostAnswers('GET comms/v1/Emails')],
  smtp: inEachAttempt(['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'].map((command) => `${command} mail/`)),
};

/** More than 1,000 in each run. */
const LEAST_CASES: Record<MailProviderName, number> = { mailgun: 255, sendgrid: 235, smtp: 290, twilio: 260 };

/**
 * Plays the faults of one provider, and prints what became of them.
 * @returns what is wrong, by case; none when everybody has one mail or one explained failure, and each voicemail one task
 */
export async function playMatrix(provider: MailProviderName): Promise<string[]> {
  const matrix = await openMatrix(provider);
  const calls = await recordCalls(matrix);
  const all = matrixCases(calls);
  const cases = isSoak ? all : drawCases(provider, calls);
  const names = new Set(calls.map(({ phase, target }) => `${phase.name} ${target.name}`));
  const problems = [...ALWAYS_CALLED, ...OF_PROVIDER[provider]]
    .filter((call) => !names.has(call))
    .map((call) => `${call} is not called`);
  if (cases.length < LEAST_CASES[provider]) problems.push(`there are ${cases.length} cases`);
  const played: PlayedCase[] = [];
  for (const one of cases) {
    const result = await playCase(matrix, one);
    played.push(result);
    const { phase, target, fault } = one;
    for (const problem of result.problems) problems.push(`${phase.name}, ${target.name}, ${fault.name}: ${problem}`);
  }
  const { harness } = matrix;
  const logs = harness.functionLogs().join('\n');
  if ([...harness.secrets(), '@example.com'].some((secret) => logs.includes(secret)))
    problems.push('the log holds a secret or an address');
  // That the product answers with an error is what a fault may do.
  const errors = harness.sandboxErrors().filter(({ source }) => source !== 'product');
  problems.push(...errors.map(({ text }) => text));
  const title = `Faults of mails through ${provider}: ${cases.length} of ${all.length} cases, seed ${testSeed()}`;
  process.stdout.write(`${matrixTable(title, played)}\n`);
  return problems;
}
