import { isRecord } from '@callback-and-voicemail/contract/schema';
import { parseJsonObject } from '../runtime/json';
import { type MailgunEvent, summarizeByMessage, summarizeDeliveries, toBounces } from './mailgun-deliveries';
import type { DeliveryRecords } from './provider';

export interface MailgunConfiguration {
  apiKey: string;
  domain: string;
  /** `https://api.mailgun.net` or `https://api.eu.mailgun.net`; keys belong to one of the two. */
  baseUrl: string;
}

/**
 * What Mailgun's event log says of messages. A request of our own, since a card asks this one question and the client is
 * larger than everything else in its Function.
 */
export function createMailgunRecords(configuration: MailgunConfiguration): DeliveryRecords {
  return {
    async findAccepted(messageId, timeoutMs) {
      const events = await fetchEvents({ 'message-id': messageId, limit: String(MAX_EVENTS) }, timeoutMs);
      return events && [...new Set(events.map(({ recipient }) => recipient).filter((one) => typeof one === 'string'))];
    },
    async fetchDeliveries(messageId, timeoutMs) {
      const query = { 'message-id': messageId, event: 'delivered OR failed', limit: String(MAX_EVENTS) };
      const events = await fetchEvents(query, timeoutMs);
      return events && summarizeDeliveries(events);
    },
    async listDeliveries(messageIds, timeoutMs) {
      const batches: string[][] = [];
      for (let n = 0; n < messageIds.length; n += MESSAGES_PER_REQUEST)
        batches.push(messageIds.slice(n, n + MESSAGES_PER_REQUEST));
      const pages = await Promise.all(
        batches.map((batch) =>
          fetchEvents(
            { 'message-id': batch.join(' OR '), event: 'delivered OR failed', limit: String(MAX_EVENTS) },
            timeoutMs,
          ),
        ),
      );
      // A full page may lack events of any of its messages: nothing is said of them rather than something wrong.
      const known = pages.filter((page) => page !== undefined && page.length < MAX_EVENTS) as MailgunEvent[][];
      return batches.length > 0 && known.length === 0 ? undefined : summarizeByMessage(known.flat());
    },
    async listBounces(since, timeoutMs) {
      // Mailgun sorts downwards when the range begins with its later end.
      const range = { begin: String(Math.ceil(Date.now() / 1000)), end: String(Math.floor(since / 1000)) };
      const events = await fetchEvents(
        { ...range, event: 'failed', severity: 'permanent', limit: String(MAX_EVENTS) },
        timeoutMs,
      );
      return events && toBounces(events);
    },
  };

  /** Mailgun's record of a message; undefined when it does not answer as expected. */
  async function fetchEvents(query: Record<string, string>, timeoutMs: number): Promise<MailgunEvent[] | undefined> {
    const answer = await requestEvents(configuration, query, timeoutMs);
    const items = answer?.ok ? parseJsonObject(answer.text)?.items : undefined;
    return Array.isArray(items) ? items.filter(isRecord) : undefined;
  }
}

/** Asks for one event. @returns the status; undefined when there was no answer */
export async function askForEvents(
  configuration: MailgunConfiguration,
  timeoutMs: number,
): Promise<number | undefined> {
  return (await requestEvents(configuration, { limit: '1' }, timeoutMs))?.status;
}

/** @returns undefined when there was no answer */
async function requestEvents(
  { apiKey, domain, baseUrl }: MailgunConfiguration,
  query: Record<string, string>,
  timeoutMs: number,
): Promise<{ ok: boolean; status: number; text: string } | undefined> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/$/, '')}/v3/${domain}/events?${new URLSearchParams(query)}`, {
      headers: { authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

/** Mailgun's most for one page. */
const MAX_EVENTS = 300;
/** In one request: a longer list would not fit into a URL, nor its events into a page. */
const MESSAGES_PER_REQUEST = 10;
