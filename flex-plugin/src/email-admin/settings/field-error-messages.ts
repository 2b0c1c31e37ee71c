import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { MAX_LENGTH } from '@callback-and-voicemail/contract/email-settings/schema-free';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';

const MALFORMED_MESSAGES: readonly { path: RegExp; key: StringKey }[] = [
  { path: /address$/, key: 'FieldErrorAddress' },
  { path: /^subject$/, key: 'FieldErrorSubject' },
  { path: /^logo_url$/, key: 'FieldErrorLogo' },
  { path: /^time_zone$/, key: 'FieldErrorTimeZone' },
  { path: /^max_attempts$|minutes$/, key: 'FieldErrorNumber' },
  { path: /numbers\.\d+$/, key: 'FieldErrorTelephone' },
  { path: /date$/, key: 'FieldErrorDate' },
  { path: /when\.(from|to)$/, key: 'FieldErrorTime' },
];
const MISSING_MESSAGES: readonly { path: RegExp; key: StringKey }[] = [
  { path: /^recipients$/, key: 'FieldErrorNoRecipients' },
  { path: /^rules\.\d+\.recipients$/, key: 'FieldErrorRuleNoRecipients' },
  { path: /days$/, key: 'FieldErrorNoDays' },
];

/** What is wrong with a field, and what to do. */
export function fieldErrorMessage({ t }: Translator, { path, code: error, value = '' }: FieldError): string {
  switch (error) {
    case 'malformed':
      return t(MALFORMED_MESSAGES.find((one) => one.path.test(path))?.key ?? 'FieldErrorCharacters', { value });
    case 'missing':
      return t(MISSING_MESSAGES.find((one) => one.path.test(path))?.key ?? 'FieldErrorMissing');
    case 'domain-not-allowed':
      return t('FieldErrorDomain', { value });
    case 'duplicate':
      return t('FieldErrorDuplicate', { value });
    case 'too-many': {
      const [count = '', limit = ''] = value.split('/');
      return t(path === 'recipients' ? 'FieldErrorTooManyRecipients' : 'FieldErrorTooMany', { count, limit });
    }
    case 'too-long': {
      if (path !== 'settings' && path !== 'rules') return t('FieldErrorTooLong', { max: maxLengthAt(path) ?? '' });
      const [bytes, limit] = value.split('/').map(Number);
      const percent = Math.ceil(((bytes ?? 0) / (limit || 1)) * 100);
      return t(path === 'settings' ? 'FieldErrorSettingsSize' : 'FieldErrorRulesSize', { percent });
    }
  }
}

function maxLengthAt(path: string): number | undefined {
  const LIMITS: readonly [RegExp, number][] = [
    [/^organization$/, MAX_LENGTH.organization],
    [/^subject$/, MAX_LENGTH.subject],
    [/^footer$/, MAX_LENGTH.footer],
    [/^logo_url$/, MAX_LENGTH.logoUrl],
    [/^rules\.\d+\.name$/, MAX_LENGTH.ruleName],
    [/^holidays\.\d+\.name$/, MAX_LENGTH.holidayName],
    [/address$/, MAX_LENGTH.address],
    [/name$/, MAX_LENGTH.recipientName],
  ];
  return LIMITS.find(([pattern]) => pattern.test(path))?.[1];
}
