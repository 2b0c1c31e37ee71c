import fc from 'fast-check';
import {
  type EmailProvider,
  EmailSendError,
  type Message,
  NO_RECORDS,
  type Recipient,
  type SendFailureKind,
} from '../email-providers/provider';
import { readEnvironment } from '../runtime/environment';
import { RecordingUnavailable } from '../twilio/recording-media';
import { deliverMessage, type SendingTime } from './deliver-message';
import { ProviderOrder } from './provider-order';
import { UNLIMITED } from './send-allowance';

const error = (kind: SendFailureKind, overrides: Partial<EmailSendError> = {}) =>
  new EmailSendError(`is-${kind}`, {
    kind,
    deliveryUncertain: false,
    problem: kind === 'recipient' ? 'recipient-refused' : 'unreachable',
    advice: '',
    ...overrides,
  });

/** What a provider does with a message: takes it for those it does not name, or throws. */
type Behavior = (addresses: readonly string[]) => Record<string, EmailSendError>;
const accepts: Behavior = () => ({});
const fails =
  (cause: unknown): Behavior =>
  () => {
    throw cause;
  };
/** Refuses the whole message because of one recipient, as HTTP APIs do. */
const refuses =
  (address: string): Behavior =>
  (addresses) => {
    if (addresses.includes(address)) throw error('recipient');
    return {};
  };

interface FakeProvider extends EmailProvider {
  /** Whom each attempt was for. */
  attempts: string[][];
  /** Who has the mail. */
  mailboxes: string[];
}

function provider(name: EmailProvider['name'], ...behaviors: Behavior[]): FakeProvider {
  const fake: FakeProvider = {
    ...NO_RECORDS,
    name,
    maxMessageBytes: 1_000,
    attempts: [],
    mailboxes: [],
    async send({ recipients }) {
      const addresses = recipients.map(({ address }) => address);
      fake.attempts.push(addresses);
      const failed = (behaviors.length > 1 ? behaviors.shift()! : behaviors[0]!)(addresses);
      fake.mailboxes.push(...addresses.filter((address) => failed[address] === undefined));
      return { failed: Object.entries(failed).map(([address, one]) => ({ address, error: one })) };
    },
    diagnose: async () => ({ problem: 'unknown' }),
  };
  return fake;
}

const recipients = (...names: string[]): Recipient[] => names.map((address) => ({ address }));
const [ANA, BOB, CEM] = ['ana@example.com', 'bob@example.com', 'cem@example.com'] as const;
const compose = (_provider: EmailProvider, some: readonly Recipient[]): Message => ({
  messageId: '1@example.com',
  from: 'voicemail@example.com',
  recipients: some,
  subject: '',
  text: '',
  html: '',
});
const ENOUGH: SendingTime = { remaining: () => 8_000, within: (_ms, work) => work(new AbortController().signal) };
let accounts = 0;
function orderOf(...providers: EmailProvider[]): ProviderOrder {
  accounts += 1;
  return new ProviderOrder(readEnvironment({ ACCOUNT_SID: `AC${String(accounts).padStart(32, '0')}` }), providers);
}
const deliver = (order: ProviderOrder, to: readonly Recipient[], time: SendingTime = ENOUGH) =>
  deliverMessage(order, to, compose, time, UNLIMITED);

test('the first provider takes it, and no other is asked', async () => {
  const [first, second] = [provider('mailgun', accepts), provider('smtp', accepts)];
  expect(await deliver(orderOf(first, second), recipients(ANA, BOB))).toEqual({
    settled: [ANA, BOB].map((address) => ({ address, state: 'accepted', provider: 'mailgun' })),
    waiting: [],
    uncertain: [],
  });
  expect(second.attempts).toEqual([]);
});

test.each<[SendFailureKind]>([['retryable'], ['misconfigured'], ['permanent'], ['too-large']])(
  'after a failure of kind %s, the next provider takes over',
  async (kind) => {
    const [first, second] = [provider('mailgun', fails(error(kind))), provider('smtp', accepts)];
    const { settled, failure } = await deliver(orderOf(first, second), recipients(ANA, BOB));
    expect(settled.map(({ state }) => state)).toEqual(['accepted', 'accepted']);
    expect(failure).toBeUndefined();
  },
);

