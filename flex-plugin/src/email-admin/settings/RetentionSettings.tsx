import type { RetentionStatus } from '@callback-and-voicemail/contract/email-admin-api';
import type { RetentionKind } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Callout } from '@twilio-paste/core/callout';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { formatRelativeTime } from '../../strings/formats';
import type { StringKey } from '../../strings/strings';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { Locked } from './Locked';
import { TextField } from './TextField';
import type { SettingsForm } from './use-settings-form';

/** Runs come once an hour: after two days without one, no sweep runs. */
const OVERDUE_MS = 48 * 60 * 60_000;

const FIELDS: [RetentionKind, StringKey, StringKey][] = [
  ['recordings', 'KeepRecordings', 'KeepRecordingsHelp'],
  ['entries', 'KeepEntries', 'KeepEntriesHelp'],
  ['history', 'KeepHistory', 'KeepHistoryHelp'],
  ['audit', 'KeepAudit', 'KeepAuditHelp'],
];

/** How many days what is known of callers is kept, and what was deleted. */
export const RetentionSettings: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { settings, errors, answer, changeField } = form;
  const { t } = useEmailAdmin().translator;
  const { retention } = settings;
  /** What is no number is kept as it is not: it is said beside the field. */
  const parseDays = (kind: RetentionKind, text: string | undefined) => {
    if (text !== undefined) return Number(text);
    return kind === 'recordings' ? undefined : Number.NaN;
  };
  const formatDays = (days: number | undefined) =>
    days === undefined || Number.isNaN(days) ? undefined : String(days);
  return (
    <Section title={t('RetentionTitle')}>
      <Text as="p" color="colorTextWeak">
        {t('RetentionHelp')}
      </Text>
      <Locked form={form}>
        {FIELDS.map(([kind, label, help]) => (
          <TextField
            key={kind}
            type="number"
            label={t(label)}
            help={t(help)}
            path={`retention.${kind}`}
            value={formatDays(retention[kind])}
            errors={errors}
            onChange={(value) => changeField('retention', { ...retention, [kind]: parseDays(kind, value) })}
          />
        ))}
      </Locked>
      <RetentionDone status={answer.retention} savedAt={answer.savedAt} />
    </Section>
  );
};

/** What was deleted, and whether more should have been. */
const RetentionDone: React.FC<{ status: RetentionStatus | undefined; savedAt: string | undefined }> = ({
  status,
  savedAt,
}) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const now = useNow();
  const { lastRunAt, checkedAt, last, total, behindDays = 0, left = 0 } = status ?? {};
  const since = checkedAt ?? savedAt;
  const isOverdue = since !== undefined && now - Date.parse(since) > OVERDUE_MS;
  return (
    <Box display="flex" flexDirection="column" rowGap="space30">
      {isOverdue && (
        <Callout variant="warning">
          <Text as="div" color="inherit">
            {t('RetentionOverdue')}
          </Text>
        </Callout>
      )}
      <Box role="status">
        <Text as="div">
          {lastRunAt === undefined || last === undefined
            ? t('RetentionNever')
            : t('RetentionLastRun', {
                ago: formatRelativeTime(translator, lastRunAt, now),
                counts: t('RetentionCounts', { ...last }),
              })}
        </Text>
        {total !== undefined && (
          <Text as="div" color="colorTextWeak">
            {t('RetentionTotal', { counts: t('RetentionCounts', { ...total }) })}
          </Text>
        )}
        {behindDays > 0 && <Text as="div">{t('RetentionBehind', { count: behindDays })}</Text>}
        {left > 0 && <Text as="div">{t('RetentionLeft', { count: left })}</Text>}
      </Box>
    </Box>
  );
};
