import { addressKey } from '@callback-and-voicemail/contract';
import { noTimeLeft, recordingInterrupted } from '../email-providers/answer';
import { type EmailProvider, EmailSendError, type Message, type Recipient } from '../email-providers/provider';
import type { RecipientOutcome, WaitingRecipient } from '../ledger/entry';
import { RecordingUnavailable } from '../twilio/recording-media';
import type { ProviderOrder } from './provider-order';
import { NO_PLACE, type SendAllowance } from './send-allowance';

/** What became of a message. */
export interface MessageDelivery {
  /** Recipients for whom a provider took it, and those whom all providers refused. */
  settled: RecipientOutcome[];
  /** The provider's own id of what it took first. */
  providerId?: string;
  /** Why the other recipients have no mail yet; undefined when there are none. */
  failure?: EmailSendError;
  /** The other recipients, each with what they wait for. */
  waiting: WaitingRecipient[];
  /** The addresses of those among them who may have it, since an answer was lost. */
  uncertain: string[];
}

/** The time of one attempt. */
export interface SendingTime {
  /** Milliseconds that may still be spent on sending. */
  remaining(): number;
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** No message is completed before it says true; after false, none is. */
  release?: Promise<boolean>;
}

/** With less time than this, an answer would arrive too late. */
const MIN_SEND_MS = 1_000;
/** Providers keep their time themselves, since they know what was sent by then; this is for one that does not. */
const OVERTIME_MS = 250;

/**
 * Hands a message to the first provider that takes it. The next provider takes over for recipients that one definitely
 * did not take it for. When an answer is lost, no other provider gets the message for them: it may have been sent. A
 * provider that refuses a message because of one recipient is given each of them alone. Ticket systems get a message of
 * their own, which has other headers.
 * @param compose the message as one provider can take it
 * @param allowance how many mails each provider may be given now: each recipient's copy is one
 * @returns what became of each recipient, once every provider was tried or the time is up; an attachment that cannot be
 *   opened is a failure like others, since somebody may have the message already
 */
export async function deliverMessage(
  order: ProviderOrder,
  recipients: readonly Recipient[],
  compose: Compose,
  time: SendingTime,
  allowance: SendAllowance,
): Promise<MessageDelivery> {
  const waiting = new Waiting(recipients);
  const settled: RecipientOutcome[] = [];
  let providerId: string | undefined;
  for (const provider of order.inOrder(Date.now())) {
    const open = waiting.openRecipients();
    if (open.length === 0) break;
    const blocked = order.blockedBy(provider, Date.now());
    if (blocked !== undefined) {
      waiting.fail(open, blocked);
      continue;
    }
    if (time.remaining() < MIN_SEND_MS) {
      waiting.fail(open, noTimeLeft());
      break;
    }
    const places = await allowance.take(provider.name, open.length);
    const { granted, refusal } = places;
    if (refusal !== undefined) waiting.fail(open.slice(granted), refusal);
    if (granted === 0) continue;
    const attempt = await sendThrough(provider, open.slice(0, granted), compose, time);
    // What it failed of says nothing of the provider.
    if ((await time.release) === false) {
      waiting.fail(open, withheld());
      break;
    }
    const unused = attempt.results.filter(([, error]) => error?.deliveryUncertain === false);
    allowance.giveBack(provider.name, unused.length, places);
    providerId ??= attempt.providerId;
    for (const [recipient, error] of attempt.results) {
      if (error !== undefined) waiting.fail([recipient], error);
      else {
        waiting.remove(recipient);
        settled.push({ address: recipient.address, state: 'accepted', provider: provider.name });
      }
    }
    // Without time, nobody was asked: that says nothing of the provider.
    if (attempt.isTimeUp) break;
    order.note(provider, attempt.error, Date.now());
  }
  settled.push(...waiting.takeRefused());
  return { settled, providerId, failure: waiting.reason(), waiting: waiting.list(), uncertain: waiting.uncertain() };
}

