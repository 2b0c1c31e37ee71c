import type { MailProviderName } from './world/types';

const MAIL_PROVIDERS: readonly MailProviderName[] = ['mailgun', 'sendgrid', 'twilio', 'smtp'];

export const START_HELP = `npm start -- [options]

  --mail=NAME   the mail provider of the Functions: ${MAIL_PROVIDERS.join(', ')} (default: mailgun)
  --mail=A,B    several, in the order in which they are tried
  --new-account an account in which Flex has just been set up, to try npm run setup on
  --built       as it was built last
  --help        this text

PORT=4100 npm start takes another port than 4000.`;

export interface StartOptions {
  /** In the order in which they are tried. */
  mail: readonly MailProviderName[];
  /** Without the product: a person sets it up. */
  isNewAccount: boolean;
  help: boolean;
}

/** A word of the command line that means nothing. Its message is for the person who wrote it, without a stack. */
class WrongOption extends Error {
  readonly code = 'wrong-option';
}

/** @param words what follows `npm start --` @throws WrongOption that says what may be written */
export function parseStartOptions(words: readonly string[]): StartOptions {
  const options: StartOptions = { mail: ['mailgun'], isNewAccount: false, help: false };
  for (const word of words) {
    const [name, value = ''] = word.split('=');
    if (word === '--help') options.help = true;
    else if (word === '--new-account') options.isNewAccount = true;
    else if (name === '--mail') options.mail = parseProviders(value);
    // Of the script that builds before.
    else if (word !== '--built') throw new WrongOption(`${word} is no option.\n\n${START_HELP}`);
  }
  return options;
}

function parseProviders(value: string): MailProviderName[] {
  const names = value.split(',');
  const known = names.flatMap((name) => MAIL_PROVIDERS.filter((one) => one === name));
  if (known.length === names.length && new Set(known).size === known.length) return known;
  throw new WrongOption(
    `--mail=${value} is none of ${MAIL_PROVIDERS.join(', ')}, nor several of them.\n\n${START_HELP}`,
  );
}
