import { createHmac, randomBytes } from 'node:crypto';
import type { MailEvent } from './mailgun-events';

/** A webhook as it was sent, and what came of it. */
interface SentWebhook {
  body: WebhookBody;
  /** Of each try, in their order; undefined: no answer. */
  statuses: (number | undefined)[];
}

/** https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads */
export interface WebhookBody {
  signature: { timestamp: string; token: string; signature: string };
  'event-data': MailEvent;
}

export interface MailgunWebhooks {
  /** Every webhook so far. */
  readonly sent: readonly SentWebhook[];
  /** Sends what the account's webhooks are for, a moment later. */
  report(event: MailEvent): void;
  /** Nothing is sent or repeated any more. */
  close(): void;
}

/** Mailgun repeats after these pauses (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries). */
const MINUTE = 60_000;
const RETRY_PAUSES_MS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 60 * MINUTE, 120 * MINUTE, 240 * MINUTE];
/** A recipient's mail server answers within seconds. */
const DEFAULT_DELAY_MS = 1_000;
/** The account has a webhook for each of these; none for `accepted`. */
const REPORTED = ['delivered', 'failed', 'complained'];

/**
 * Mailgun's webhooks: signed (timestamp and token, by HMAC-SHA256), repeated unless they are answered 200 or 406. The
 * signature stays the same when one is repeated; one for a delivery is not repeated.
 * @param post sends a body to the account's URL; gives the status of the answer
 */
export function createMailgunWebhooks(options: {
  signingKey: string;
  post: (body: WebhookBody) => Promise<number>;
  /** Milliseconds between an event and its webhook; default a second. */
  delayMs?: number;
}): MailgunWebhooks {
  const { signingKey, post, delayMs = DEFAULT_DELAY_MS } = options;
  const sent: SentWebhook[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const later = (ms: number, work: () => Promise<void>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void work();
    }, ms);
    timers.add(timer);
  };
  const attempt = async (webhook: SentWebhook): Promise<void> => {
    const status = await post(webhook.body).catch(() => undefined);
    webhook.statuses.push(status);
    const pause = RETRY_PAUSES_MS[webhook.statuses.length - 1];
    const isFinal = status === 200 || status === 406 || webhook.body['event-data'].event === 'delivered';
    if (!isFinal && pause !== undefined) later(pause, () => attempt(webhook));
  };
  return {
    sent,
    report(event) {
      if (!REPORTED.includes(event.event)) return;
      later(delayMs, async () => {
        const webhook: SentWebhook = { body: signWebhook(signingKey, event), statuses: [] };
        sent.push(webhook);
        await attempt(webhook);
      });
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** The body of a webhook, signed now. */
export function signWebhook(signingKey: string, event: MailEvent): WebhookBody {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const token = randomBytes(25).toString('hex');
  const signature = createHmac('sha256', signingKey).update(`${timestamp}${token}`).digest('hex');
  return { signature: { timestamp, token, signature }, 'event-data': event };
}
