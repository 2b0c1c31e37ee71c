import type { EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import type { FieldChange } from '@callback-and-voicemail/contract/email-settings';
import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { formatTime } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { fieldLabel } from '../settings/field-labels';
import { formatFieldValue } from '../settings/format-field-value';

const COLLAPSED_COUNT = 3;

/** Who changed which setting, with the old and the new value. */
export const AuditLog: React.FC<{ answer: EmailSettingsResponse }> = ({ answer: { audit, rules } }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const [isExpanded, setIsExpanded] = React.useState(false);
  const now = useNow();
  const shown = isExpanded ? audit : audit.slice(0, COLLAPSED_COUNT);
  return (
    <Section title={t('AuditTitle')}>
      {audit.length === 0 && (
        <Text as="div" color="colorTextWeak">
          {t('AuditEmpty')}
        </Text>
      )}
      <Box as="ul" margin="space0" padding="space0" listStyleType="none">
        {shown.map((record) => (
          <Box as="li" key={`${record.at} ${record.by}`} paddingY="space20">
            <Text as="div" color="colorTextWeak" fontSize="fontSize20">
              {`${formatTime(translator, record.at, now)} · ${isolateText(record.by)}`}
            </Text>
            {record.changes.map((change) => (
              <Text as="div" key={change.field} overflowWrap="anywhere">
                {describeChange(translator, change, rules.rules)}
              </Text>
            ))}
          </Box>
        ))}
      </Box>
      {audit.length > COLLAPSED_COUNT && (
        <Box>
          <Button variant="link" size="small" aria-expanded={isExpanded} onClick={() => setIsExpanded(!isExpanded)}>
            {isExpanded ? t('AuditLess') : t('AuditMore', { count: audit.length - COLLAPSED_COUNT })}
          </Button>
        </Box>
      )}
    </Section>
  );
};

function describeChange(
  translator: Translator,
  { field, from, to }: FieldChange,
  rules: EmailSettingsResponse['rules']['rules'],
): string {
  const { t } = translator;
  const name = fieldLabel(translator, field, rules, nameInJson(from ?? to));
  if (from === undefined && to === undefined) return name;
  const [before, after] = [formatAuditValue(translator, field, from), formatAuditValue(translator, field, to)];
  if (from === undefined) return t('AuditAdded', { field: name, to: after });
  if (to === undefined) return t('AuditRemoved', { field: name, from: before });
  return t('AuditChanged', { field: name, from: before, to: after });
}

/** The name that a rule had: its JSON may have been shortened, and its name comes before what is long in it. */
function nameInJson(json: string | undefined): string | undefined {
  const [, name] = /"name":("(?:[^"\\]|\\.)*"),"(?:numbers|queues|recipients)/.exec(json ?? '') ?? [];
  return name === undefined ? undefined : (JSON.parse(name) as string);
}

/** The server shortens long values. A shortened value is not JSON and is shown unchanged. */
function formatAuditValue(translator: Translator, field: string, json: string | undefined): string {
  if (json === undefined) return '';
  try {
    return formatFieldValue(translator, field, JSON.parse(json));
  } catch {
    return json;
  }
}
