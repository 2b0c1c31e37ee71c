import { expectedForm, isWellFormed, type Variable } from '../../serverless-functions/src/runtime/environment';
import type { AccountOffer } from './account/basics';
import type { Asker } from './asker';
import type { ChoiceOption, Choices, EnvironmentName } from './choices';
import { SetupError } from './setup-error';

type Given = Partial<Record<ChoiceOption, string>>;
type Variables = Record<string, string>;

/**
 * Completes the choices: asks what was not given, or takes what changes least.
 * @param asker undefined: there is nobody to ask
 * @throws SetupError for a choice that cannot be left out
 */
export async function completeChoices(
  environment: EnvironmentName,
  given: Given,
  variables: Readonly<Variables>,
  offer: AccountOffer,
  asker: Asker | undefined,
): Promise<Choices> {
  const all = asker === undefined ? given : { ...given, ...(await askForThings(given, offer, asker)) };
  const callQueue = all['call-queue'] ?? offer.callQueue;
  if (callQueue === undefined)
    throw new SetupError('usage', 'Flex names no queue for calls', 'Name it: --call-queue WQ…');
  const mail = asker === undefined ? variables : { ...variables, ...(await askForMail(variables, asker)) };
  if (mail.ADMIN_EMAIL === undefined)
    throw new SetupError('usage', 'ADMIN_EMAIL is missing', 'Add it to the .env file: who gets voicemails at first.');
  return {
    environment,
    callQueue,
    callbackQueue: all['callback-queue'] ?? 'new',
    workflow: all.workflow ?? 'new',
    flow: all.flow ?? 'new',
    number: all.number ?? 'none',
    enableOutboundCalls: all['outbound-calls'] === 'yes',
    variables: mail,
  };
}

async function askForThings(given: Given, offer: AccountOffer, asker: Asker): Promise<Given> {
  const asked: Given = {};
  const ask = async (option: ChoiceOption, question: () => Promise<string>) => {
    if (given[option] === undefined) asked[option] = await question();
  };
  const queues = offer.queues.map(({ sid, name }) => ({ value: sid, name }));
  await ask('call-queue', () => asker.select('Which queue takes your calls?', queues, offer.callQueue));
  await ask('callback-queue', () =>
    asker.select('Who calls back?', [{ value: 'new', name: 'a new queue, with all agents' }, ...queues], 'new'),
  );
  const workflows = offer.workflows.map(({ sid, name }) => ({ value: sid, name: `${name}, with three filters added` }));
  await ask('workflow', () =>
    asker.select(
      'Which workflow routes callbacks and voicemails?',
      [{ value: 'new', name: 'a new one' }, ...workflows],
      'new',
    ),
  );
  await ask('flow', () =>
    asker.select('How do callers get into the queue?', [
      { value: 'new', name: 'by a new Studio flow' },
      { value: 'none', name: 'by what I have: I point its wait URL at the Functions' },
    ]),
  );
  const flow = asked.flow ?? given.flow;
  const numbers = offer.numbers.map(({ number, name, isInUse }) => ({
    value: number,
    name: `${number} ${name === number ? '' : name}${isInUse ? ' (leads elsewhere now)' : ''}`,
  }));
  if (flow === 'none') asked.number = given.number ?? 'none';
  else
    await ask('number', () =>
      asker.select('Which number leads there?', [{ value: 'none', name: 'none yet' }, ...numbers], 'none'),
    );
  if (!offer.isOutboundEnabled)
    await ask('outbound-calls', async () =>
      (await asker.confirm('Agents may not call out yet, which calling back needs. Enable outbound calls?', true))
        ? 'yes'
        : 'no',
    );
  return asked;
}

/** Variables of each provider; the first is asked for in the clear. */
const PROVIDERS: Readonly<Record<string, { name: string; variables: readonly Variable[] }>> = {
  twilio: { name: 'Twilio Email: no further key, a verified domain', variables: ['MAIL_FROM'] },
  mailgun: { name: 'Mailgun', variables: ['MAILGUN_DOMAIN', 'MAILGUN_API_KEY'] },
  sendgrid: { name: 'SendGrid', variables: ['MAIL_FROM', 'SENDGRID_API_KEY'] },
  smtp: { name: 'a mail server (SMTP)', variables: ['MAIL_FROM', 'SMTP_URL'] },
};
const SECRETS: ReadonlySet<Variable> = new Set(['MAILGUN_API_KEY', 'SENDGRID_API_KEY', 'SMTP_URL']);
const MAIL_VARIABLES: readonly Variable[] = ['MAIL_FROM', 'MAILGUN_DOMAIN', 'SENDGRID_API_KEY', 'SMTP_URL'];

async function askForMail(given: Readonly<Variables>, asker: Asker): Promise<Variables> {
  const asked: Variables = {};
  const ask = async (variable: Variable, message: string, preset?: string) => {
    if (given[variable] !== undefined) return;
    const problem = (value: string) =>
      isWellFormed(variable, value.trim()) ? undefined : `Expected ${expectedForm(variable)}`;
    const answer = SECRETS.has(variable)
      ? await asker.secret(message, problem)
      : await asker.input(message, problem, preset);
    asked[variable] = answer.trim();
  };
  await ask('ADMIN_EMAIL', 'Who gets voicemails, until a supervisor chooses others? (an address)');
  if (!MAIL_VARIABLES.some((variable) => given[variable] !== undefined)) {
    const provider = await asker.select(
      'How is mail sent?',
      [
        ...Object.entries(PROVIDERS).map(([value, { name }]) => ({ value, name })),
        { value: 'later', name: 'I decide later: voicemails wait up to three days' },
      ],
      'twilio',
    );
    for (const variable of PROVIDERS[provider]?.variables ?? [])
      await ask(variable, `${variable} (${expectedForm(variable)})`);
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const preset = isWellFormed('BUSINESS_TIME_ZONE', zone) ? zone : undefined;
  await ask('BUSINESS_TIME_ZONE', 'Which time zone do emails name?', preset);
  return asked;
}
