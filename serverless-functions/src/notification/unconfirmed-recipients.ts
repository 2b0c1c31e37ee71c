import {
  addressKey,
  type EmailSettings,
  parseUnconfirmedRecipients,
  type RecipientAddition,
  type SettingsAndRules,
} from '@callback-and-voicemail/contract';
import { AccountCache } from '../runtime/account-cache';
import type { Environment } from '../runtime/environment';
import { startEarly } from '../runtime/start-early';
import type { SyncClient, SyncDocument } from '../twilio/sync';

/** Recipients who get no mail until another supervisor confirms them (ADR 0115). */

/** A malformed value counts as one that requires it. */
export function isConfirmationRequired({ values, problems }: Environment): boolean {
  return (
    values.RECIPIENT_CONFIRMATION === 'required' ||
    problems.some(({ variable }) => variable === 'RECIPIENT_CONFIRMATION')
  );
}

/** Where this process found the list last. */
const lastDocuments = new AccountCache<string>();

/** @returns undefined when the settings name a list that is missing or cannot be read @throws TwilioError */
type ReadUnconfirmed = (settings: EmailSettings) => Promise<RecipientAddition[] | undefined>;

/**
 * Starts reading the list beside the settings that name it. Where no confirmation is required, nothing is read and
 * nobody waits.
 */
export function startReadingUnconfirmed(sync: () => SyncClient, environment: Environment): ReadUnconfirmed {
  if (!isConfirmationRequired(environment)) return async () => [];
  const fetchList = (name: string): Promise<SyncDocument | undefined> => sync().fetchDocument(name);
  const expectedName = lastDocuments.get(environment);
  const expected = expectedName === undefined ? undefined : startEarly(() => fetchList(expectedName));
  return async ({ saved }) => {
    const name = saved?.unconfirmed_document;
    if (name === undefined) return [];
    lastDocuments.set(environment, name);
    const document = await (name === expectedName ? expected : fetchList(name));
    return document && parseUnconfirmedRecipients(document.data);
  };
}

/** The keys of all addresses that wait. */
export const unconfirmedKeys = (additions: readonly RecipientAddition[]): string[] =>
  additions.flatMap(({ addresses }) => addresses.map(addressKey));

/** The addition that an address waits for. */
export function findAddition(additions: readonly RecipientAddition[], address: string): RecipientAddition | undefined {
  const key = addressKey(address);
  return additions.find(({ addresses }) => addresses.some((one) => addressKey(one) === key));
}

/**
 * Who waits after a save: those who waited and are still there, and whoever was nowhere before.
 * @param before what was stored; undefined when it could not be read, so that nobody is known to be confirmed
 */
export function unconfirmedAfterSave(
  before: (SettingsAndRules & { additions: readonly RecipientAddition[] }) | undefined,
  after: SettingsAndRules,
  adder: Omit<RecipientAddition, 'addresses'>,
): RecipientAddition[] {
  const addresses = recipientAddresses(after);
  const kept = (before?.additions ?? []).map((addition) => ({
    ...addition,
    addresses: addition.addresses.filter((address) => addresses.has(addressKey(address))),
  }));
  const known = before === undefined ? undefined : recipientAddresses(before);
  const added = [...addresses].flatMap(([key, address]) => (known?.has(key) ? [] : [address]));
  return [...kept, { ...adder, addresses: added }].filter((addition) => addition.addresses.length > 0);
}

/** The same without one address. */
export function withoutAddition(additions: readonly RecipientAddition[], address: string): RecipientAddition[] {
  const key = addressKey(address);
  return additions.flatMap((addition) => {
    const addresses = addition.addresses.filter((one) => addressKey(one) !== key);
    return addresses.length === 0 ? [] : [{ ...addition, addresses }];
  });
}

/** Settings and rules without an address. A rule that only it would have got mails of goes with it. */
export function withoutRecipient({ settings, rules }: SettingsAndRules, address: string): SettingsAndRules {
  const key = addressKey(address);
  const isOther = (recipient: { address: string }) => addressKey(recipient.address) !== key;
  const { archive, fallback_recipient: fallback, ...others } = settings;
  return {
    settings: {
      ...others,
      ...(archive !== undefined && isOther(archive) ? { archive } : {}),
      ...(fallback !== undefined && isOther(fallback) ? { fallback_recipient: fallback } : {}),
      recipients: settings.recipients.filter(isOther),
    } as EmailSettings,
    rules: {
      ...rules,
      rules: rules.rules.flatMap((rule) => {
        const recipients = rule.recipients.filter(isOther);
        return recipients.length === 0 ? [] : [{ ...rule, recipients }];
      }),
    },
  };
}

/** Each address of recipients, rules, archive and fall-back, by its key. */
export function recipientAddresses({ settings, rules }: SettingsAndRules): Map<string, string> {
  const all = [
    ...settings.recipients,
    ...[settings.archive, settings.fallback_recipient].filter((one) => one !== undefined),
    ...rules.rules.flatMap(({ recipients }) => recipients),
  ];
  return new Map(all.map(({ address }) => [addressKey(address), address]));
}
