import { isRecord, truncate } from '../schema';
import { addressKey, isAddress, isAllowedRecipient } from './addresses';
import type { FieldError } from './field-error';
import { zoneMeantBy } from './fixed-offset-zones';
import { isLogoUrl } from './formats';
import { MAX_RECIPIENTS, MAX_RULES_BYTES, MAX_SETTINGS_BYTES } from './limits';
import { isAllowedLogo, logoHost } from './logo-hosts';
import { retentionErrors } from './retention';

/**
 * The conditions that are not of the stored form, or concern more than one field: allowed recipients and logos,
 * duplicates, the number of recipients, retention, bytes.
 * The documents may be malformed: the parts that can be read are checked, so that a user sees every error at once.
 * @param allowedRecipients as `isAllowedRecipient` takes them
 * @param logoHosts as `isAllowedLogo` takes them; undefined: not checked here
 */
export function crossFieldErrors(
  settings: unknown,
  rules: unknown,
  allowedRecipients: readonly string[],
  logoHosts: readonly string[] | undefined,
): FieldError[] {
  const {
    enabled,
    recipients,
    archive,
    fallback_recipient: fallback,
    logo_url: logoUrl,
    retention,
    time_zone: timeZone,
  } = isRecord(settings) ? settings : {};
  const { rules: ruleItems, holidays } = isRecord(rules) ? rules : {};
  const ruleList = recordsIn(ruleItems);
  const addressLists = [
    { path: 'recipients', addresses: addressesIn(recipients) },
    ...ruleList.map((rule, index) => ({
      path: `rules.${index}.recipients`,
      addresses: addressesIn(rule.recipients),
    })),
  ];
  const archiveAddresses = addressesIn([archive]);
  const fallbackAddresses = addressesIn([fallback]);
  const all = [...addressLists.flatMap(({ addresses }) => addresses), ...archiveAddresses];
  const recipientCount = Math.max(countDistinct(all), Array.isArray(recipients) ? recipients.length : 0);
  // With rules, default recipients are optional; without rules, no email would have a recipient.
  const hasRecipients =
    !Array.isArray(recipients) || recipients.length > 0 || archive !== undefined || ruleList.some(isEnabled);

  const errors: FieldError[] = [];
  for (const { path, addresses } of addressLists) {
    errors.push(...domainErrors(addresses, (index) => `${path}.${index}.address`, allowedRecipients));
    errors.push(...duplicateErrors(addresses.map(keyOf), (index) => `${path}.${index}.address`));
  }
  errors.push(...domainErrors(archiveAddresses, () => 'archive.address', allowedRecipients));
  errors.push(...domainErrors(fallbackAddresses, () => 'fallback_recipient.address', allowedRecipients));
  errors.push(...logoErrors(logoUrl, logoHosts));
  if (enabled === true && !hasRecipients) errors.push({ path: 'recipients', code: 'missing' });
  if (recipientCount > MAX_RECIPIENTS)
    errors.push({ path: 'recipients', code: 'too-many', value: `${recipientCount}/${MAX_RECIPIENTS}` });
  errors.push(...sameTimeErrors(ruleList));
  errors.push(
    ...duplicateErrors(
      ruleList.map(({ id }) => id),
      (index) => `rules.${index}.id`,
    ),
  );
  errors.push(
    ...duplicateErrors(
      recordsIn(holidays).map(({ date }) => date),
      (index) => `holidays.${index}.date`,
    ),
  );
  // Not a condition of the stored form: settings that were saved with such a zone can still be read.
  const zoneMeant = typeof timeZone === 'string' ? zoneMeantBy(timeZone) : undefined;
  if (zoneMeant !== undefined) errors.push({ path: 'time_zone', code: 'malformed', value: zoneMeant });
  errors.push(...retentionErrors(retention));
  errors.push(...sizeErrors('settings', settings, MAX_SETTINGS_BYTES));
  errors.push(...sizeErrors('rules', rules, MAX_RULES_BYTES));
  return errors;
}

type PathAt = (index: number) => string;

/** Items that are no objects stand as empty ones, so that the others keep their index. */
const recordsIn = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((one: unknown) => (isRecord(one) ? one : {})) : [];

/** Undefined for what is no address; that is an error of its field. */
const addressesIn = (value: unknown): (string | undefined)[] =>
  recordsIn(value).map(({ address }) => (typeof address === 'string' && isAddress(address) ? address : undefined));

const keyOf = (address: string | undefined) => (address === undefined ? undefined : addressKey(address));

const isEnabled = ({ enabled }: Record<string, unknown>) => enabled !== false;

const countDistinct = (addresses: readonly (string | undefined)[]) =>
  new Set(addresses.flatMap((address) => (address === undefined ? [] : [addressKey(address)]))).size;

function domainErrors(
  addresses: readonly (string | undefined)[],
  pathAt: PathAt,
  allowedRecipients: readonly string[],
): FieldError[] {
  return addresses.flatMap((address, index): FieldError[] =>
    address === undefined || isAllowedRecipient(address, allowedRecipients)
      ? []
      : [{ path: pathAt(index), code: 'domain-not-allowed', value: truncate(address) }],
  );
}

/** What is no address of a logo at all is an error of its field. */
function logoErrors(url: unknown, hosts: readonly string[] | undefined): FieldError[] {
  if (typeof url !== 'string' || hosts === undefined || !isLogoUrl(url) || isAllowedLogo(url, hosts)) return [];
  return [{ path: 'logo_url', code: 'domain-not-allowed', value: truncate(logoHost(url)) }];
}

function duplicateErrors(keys: readonly unknown[], pathAt: PathAt): FieldError[] {
  const seen = new Set<unknown>();
  return keys.flatMap((key, index): FieldError[] => {
    if (typeof key !== 'string') return [];
    if (seen.has(key)) return [{ path: pathAt(index), code: 'duplicate', value: truncate(key) }];
    seen.add(key);
    return [];
  });
}

/** Once around the clock is what is stored; who types the same time twice hardly means that. */
function sameTimeErrors(rules: readonly Record<string, unknown>[]): FieldError[] {
  return rules.flatMap(({ when }, index): FieldError[] => {
    const { from, to } = isRecord(when) ? when : {};
    return typeof from === 'string' && from === to ? [{ path: `rules.${index}.when.to`, code: 'same-time' }] : [];
  });
}

function sizeErrors(path: 'settings' | 'rules', document: unknown, limit: number): FieldError[] {
  const size = utf8Length(JSON.stringify(document) ?? '');
  return size > limit ? [{ path, code: 'too-long', value: `${size}/${limit}` }] : [];
}

/** Bytes in UTF-8; counted here, since not every environment of the panel's tests has an encoder. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Bytes(character.codePointAt(0) as number);
  return bytes;
}

function utf8Bytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