type Compose = (provider: EmailProvider, recipients: readonly Recipient[]) => Message;

interface Attempt {
  providerId?: string;
  /** Of each recipient, why they did not get it. */
  results: [Recipient, EmailSendError | undefined][];
  /** What the provider said last, where it took nothing by that. */
  error?: EmailSendError;
  isTimeUp?: boolean;
}

async function sendThrough(
  provider: EmailProvider,
  recipients: readonly Recipient[],
  compose: Compose,
  time: SendingTime,
): Promise<Attempt> {
  const parts = [recipients.filter((one) => !one.omitAutoSubmitted), recipients.filter((one) => one.omitAutoSubmitted)];
  const [first, ...others] = parts.filter((part) => part.length > 0);
  if (first === undefined || others.length > 0) return sendInParts(provider, parts, compose, time, sendTogether);
  return sendTogether(provider, first, compose, time);
}

/** @throws RecordingUnavailable */
async function sendTogether(
  provider: EmailProvider,
  recipients: readonly Recipient[],
  compose: Compose,
  time: SendingTime,
): Promise<Attempt> {
  if (time.remaining() < MIN_SEND_MS) return untried(recipients);
  const together = await tryToSend(provider, compose(provider, recipients), time);
  const isForOneOfThem = together.error?.kind === 'recipient' && recipients.length > 1;
  return isForOneOfThem ? sendSingly(provider, recipients, compose, time) : together;
}

/** A message of their own for each: the provider does not say whom it refuses. */
const sendSingly = (
  provider: EmailProvider,
  recipients: readonly Recipient[],
  compose: Compose,
  time: SendingTime,
): Promise<Attempt> =>
  sendInParts(
    provider,
    recipients.map((recipient) => [recipient]),
    compose,
    time,
    (_provider, part) => tryToSend(provider, compose(provider, part), time),
  );

/** One message after the other, until the time is up or the provider fails. @throws RecordingUnavailable */
async function sendInParts(
  provider: EmailProvider,
  parts: readonly (readonly Recipient[])[],
  compose: Compose,
  time: SendingTime,
  send: typeof sendTogether,
): Promise<Attempt> {
  const all: Attempt = { results: [] };
  for (const [n, part] of parts.entries()) {
    if (part.length === 0) continue;
    const rest = parts.slice(n + 1).flat();
    if (time.remaining() < MIN_SEND_MS)
      return { ...all, results: [...all.results, ...untried([...part, ...rest]).results], isTimeUp: true };
    const { providerId, results, error, isTimeUp } = await send(provider, part, compose, time);
    all.providerId ??= providerId;
    all.error = error;
    all.results.push(...results);
    if (isTimeUp) return { ...all, results: [...all.results, ...untried(rest).results], isTimeUp: true };
    if (error === undefined || !isOfProvider(error)) continue;
    const others = rest.map((one): Attempt['results'][number] => [one, withoutDoubt(error)]);
    return { ...all, results: [...all.results, ...others] };
  }
  return all;
}

const untried = (recipients: readonly Recipient[]): Attempt => ({
  results: recipients.map((recipient) => [recipient, noTimeLeft()]),
  isTimeUp: true,
});

/** A failure that would meet every other message as well. */
const isOfProvider = ({ kind, problem }: EmailSendError) =>
  (kind === 'retryable' && problem !== 'recipient-later') || kind === 'misconfigured';

/** For recipients to whom nothing was sent, because the provider failed for the one before them. */
const withoutDoubt = ({ code, advice, problem }: EmailSendError) =>
  new EmailSendError(code, { kind: 'retryable', deliveryUncertain: false, problem, advice });

/** The recipients without a mail, with the errors that each of them met. */
class Waiting {
  private readonly recipients = new Map<string, { recipient: Recipient; errors: EmailSendError[] }>();

  constructor(recipients: readonly Recipient[]) {
    for (const recipient of recipients) this.recipients.set(addressKey(recipient.address), { recipient, errors: [] });
  }

