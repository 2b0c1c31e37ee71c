import { AUDIT_RECIPIENT, AUDIT_SERVICE, type AuditItem } from '@callback-and-voicemail/contract/audit';
import type { NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import { Box } from '@twilio-paste/core/box';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { formatTime } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { describeAction, describeAuditChange } from './describe-audit';

interface Props {
  item: AuditItem;
  now: number;
  rules: readonly NotificationRule[];
}

/** What one person did: when, to what, and what they changed. */
export const AuditRow: React.FC<Props> = ({ item, now, rules }) => {
  const { translator } = useEmailAdmin();
  const { at, by, entries = [], taskSid, detail, changes = [], deleted } = item;
  const target = [...(entries.length > 0 ? entries : [taskSid ?? '']), detail ?? ''].filter((part) => part !== '');
  return (
    <Box as="li" paddingY="space20">
      <Text as="div" color="colorTextWeak" fontSize="fontSize20" title={by}>
        {[formatTime(translator, at, now), nameOfActor(item, translator)].filter((part) => part !== '').join(' · ')}
      </Text>
      <Text as="div" overflowWrap="anywhere">
        {describeAction(translator, item)}
      </Text>
      {target.length > 0 && (
        <Text as="div" color="colorTextWeak" fontSize="fontSize20" overflowWrap="anywhere">
          {target.map(isolateText).join(' · ')}
        </Text>
      )}
      {deleted !== undefined && <Text as="div">{translator.t('RetentionCounts', { ...deleted })}</Text>}
      {changes
        .flatMap((change) => describeAuditChange(translator, change, rules))
        .map((line, n) => (
          <Text as="div" key={n} overflowWrap="anywhere">
            {line}
          </Text>
        ))}
    </Box>
  );
};

function nameOfActor({ by, identity }: AuditItem, { t }: Translator): string {
  if (by === AUDIT_SERVICE) return t('AuditService');
  if (by === AUDIT_RECIPIENT && identity === '') return t('AuditFormerRecipient');
  return isolateText(identity);
}
