import type { BouncingAddress } from '@callback-and-voicemail/contract/bounce-reasons';
import { addressKey, type EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { bounceMessage } from '../../bounce-messages';
import { formatTime } from '../../strings/formats';
import { useEmailAdmin } from '../email-admin-context';
import { useKeepFocusInside } from '../use-keep-focus-inside';
import type { SettingsForm } from './use-settings-form';

/**
 * Recipients at whose addresses mails bounce, with why and since when. One who is removed here, or elsewhere in the
 * settings that are being edited, is not listed; discarding them brings it back.
 */
export const BouncingRecipients: React.FC<{ bouncing: readonly BouncingAddress[]; form: SettingsForm }> = ({
  bouncing,
  form,
}) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const focusRef = useKeepFocusInside();
  const [removed, setRemoved] = React.useState('');
  const recipients = recipientsIn(form);
  const removable = form.answer.ownQueues === undefined ? recipients : recipientsIn(form, true);
  function remove(recipient: EmailRecipient): void {
    form.removeRecipient(recipient.address);
    setRemoved(t('RecipientRemoved', { name: nameOf(recipient) }));
  }
  const listed = bouncing.flatMap((one) => {
    const recipient = recipients.get(addressKey(one.address));
    return recipient === undefined ? [] : [{ ...one, recipient }];
  });
  return (
    <Box ref={focusRef} tabIndex={-1} outline="none">
      {listed.length > 0 && (
        <Box role="group" aria-label={t('Bouncing')} marginBottom="space60">
          <Text as="div" fontWeight="fontWeightSemibold" color="colorTextError">
            {t('Bouncing')}
          </Text>
          <HelpText variant="error">{t('BouncingHelp')}</HelpText>
          <Box as="ul" margin="space0" padding="space0" marginTop="space30" display="grid" rowGap="space30">
            {listed.map(({ address, reason, at, recipient }) => (
              <Box as="li" key={address} display="flex" flexWrap="wrap" alignItems="center" columnGap="space30">
                <Box flexGrow={1}>
                  <Text as="div" overflowWrap="anywhere">
                    <bdi>{nameOf(recipient)}</bdi>
                    {recipient.name !== undefined && ` (${recipient.address})`}
                  </Text>
                  <Text as="div" color="colorTextWeak">
                    {t('BouncingOf', {
                      reason: t(bounceMessage(reason)),
                      time: formatTime(translator, at, Date.now()),
                    })}
                  </Text>
                </Box>
                {removable.has(addressKey(address)) && (
                  <Button variant="secondary" size="small" onClick={() => remove(recipient)}>
                    {t('RecipientRemove', { name: nameOf(recipient) })}
                  </Button>
                )}
              </Box>
            ))}
          </Box>
        </Box>
      )}
      <ScreenReaderOnly>
        <span role="status">{removed}</span>
      </ScreenReaderOnly>
    </Box>
  );
};

const nameOf = ({ name, address }: EmailRecipient) => name ?? address;

/** Everybody who gets mails by the settings as they are being edited, or by their rules alone, by their addresses. */
function recipientsIn({ settings, rules }: SettingsForm, isByRules = false): Map<string, EmailRecipient> {
  const byRules = rules.rules.flatMap(({ recipients }) => recipients);
  const { recipients, archive, fallback_recipient: fallback } = settings;
  const all = isByRules
    ? byRules
    : [...recipients, ...byRules, ...[archive, fallback].filter((one) => one !== undefined)];
  return new Map(all.map((recipient) => [addressKey(recipient.address), recipient]));
}