  /** Those whom another provider may be asked to send it to. */
  openRecipients(): Recipient[] {
    return [...this.recipients.values()]
      .filter(({ errors }) => !errors.some(({ deliveryUncertain }) => deliveryUncertain))
      .map(({ recipient }) => recipient);
  }

  fail(recipients: readonly Recipient[], error: EmailSendError): void {
    for (const { address } of recipients) this.recipients.get(addressKey(address))?.errors.push(error);
  }

  remove({ address }: Recipient): void {
    this.recipients.delete(addressKey(address));
  }

  /** Those for whom no provider may take it later either. */
  takeRefused(): RecipientOutcome[] {
    const refused = [...this.recipients.values()].filter(
      ({ errors }) => errors.length > 0 && errors.every(({ kind }) => kind === 'recipient' || kind === 'permanent'),
    );
    for (const { recipient } of refused) this.remove(recipient);
    return refused.map(({ recipient: { address }, errors }) => ({
      address,
      state: 'refused' as const,
      problem: errors[0]!.problem,
    }));
  }

  /** Those who may have it. */
  uncertain(): string[] {
    return [...this.recipients.values()]
      .filter(({ errors }) => errors.some(({ deliveryUncertain }) => deliveryUncertain))
      .map(({ recipient: { address } }) => address);
  }

  /** Why the others wait. */
  reason(): EmailSendError | undefined {
    return mainReason([...this.recipients.values()].flatMap((one) => one.errors));
  }

  /** The others, and why each of them waits. */
  list(): WaitingRecipient[] {
    return [...this.recipients.values()].map(({ recipient: { address }, errors }) => ({
      address,
      problem: mainReason(errors)?.problem,
    }));
  }
}

/** That a mail may have been sent comes first, then what the first provider said, then the first place of a limit. */
function mainReason(errors: readonly EmailSendError[]): EmailSendError | undefined {
  const isLast = ({ kind }: EmailSendError) => kind === 'recipient' || kind === 'permanent' || kind === 'too-large';
  const isOurs = ({ code }: EmailSendError) => code === NO_PLACE;
  return (
    errors.find(({ deliveryUncertain }) => deliveryUncertain) ??
    errors.find((error) => !isLast(error) && !isOurs(error)) ??
    errors.filter(isOurs).sort((a, b) => (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0))[0] ??
    errors[0]
  );
}

async function tryToSend(provider: EmailProvider, message: Message, time: SendingTime): Promise<Attempt> {
  const timeoutMs = time.remaining();
  const { recipients } = message;
  try {
    const { release } = time;
    if (!provider.holdsMessages && (await release) === false) throw withheld();
    const { providerId, failed } = await time.within(timeoutMs + OVERTIME_MS, (signal) =>
      provider.send(message, { timeoutMs, signal, ...(provider.holdsMessages && release && { release }) }),
    );
    const errors = new Map(failed.map(({ address, error }) => [addressKey(address), error]));
    return {
      providerId,
      results: recipients.map((recipient) => [recipient, errors.get(addressKey(recipient.address))]),
      error: errors.size < recipients.length ? undefined : failed[0]?.error,
    };
  } catch (cause) {
    const error = asFailure(cause);
    return { results: recipients.map((recipient) => [recipient, error]), error };
  }
}

function asFailure(cause: unknown): EmailSendError {
  if (cause instanceof RecordingUnavailable) return recordingInterrupted(cause, cause.code);
  return cause instanceof EmailSendError ? cause : noAnswerInTime(cause);
}

const withheld = () =>
  new EmailSendError('withheld', {
    kind: 'retryable',
    deliveryUncertain: false,
    problem: 'unknown',
    advice: 'It is sent by whoever holds the claim.',
  });

const noAnswerInTime = (cause: unknown) =>
  new EmailSendError('no-answer-in-time', {
    kind: 'retryable',
    deliveryUncertain: true,
    problem: 'unconfirmed',
    advice: 'The provider is asked before the mail is sent again.',
    cause,
  });
