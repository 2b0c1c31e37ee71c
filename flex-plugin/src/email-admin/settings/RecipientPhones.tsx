import { addressKey } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { HelpText } from '@twilio-paste/core/help-text';
import * as React from 'react';
import { Disclosure } from '../Disclosure';
import { useEmailAdmin } from '../email-admin-context';
import { recipientsByAddress } from './all-recipients';
import { Locked } from './Locked';
import { TextField } from './TextField';
import type { SettingsForm } from './use-settings-form';

/** Which telephone rings when a recipient has a caller called from the email. */
export const RecipientPhones: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t } = useEmailAdmin().translator;
  const placed = [...recipientsByAddress(form)];
  const setPhone = (key: string, text: string | undefined) => {
    // As people write numbers, and as they are copied from other pages.
    const phone = text?.replace(/[\s().\-\u200e\u200f\u202a-\u202e]/g, '');
    form.changeRecipients(({ phone: before, ...recipient }) => {
      const now = addressKey(recipient.address) === key ? phone : before;
      return now ? { ...recipient, phone: now } : recipient;
    });
  };
  const count = placed.filter(([, { recipient }]) => recipient.phone !== undefined).length;
  return (
    <Disclosure title={t('PhonesTitle', { count })}>
      <Locked form={form}>
        <Box display="flex" flexDirection="column" rowGap="space40" maxWidth="size50">
          <HelpText marginTop="space0">{t('PhonesHelp')}</HelpText>
          {placed.map(([key, { path, recipient }]) => (
            <TextField
              key={key}
              type="tel"
              label={recipient.address}
              path={`${path}.phone`}
              value={recipient.phone}
              errors={form.errors}
              onChange={(text) => setPhone(key, text)}
            />
          ))}
        </Box>
      </Locked>
    </Disclosure>
  );
};
