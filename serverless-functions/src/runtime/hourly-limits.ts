import { EMAIL_PROVIDERS, type EmailProviderName } from '@callback-and-voicemail/contract/email-providers';

export type HourlyLimits = ReadonlyMap<EmailProviderName, number>;

/**
 * Reads `mailgun=100, smtp=500`: how many mails each provider takes within an hour. Providers that are not named have no
 * limit. Pure.
 * @returns undefined when a name is unknown or comes twice, a number is not from 1 to 1,000,000, or there is none
 */
export function parseHourlyLimits(value: string): HourlyLimits | undefined {
  const limits = new Map<EmailProviderName, number>();
  for (const part of value.split(/[\s,;]+/).filter((one) => one !== '')) {
    const [, given, digits] = /^([a-z]+)=([1-9]\d{0,6})$/i.exec(part) ?? [];
    const name = EMAIL_PROVIDERS.find((one) => one === given?.toLowerCase());
    const mails = Number(digits);
    if (name === undefined || limits.has(name) || mails > 1_000_000) return undefined;
    limits.set(name, mails);
  }
  return limits.size === 0 ? undefined : limits;
}
