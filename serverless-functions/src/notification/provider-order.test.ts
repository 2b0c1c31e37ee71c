import { type EmailProvider, EmailSendError } from '../email-providers/provider';
import { readEnvironment } from '../runtime/environment';
import { ProviderOrder } from './provider-order';

const NOW = Date.UTC(2026, 10, 30, 12);
const provider = (name: EmailProvider['name']) => ({ name }) as EmailProvider;
const [FIRST, SECOND] = [provider('mailgun'), provider('smtp')] as const;
/** Each account has a memory of its own. */
let accounts = 0;
const newEnvironment = () => {
  accounts += 1;
  return readEnvironment({ ACCOUNT_SID: `AC${String(accounts).padStart(32, '0')}` });
};
const newOrder = (environment = newEnvironment()) => new ProviderOrder(environment, [FIRST, SECOND]);
const error = (overrides: Partial<EmailSendError> = {}) =>
  new EmailSendError('failed', {
    kind: 'retryable',
    deliveryUncertain: false,
    problem: 'unreachable',
    advice: '',
    ...overrides,
  });
const names = (order: ProviderOrder, now: number) => order.inOrder(now).map(({ name }) => name);

test.each(['retryable', 'misconfigured'] as const)('after a %s failure, a provider comes last for a minute', (kind) => {
  const order = newOrder();
  order.note(FIRST, error({ kind }), NOW);
  expect(names(order, NOW + 59_999)).toEqual(['smtp', 'mailgun']);
  expect(order.blockedBy(FIRST, NOW)).toBeUndefined();
  expect(names(order, NOW + 60_000)).toEqual(['mailgun', 'smtp']);
});

test.each(['recipient', 'permanent', 'too-large'] as const)('a %s failure says nothing of the provider', (kind) => {
  const order = newOrder();
  order.note(FIRST, error({ kind }), NOW);
  expect(names(order, NOW)).toEqual(['mailgun', 'smtp']);
});

test.each(['recording-unavailable', 'recipient-later'] as const)('%s says nothing of the provider', (problem) => {
  const order = newOrder();
  order.note(FIRST, error({ problem }), NOW);
  expect(names(order, NOW)).toEqual(['mailgun', 'smtp']);
});

test('a provider that asks for a pause is not tried before its end', () => {
  const order = newOrder();
  order.note(FIRST, error({ retryAfterMs: 300_000, problem: 'limit-reached' }), NOW);
  expect(order.blockedBy(FIRST, NOW + 100_000)).toMatchObject({ retryAfterMs: 200_000, problem: 'limit-reached' });
  expect(order.blockedBy(SECOND, NOW)).toBeUndefined();
  expect(order.blockedBy(FIRST, NOW + 300_000)).toBeUndefined();
});

test('while it is blocked nothing is in doubt, although the answer that blocked it was', () => {
  const order = newOrder();
  order.note(FIRST, error({ retryAfterMs: 300_000, deliveryUncertain: true, isIncomplete: true }), NOW);
  expect(order.blockedBy(FIRST, NOW)).toMatchObject({ deliveryUncertain: false, isIncomplete: false });
});

test('a success clears it, and another order of the same account knows', () => {
  const environment = newEnvironment();
  newOrder(environment).note(FIRST, error(), NOW);
  expect(names(newOrder(environment), NOW)).toEqual(['smtp', 'mailgun']);
  expect(names(newOrder(), NOW)).toEqual(['mailgun', 'smtp']);
  newOrder(environment).note(FIRST, undefined, NOW);
  expect(names(newOrder(environment), NOW)).toEqual(['mailgun', 'smtp']);
});

test('when all are down, the order of the configuration stays', () => {
  const order = newOrder();
  order.note(SECOND, error(), NOW);
  order.note(FIRST, error(), NOW);
  expect(names(order, NOW)).toEqual(['mailgun', 'smtp']);
});
