import type { ProviderConfiguration } from './configuration';
import { createMailgunRecords } from './mailgun-records';
import { type DeliveryRecords, type DeliveryReport, NO_RECORDS } from './provider';
import { createTwilioEmailRecords } from './twilio-email-records';

/** What a provider knows of mails, without its client. */
export function openRecords(configuration: ProviderConfiguration): DeliveryRecords {
  switch (configuration.name) {
    case 'mailgun':
      return createMailgunRecords(configuration);
    case 'sendgrid':
    case 'smtp':
      return NO_RECORDS;
    case 'twilio':
      return createTwilioEmailRecords(configuration);
  }
}

/** What several providers know together: each mail went through one of them, or through several for its recipients. */
export function combineRecords(all: readonly DeliveryRecords[]): DeliveryRecords {
  const ask = async <T>(question: (records: DeliveryRecords) => Promise<T | undefined>): Promise<T[] | undefined> => {
    const answers = await Promise.all(all.map(question));
    const known = answers.filter((answer) => answer !== undefined);
    return known.length === 0 ? undefined : known;
  };
  return {
    async findAccepted(messageId, timeoutMs) {
      const answers = await Promise.all(all.map((records) => records.findAccepted(messageId, timeoutMs)));
      const known = answers.flatMap((addresses) => addresses ?? []);
      return answers.includes(undefined) && known.length === 0 ? undefined : known;
    },
    async fetchDeliveries(messageId, timeoutMs) {
      const reports = await ask((records) => records.fetchDeliveries(messageId, timeoutMs));
      return reports?.reduce(addReports);
    },
    async listDeliveries(messageIds, timeoutMs) {
      const maps = await ask((records) => records.listDeliveries(messageIds, timeoutMs));
      if (maps === undefined) return undefined;
      const sum = new Map<string, DeliveryReport>();
      for (const [id, report] of maps.flatMap((map) => [...map]))
        sum.set(id, addReports(sum.get(id) ?? NOTHING_KNOWN, report));
      return sum;
    },
    async listBounces(since, timeoutMs) {
      const lists = await ask((records) => records.listBounces(since, timeoutMs));
      return lists?.flat().sort((one, other) => other.at - one.at);
    },
  };
}

const NOTHING_KNOWN: DeliveryReport = { delivered: 0, bounced: [] };

const addReports = (one: DeliveryReport, other: DeliveryReport): DeliveryReport => ({
  delivered: one.delivered + other.delivered,
  bounced: [...one.bounced, ...other.bounced],
});
