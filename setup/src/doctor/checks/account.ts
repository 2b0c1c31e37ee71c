import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot } from '../snapshot';

/** The account itself, and who may be called from it. */
export function checkAccount({ account, permittedCountries, functions }: Snapshot): Finding[] {
  const findings: Finding[] = [];
  if (isUnread(account)) return [unknown('account', `The account cannot be read: ${account.reason}`, 'Check the key.')];
  findings.push(
    account.status === 'active'
      ? right('account', 'The account is active')
      : wrong('account', `The account is ${account.status}`, 'Settle it with Twilio: Console, Account.'),
  );
  findings.push(
    account.type === 'Trial'
      ? wrong('account-trial', 'A trial account calls verified numbers alone', 'Upgrade it: Console, Billing.')
      : right('account-trial', 'It is no trial account'),
  );
  const variables = !isUnread(functions) ? functions?.variables : undefined;
  const countries = (variables?.CALLBACK_COUNTRIES ?? '')
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  if (isUnread(permittedCountries))
    findings.push(
      unknown('countries', 'Which countries may be called cannot be read', 'Console, Voice, Geographic permissions.'),
    );
  else {
    const closed = countries.filter((country) => !permittedCountries.includes(country));
    findings.push(
      closed.length === 0
        ? right('countries', 'Every country of CALLBACK_COUNTRIES may be called')
        : wrong(
            'countries',
            `May not be called: ${closed.join(', ')}`,
            'Open them: Console, Voice, Geographic permissions.',
          ),
    );
  }
  return findings;
}