test('after a lost answer, nobody else gets the message for them', async () => {
  const lost = error('retryable', { deliveryUncertain: true });
  const [first, second] = [provider('mailgun', fails(lost)), provider('smtp', accepts)];
  expect(await deliver(orderOf(first, second), recipients(ANA, BOB))).toEqual({
    settled: [],
    failure: lost,
    waiting: [ANA, BOB].map((address) => ({ address, problem: lost.problem })),
    uncertain: [ANA, BOB],
  });
  expect(second.attempts).toEqual([]);
});

test('what a provider throws that is no error of sending counts as a lost answer', async () => {
  const [first, second] = [provider('mailgun', fails(new TypeError('x'))), provider('smtp', accepts)];
  const { failure } = await deliver(orderOf(first, second), recipients(ANA));
  expect(failure).toMatchObject({ code: 'no-answer-in-time', deliveryUncertain: true });
  expect(second.attempts).toEqual([]);
});

test('only those that a provider did not take it for go to the next one', async () => {
  const lost = error('retryable', { deliveryUncertain: true });
  const first = provider('smtp', () => ({ [BOB]: error('retryable'), [CEM]: lost }));
  const second = provider('twilio', accepts);
  const { settled, failure } = await deliver(orderOf(first, second), recipients(ANA, BOB, CEM));
  expect(settled.map(({ address, provider: by }) => [address, by])).toEqual([
    [ANA, 'smtp'],
    [BOB, 'twilio'],
  ]);
  expect(failure).toBe(lost);
  expect(second.attempts).toEqual([[BOB]]);
});

test('a message that is refused for a recipient goes to each of them alone', async () => {
  const first = provider('mailgun', refuses(BOB));
  const { settled, failure } = await deliver(orderOf(first), recipients(ANA, BOB, CEM));
  expect(first.attempts).toEqual([[ANA, BOB, CEM], [ANA], [BOB], [CEM]]);
  expect(settled).toEqual(
    expect.arrayContaining([
      { address: ANA, state: 'accepted', provider: 'mailgun' },
      { address: CEM, state: 'accepted', provider: 'mailgun' },
      { address: BOB, state: 'refused', problem: 'recipient-refused' },
    ]),
  );
  expect(failure).toBeUndefined();
});

test('whom all refuse is settled; whom one may take later is not', async () => {
  const refused = await deliver(
    orderOf(provider('mailgun', refuses(BOB)), provider('smtp', refuses(BOB))),
    recipients(BOB),
  );
  expect(refused.settled).toEqual([{ address: BOB, state: 'refused', problem: 'recipient-refused' }]);
  const waiting = await deliver(
    orderOf(provider('mailgun', refuses(BOB)), provider('smtp', fails(error('retryable')))),
    recipients(BOB),
  );
  expect(waiting.settled).toEqual([]);
  expect(waiting.failure).toMatchObject({ kind: 'retryable' });
});

test('when it fails for one of those alone, the rest goes to the next provider without another try', async () => {
  const first = provider('mailgun', refuses(BOB), accepts, fails(error('retryable')));
  const second = provider('smtp', accepts);
  const { settled, failure } = await deliver(orderOf(first, second), recipients(ANA, BOB, CEM));
  expect(first.attempts).toEqual([[ANA, BOB, CEM], [ANA], [BOB]]);
  expect(second.attempts).toEqual([[BOB, CEM]]);
  expect(settled).toHaveLength(3);
  expect(failure).toBeUndefined();
});

