import type { AuditChange, EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { formatTime } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { fieldName } from '../settings/field-words';
import { plainWords } from '../settings/value-words';

const SHOWN_FIRST = 3;

/** Who changed what, and from what to what. */
export const AuditLog: React.FC<{ answer: EmailSettingsResponse }> = ({ answer: { audit, rules } }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const [isWhole, setIsWhole] = React.useState(false);
  const now = useNow();
  const shown = isWhole ? audit : audit.slice(0, SHOWN_FIRST);
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
              {`${formatTime(translator, record.at, now)} · ${record.by}`}
            </Text>
            {record.changes.map((change) => (
              <Text as="div" key={change.field} overflowWrap="anywhere">
                {changeWords(translator, change, rules.rules)}
              </Text>
            ))}
          </Box>
        ))}
      </Box>
      {audit.length > SHOWN_FIRST && (
        <Box>
          <Button variant="link" size="small" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? t('AuditLess') : t('AuditMore', { count: audit.length - SHOWN_FIRST })}
          </Button>
        </Box>
      )}
    </Section>
  );
};

function changeWords(
  translator: Translator,
  { field, from, to }: AuditChange,
  rules: EmailSettingsResponse['rules']['rules'],
): string {
  const { t } = translator;
  const name = fieldName(translator, field, rules);
  if (from === undefined && to === undefined) return name;
  const [was, is] = [told(translator, field, from), told(translator, field, to)];
  if (from === undefined) return t('AuditAdded', { field: name, to: is });
  if (to === undefined) return t('AuditRemoved', { field: name, from: was });
  return t('AuditChanged', { field: name, from: was, to: is });
}

/** The server shortens what is long: then it is no JSON any more, and shown as it is. */
function told(translator: Translator, field: string, json: string | undefined): string {
  if (json === undefined) return '';
  try {
    return plainWords(translator, field, JSON.parse(json));
  } catch {
    return json;
  }
}
