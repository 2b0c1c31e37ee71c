import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import {
  fieldSchemaAt,
  isTimeZone,
  maxLengthAt,
  type SettingsFieldPath,
  zoneMeantBy,
} from '@callback-and-voicemail/contract/email-settings';
import { pathPattern } from '@callback-and-voicemail/contract/schema';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';

/** The compiler checks the paths against the schema of the settings. */
type Messages = Partial<Record<SettingsFieldPath, StringKey>>;

const MALFORMED_MESSAGES: Messages = {
  'recipients.*.address': 'FieldErrorAddress',
  'archive.address': 'FieldErrorAddress',
  'fallback_recipient.address': 'FieldErrorAddress',
  'rules.*.recipients.*.address': 'FieldErrorAddress',
  'recipients.*.phone': 'FieldErrorTelephone',
  'archive.phone': 'FieldErrorTelephone',
  'fallback_recipient.phone': 'FieldErrorTelephone',
  'rules.*.recipients.*.phone': 'FieldErrorTelephone',
  subject: 'FieldErrorSubject',
  logo_url: 'FieldErrorLogo',
  time_zone: 'FieldErrorTimeZone',
  max_attempts: 'FieldErrorNumber',
  attention_after_minutes: 'FieldErrorNumber',
  'retention.recordings': 'FieldErrorNumber',
  'retention.entries': 'FieldErrorNumber',
  'retention.history': 'FieldErrorNumber',
  'retention.audit': 'FieldErrorNumber',
  'rules.*.numbers.*': 'FieldErrorTelephone',
  'rules.*.when.from': 'FieldErrorTime',
  'rules.*.when.to': 'FieldErrorTime',
  'holidays.*.date': 'FieldErrorDate',
};
const MISSING_MESSAGES: Messages = {
  recipients: 'FieldErrorNoRecipients',
  'rules.*.recipients': 'FieldErrorRuleNoRecipients',
  'rules.*.when.days': 'FieldErrorNoDays',
};

const messageAt = (messages: Messages, path: string): StringKey | undefined =>
  (messages as Partial<Record<string, StringKey>>)[pathPattern(path)];

/** What is wrong with a field, and what to do. */
export function fieldErrorMessage({ t }: Translator, { path, code: error, value = '' }: FieldError): string {
  switch (error) {
    case 'malformed':
      if (path === 'time_zone' && zoneMeantBy(value) === undefined && isTimeZone(value))
        return t('FieldErrorTimeZoneMeant', { zone: value });
      return t(messageAt(MALFORMED_MESSAGES, path) ?? 'FieldErrorCharacters', { value, ...numberLimits(path) });
    case 'missing':
      return t(messageAt(MISSING_MESSAGES, path) ?? 'FieldErrorMissing');
    case 'domain-not-allowed':
      return t('FieldErrorDomain', { value });
    case 'same-time':
      return t('FieldErrorSameTime');
    case 'kept-too-short':
      return t('FieldErrorKeptTooShort', { min: value });
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

function numberLimits(path: string): { min: number | string; max: number | string } {
  const schema = fieldSchemaAt(path);
  const { min = '', max = '' } = schema?.kind === 'number' ? schema : {};
  return { min, max };
}
