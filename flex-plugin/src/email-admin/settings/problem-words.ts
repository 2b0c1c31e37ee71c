import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { MAX_LENGTH } from '../../../../contract/src/email-settings/schema-free';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';

const MALFORMED: readonly { path: RegExp; words: StringKey }[] = [
  { path: /address$/, words: 'ProblemAddress' },
  { path: /^subject$/, words: 'ProblemSubject' },
  { path: /^logo_url$/, words: 'ProblemLogo' },
  { path: /^time_zone$/, words: 'ProblemTimeZone' },
  { path: /^max_attempts$|minutes$/, words: 'ProblemNumber' },
  { path: /numbers\.\d+$/, words: 'ProblemTelephone' },
  { path: /date$/, words: 'ProblemDate' },
  { path: /when\.(from|to)$/, words: 'ProblemTime' },
];
const MISSING: readonly { path: RegExp; words: StringKey }[] = [
  { path: /^recipients$/, words: 'ProblemNobody' },
  { path: /^rules\.\d+\.recipients$/, words: 'ProblemRuleNobody' },
  { path: /days$/, words: 'ProblemNoDays' },
];

/** What is wrong with a field, and what to do. */
export function problemWords({ t }: Translator, { path, code: problem, value = '' }: FieldError): string {
  switch (problem) {
    case 'malformed':
      return t(MALFORMED.find((one) => one.path.test(path))?.words ?? 'ProblemCharacters', { value });
    case 'missing':
      return t(MISSING.find((one) => one.path.test(path))?.words ?? 'ProblemMissing');
    case 'domain-not-allowed':
      return t('ProblemDomain', { value });
    case 'duplicate':
      return t('ProblemDuplicate', { value });
    case 'too-many': {
      const [count = '', limit = ''] = value.split('/');
      return t(path === 'recipients' ? 'ProblemTooManyRecipients' : 'ProblemTooMany', { count, limit });
    }
    case 'too-long': {
      if (path !== 'settings' && path !== 'rules') return t('ProblemTooLong', { max: limitOf(path) ?? '' });
      const [bytes, limit] = value.split('/').map(Number);
      const percent = Math.ceil(((bytes ?? 0) / (limit || 1)) * 100);
      return t(path === 'settings' ? 'ProblemSettingsSize' : 'ProblemRulesSize', { percent });
    }
  }
}

function limitOf(path: string): number | undefined {
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
