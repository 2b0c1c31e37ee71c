import type { BouncingAddress } from '@callback-and-voicemail/contract/bounce-reasons';
import { addressKey, type EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { HelpText } from '@twilio-paste/core/help-text';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { bounceMessage } from '../../bounce-messages';
import { formatTime } from '../../strings/formats';
import { useEmailAdmin } from '../email-admin-context';
import type { SettingsForm } from './use-settings-form';

/** Recipients at whose addresses mails bounce, with why and since when; one who is being removed is not listed. */
export const BouncingRecipients: React.FC<{ bouncing: readonly BouncingAddress[]; form: SettingsForm }> = ({
  bouncing,
  form,
}) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const recipients = recipientsIn(form);
  const listed = bouncing.flatMap((one) => {
    const recipient = recipients.get(addressKey(one.address));
    return recipient === undefined ? [] : [{ ...one, recipient }];
  });
  if (listed.length === 0) return null;
  return (
    <Box role="group" aria-label={t('Bouncing')} marginBottom="space60">
      <Text as="div" fontWeight="fontWeightSemibold" color="colorTextError">
        {t('Bouncing')}
      </Text>
      <HelpText variant="error">{t('BouncingHelp')}</HelpText>
      <Box as="ul" margin="space0" padding="space0" marginTop="space30" display="grid" rowGap="space30">
        {listed.map(({ address, reason, at, recipient }) => (
          <Box as="li" key={address} display="block">
            <Text as="div" overflowWrap="anywhere">
              <bdi>{recipient.name ?? recipient.address}</bdi>
              {recipient.name !== undefined && ` (${recipient.address})`}
            </Text>
            <Text as="div" color="colorTextWeak">
              {t('BouncingOf', { reason: t(bounceMessage(reason)), time: formatTime(translator, at, Date.now()) })}
            </Text>
          </Box>
        ))}
      </Box>
    </Box>
  );
};

/** Everybody who gets mails by the settings as they are being edited, by their addresses. */
function recipientsIn({ settings, rules }: SettingsForm): Map<string, EmailRecipient> {
  const all = [
    ...settings.recipients,
    ...rules.rules.flatMap(({ recipients }) => recipients),
    ...[settings.archive, settings.fallback_recipient].filter((one) => one !== undefined),
  ];
  return new Map(all.map((recipient) => [addressKey(recipient.address), recipient]));
}
