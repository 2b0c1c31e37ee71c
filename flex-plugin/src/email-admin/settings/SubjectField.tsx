import {
  type SubjectField as Field,
  renderSubject,
  SUBJECT_FIELDS,
  subjectTemplateErrors,
} from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { dateTimeFormat } from '../../strings/intl-formats';
import type { StringKey } from '../../strings/strings';
import { useEmailAdmin } from '../email-admin-context';
import { TextField } from './TextField';
import type { SettingsForm } from './use-settings-form';

const FIELD_LABELS: Record<Field, StringKey> = {
  caller: 'SubjectCaller',
  called: 'SubjectCalled',
  queue: 'SubjectQueue',
  length: 'SubjectLength',
  received: 'SubjectReceived',
  organization: 'SubjectOrganization',
};

/** The subject with fields to insert, and what comes of it with an example's values. */
export const SubjectField: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t, locale } = useEmailAdmin().translator;
  const { settings, answer, errors, changeField } = form;
  const input = React.useRef<HTMLInputElement>(null);
  const example: Record<Field, string> = {
    caller: '+1 555-123-4567',
    called: '+1 555-000-0001',
    queue: answer.queues[0] ?? 'Support',
    length: '1:04',
    received: dateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(2026, 0, 15, 14, 41)),
    organization: settings.organization ?? '',
  };
  const template = settings.subject ?? '';

  /** Where the cursor is, which then stands behind it. */
  function insert(field: Field): void {
    const element = input.current;
    const begin = element?.selectionStart ?? template.length;
    const end = element?.selectionEnd ?? begin;
    const text = `{{${field}}}`;
    changeField('subject', `${template.slice(0, begin)}${text}${template.slice(end)}`);
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(begin + text.length, begin + text.length);
    });
  }
  const isUsed = settings.email_content !== 'link-only';
  const usual =
    template.trim() === ''
      ? t('SubjectDefault', { caller: example.caller, queue: example.queue, length: example.length })
      : renderSubject(template, example);
  const preview = isUsed ? usual : t('SubjectLinkOnly');
  return (
    <TextField
      inputRef={input}
      label={t('Subject')}
      help={t(isUsed ? 'SubjectHelp' : 'SubjectUnused')}
      path="subject"
      value={settings.subject}
      errors={errors}
      onChange={(value) => changeField('subject', value)}
    >
      <Box
        display="flex"
        flexWrap="wrap"
        columnGap="space40"
        marginTop="space20"
        role="group"
        aria-label={t('SubjectInsert')}
      >
        {SUBJECT_FIELDS.map((field) => (
          <Button key={field} variant="link" size="small" onClick={() => insert(field)}>
            {`+ ${t(FIELD_LABELS[field])}`}
          </Button>
        ))}
      </Box>
      {subjectTemplateErrors(template).length === 0 && (
        <Box marginTop="space30">
          <Text as="span" color="colorTextWeak">
            {`${t('SubjectPreview')} `}
          </Text>
          <Text as="span" fontWeight="fontWeightSemibold" overflowWrap="anywhere">
            <bdi>{preview}</bdi>
          </Text>
        </Box>
      )}
    </TextField>
  );
};