test('a provider that asks for a pause is left alone, and the next one takes its mails', async () => {
  const limit = error('retryable', { retryAfterMs: 300_000, problem: 'limit-reached', deliveryUncertain: true });
  const [first, second] = [provider('mailgun', fails(limit), accepts), provider('smtp', accepts)];
  const order = orderOf(first, second);
  expect((await deliver(order, recipients(ANA))).failure).toBe(limit);
  expect((await deliver(order, recipients(BOB))).settled).toHaveLength(1);
  expect(first.attempts).toHaveLength(1);
  const alone = orderOf(first);
  alone.note(first, limit, Date.now());
  const { failure } = await deliver(alone, recipients(BOB));
  expect(failure).toMatchObject({ deliveryUncertain: false, problem: 'limit-reached' });
  expect(failure?.retryAfterMs).toBeGreaterThan(290_000);
});

test('a recording that cannot be opened takes nothing back of what was sent', async () => {
  const gone = new RecordingUnavailable(false, undefined);
  const first = provider('mailgun', refuses(BOB), accepts, fails(gone));
  const { settled, failure } = await deliver(orderOf(first), recipients(ANA, BOB, CEM));
  expect(settled).toEqual([{ address: ANA, state: 'accepted', provider: 'mailgun' }]);
  expect(failure).toMatchObject({ code: 'recording-unavailable', isIncomplete: true, deliveryUncertain: false });
});

test('without time nobody is asked, which says nothing of the provider', async () => {
  const first = provider('mailgun', accepts);
  const order = orderOf(first);
  const { settled, failure } = await deliver(order, recipients(ANA), { ...ENOUGH, remaining: () => 999 });
  expect([settled, failure?.code, first.attempts]).toEqual([[], 'no-time-left', []]);
  expect(order.blockedBy(first, Date.now())).toBeUndefined();
});

test('when the time ends between those alone, the rest waits', async () => {
  const first = provider('mailgun', refuses(BOB));
  let left = 4;
  const remaining = () => (left-- > 0 ? 8_000 : 0);
  const { settled, failure } = await deliver(orderOf(first), recipients(ANA, BOB, CEM), { ...ENOUGH, remaining });
  expect(settled).toEqual([{ address: ANA, state: 'accepted', provider: 'mailgun' }]);
  expect(failure).toMatchObject({ deliveryUncertain: false });
  expect(first.attempts.length).toBeLessThan(4);
});

test('whatever providers do, nobody gets the message twice, and nobody is forgotten', async () => {
  const kinds = fc.constantFrom<SendFailureKind>('retryable', 'recipient', 'permanent', 'misconfigured', 'too-large');
  const failure = fc
    .record({ kind: kinds, isLost: fc.boolean(), pause: fc.option(fc.constant(60_000), { nil: undefined }) })
    .map(({ kind, isLost, pause }) =>
      error(isLost ? 'retryable' : kind, { deliveryUncertain: isLost, retryAfterMs: pause }),
    );
  const outcome = fc.oneof(fc.constant(undefined), failure);
  const behavior = fc.oneof(
    fc.constant(accepts),
    failure.map((one) => fails(one)),
    fc.constantFrom(ANA, BOB, CEM).map((address) => refuses(address)),
    fc.tuple(outcome, outcome, outcome).map(
      (outcomes): Behavior =>
        (addresses) =>
          Object.fromEntries(
            [ANA, BOB, CEM].flatMap((address, n) =>
              outcomes[n] !== undefined && addresses.includes(address) ? [[address, outcomes[n]]] : [],
            ),
          ),
    ),
  );
  const behaviors = fc.array(behavior, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(behaviors, behaviors, behaviors, async (...all) => {
      const providers = all.map((list, n) => provider((['mailgun', 'smtp', 'twilio'] as const)[n]!, ...list));
      const { settled, failure: rest } = await deliver(orderOf(...providers), recipients(ANA, BOB, CEM));
      const mailboxes = providers.flatMap((one) => one.mailboxes).sort();
      const accepted = settled.flatMap(({ address, state }) => (state === 'accepted' ? [address] : []));
      expect(mailboxes).toEqual(accepted.sort());
      expect(new Set(settled.map(({ address }) => address)).size).toBe(settled.length);
      expect(settled.length === 3).toBe(rest === undefined);
    }),
  );
});
