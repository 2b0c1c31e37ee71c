import type { AttentionItem } from '@callback-and-voicemail/contract/email-admin-api';
import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import { SuccessIcon } from '@twilio-paste/icons/esm/SuccessIcon';
import { WarningIcon } from '@twilio-paste/icons/esm/WarningIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { useEmailAdmin } from '../email-admin-context';
import { selectProviders } from '../selectors';
import { ResendButton } from './ResendButton';
import { RestoreButton } from './RestoreButton';
import { attentionText } from './task-status-text';

const COLLAPSED_COUNT = 5;

/**
 * What needs a person now, the longest waiting first.
 * @param isAllSent false while an email waits, fails, or may have bounced: then nothing here says that all is well
 */
export const AttentionList: React.FC<{ items: readonly AttentionItem[]; now: number; isAllSent: boolean }> = ({
  items,
  now,
  isAllSent,
}) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const providers = useSelector(selectProviders);
  const [isExpanded, setIsExpanded] = React.useState(false);
  if (items.length === 0 && !isAllSent) return null;
  if (items.length === 0)
    return (
      <Box display="flex" columnGap="space30" alignItems="center">
        <SuccessIcon decorative size="sizeIcon20" color="colorTextIconSuccess" />
        <Text as="span" color="colorTextWeak">
          {t('AttentionNone')}
        </Text>
      </Box>
    );
  return (
    <Box
      padding="space40"
      borderRadius="borderRadius20"
      backgroundColor="colorBackgroundWarningWeakest"
      role="group"
      aria-label={t('AttentionTitle')}
    >
      <Heading as="h3" variant="heading50">
        {t('AttentionTitle')}
      </Heading>
      <Box as="ul" margin="space0" padding="space0" listStyleType="none">
        {(isExpanded ? items : items.slice(0, COLLAPSED_COUNT)).map((item) => {
          const who = item.caller === '' ? t('WithheldNumber') : item.caller;
          const about = [who, t(item.taskType === 'voicemail' ? 'Voicemail' : 'Callback'), isolateText(item.queue)]
            .filter((part) => part !== '')
            .join(' · ');
          return (
            <Box
              as="li"
              key={`${item.kind} ${item.voicemail_id}`}
              display="flex"
              flexWrap="wrap"
              alignItems="center"
              columnGap="space30"
              paddingY="space20"
            >
              <WarningIcon decorative size="sizeIcon20" color="colorTextIconWarning" />
              <Box flexGrow={1} flexBasis="220px" minWidth="0">
                <Text as="div" overflowWrap="anywhere">
                  {about}
                </Text>
                <Text as="div" fontSize="fontSize20">
                  {attentionText(translator, item, now, providers)}
                </Text>
              </Box>
              {(item.kind === 'email-failed' || item.kind === 'email-partly') && (
                <ResendButton voicemailId={item.voicemail_id} about={about} canResend />
              )}
              {item.mayRestore && <RestoreButton voicemailId={item.voicemail_id} about={about} />}
            </Box>
          );
        })}
      </Box>
      {items.length > COLLAPSED_COUNT && (
        <Button variant="link" size="small" aria-expanded={isExpanded} onClick={() => setIsExpanded(!isExpanded)}>
          {isExpanded ? t('AuditLess') : t('AuditMore', { count: items.length - COLLAPSED_COUNT })}
        </Button>
      )}
    </Box>
  );
};
