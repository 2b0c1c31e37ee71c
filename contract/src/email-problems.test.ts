import { type EmailProblem, emailOutage } from './email-problems';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 29, 12, minute)).toISOString();
const failed = (problem: EmailProblem, minute: number) => ({ lastFailure: { at: at(minute), problem } });
const provider = { configured: true };

test.each<[string, Parameters<typeof emailOutage>[0], EmailProblem | undefined]>([
  ['when nothing was sent yet, there is no outage', { provider }, undefined],
  ['when the key is refused, no email goes out', { provider, ...failed('key-refused', 2) }, 'key-refused'],
  [
    'when the key worked before, it is an outage all the same',
    { provider, lastSuccessAt: at(1), ...failed('key-refused', 2) },
    'key-refused',
  ],
  [
    'when an email went out since, the outage is over',
    { provider, lastSuccessAt: at(3), ...failed('key-refused', 2) },
    undefined,
  ],
  [
    'when a test email went out since, the outage is over',
    { provider, lastTestAt: at(3), ...failed('key-refused', 2) },
    undefined,
  ],
  [
    'when a test email went out before, it is an outage',
    { provider, lastTestAt: at(1), ...failed('unreachable', 2) },
    'unreachable',
  ],
  [
    'a test email does not show that the stored settings can be read',
    { provider, lastTestAt: at(3), ...failed('settings-unreadable', 2) },
    'settings-unreadable',
  ],
  ['when one recipient was refused, other emails go out', { provider, ...failed('recipient-refused', 2) }, undefined],
  ['when one recording was too large, other emails go out', { provider, ...failed('too-large', 2) }, undefined],
  [
    'when the provider is not set up, no email goes out',
    { provider: { configured: false }, lastSuccessAt: at(3) },
    'not-configured',
  ],
])('%s', (_title, health, expected) => {
  expect(emailOutage(health)).toBe(expected);
});
