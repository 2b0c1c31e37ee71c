import type { Voice } from '../../sandbox/src/voice/types';
import type { SentWebhook, Webhook, WebhookInterceptor, WebhookResult } from '../../sandbox/src/voice/webhook';

export type HeldWebhook = Pick<Webhook, 'url' | 'params'>;

/** What becomes of the webhooks of calls: held, dropped, noted, or delivered several times at once. */
export function createWebhookDelivery() {
  const held: HeldWebhook[] = [];
  const recorded: HeldWebhook[] = [];
  const treatment: { hold?: RegExp; drop?: RegExp; record?: RegExp; duplicate?: { url: RegExp; times: number } } = {};
  const intercept: WebhookInterceptor = async (webhook, send) => {
    if (treatment.record?.test(webhook.url)) recorded.push(webhook);
    if (treatment.hold?.test(webhook.url)) {
      held.push(webhook);
      return emptyAnswer(webhook);
    }
    if (treatment.drop?.test(webhook.url)) return emptyAnswer(webhook);
    if (treatment.duplicate?.url.test(webhook.url)) {
      const answers = await Promise.all(Array.from({ length: treatment.duplicate.times }, send));
      return answers[0]!;
    }
    return send();
  };
  const actions = (voice: Voice) => ({
    holdWebhooks: (url: RegExp) => Object.assign(treatment, { hold: url }),
    dropWebhooks: (url: RegExp) => Object.assign(treatment, { drop: url }),
    recordWebhooks: (url: RegExp) => Object.assign(treatment, { record: url }),
    duplicateWebhooks: (url: RegExp, times: number) => Object.assign(treatment, { duplicate: { url, times } }),
    heldWebhooks: () => [...held],
    recordedWebhooks: () => [...recorded],
    webhookStatuses: (url: RegExp) =>
      voice.webhooks
        .filter((webhook: SentWebhook) => url.test(webhook.url))
        .map(({ result: answer }) => (answer?.ok ? answer.status : answer?.status)),
  });
  return { intercept, actions };
}

/** What Twilio would see without the delay of the delivery. */
function emptyAnswer({ url, method }: Webhook): WebhookResult {
  return { ok: true, status: 204, contentType: 'text/plain', body: Buffer.alloc(0), url, method };
}
