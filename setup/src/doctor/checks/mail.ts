import { configuredProviders } from '../../../../serverless-functions/src/runtime/environment';
import { deployedEnvironment } from '../../functions/variables';
import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot } from '../snapshot';

/** Whether mail can go out, and be believed. */
export function checkMail(snapshot: Snapshot): Finding[] {
  const { functions } = snapshot;
  if (isUnread(functions) || functions === undefined) return [];
  const providers = configuredProviders(deployedEnvironment(functions.variables));
  if (providers.length === 0)
    return [
      wrong(
        'mail-provider',
        'No mail provider is configured: voicemails wait three days, then their mail is given up',
        'Name one: docs/configuration.md#mail-providers.',
      ),
    ];
  return [
    right('mail-provider', `Mail goes through ${providers.join(', then ')}`),
    ...checkKey(snapshot),
    ...checkSandboxDomain(functions.variables),
    ...checkSender(snapshot),
  ];
}

function checkKey({ mailProvider }: Snapshot): Finding[] {
  if (isUnread(mailProvider))
    return [unknown('mail-key', `The mail provider did not answer: ${mailProvider.reason}`, 'Run it again.')];
  if (mailProvider === undefined) return [];
  const { provider, key } = mailProvider;
  if (key === 'refused')
    return [
      wrong(
        'mail-key',
        `${provider} refuses the key`,
        'Check the key, and for Mailgun’s EU region MAILGUN_API_BASE_URL.',
      ),
    ];
  if (key === 'domain-unknown')
    return [
      wrong(
        'mail-key',
        `${provider} does not know the domain`,
        'Check MAILGUN_DOMAIN, and for the EU region MAILGUN_API_BASE_URL.',
      ),
    ];
  if (key === 'sending-only')
    return [
      right(
        'mail-key',
        `${provider} takes the key, which may send and ask nothing: what became of mails comes by webhook`,
      ),
    ];
  return [right('mail-key', `${provider} takes the key`)];
}

function checkSandboxDomain({ MAILGUN_DOMAIN: domain = '' }: Readonly<Record<string, string>>): Finding[] {
  return /^sandbox[0-9a-f]+\.mailgun\.org$/i.test(domain)
    ? [
        wrong(
          'mail-sandbox',
          'The Mailgun domain is a sandbox, which sends to authorized recipients alone',
          'Verify a domain of your own: Mailgun, Sending, Domains.',
        ),
      ]
    : [];
}

/** https://support.google.com/a/answer/81126: what large mailbox providers ask of senders. */
function checkSender({ senderDomain }: Snapshot): Finding[] {
  if (senderDomain === undefined) return [];
  const { domain, records } = senderDomain;
  if (isUnread(records))
    return [unknown('mail-dns', `DNS did not answer about ${domain}`, 'Run it again, or ask another server.')];
  const { spf, dmarc, dkimSelectors } = records;
  return [
    spf === undefined
      ? wrong(
          'mail-spf',
          `${domain} has no SPF record`,
          'Add the TXT record that your mail provider names for the domain.',
        )
      : right('mail-spf', `${domain} has an SPF record`),
    dkimSelectors.length === 0
      ? unknown(
          'mail-dkim',
          `${domain} has no DKIM key under a usual name`,
          'See that the provider calls the domain verified.',
        )
      : right('mail-dkim', `${domain} has a DKIM key`),
    dmarc === undefined
      ? wrong(
          'mail-dmarc',
          `${domain} has no DMARC policy, which large mailbox providers ask for`,
          `Add a TXT record for _dmarc.${domain}: v=DMARC1; p=none`,
        )
      : right('mail-dmarc', `${domain} has a DMARC policy`),
  ];
}
