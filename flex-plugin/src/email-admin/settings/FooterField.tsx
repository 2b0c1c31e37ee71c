import { maxLengthAt } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { HelpText } from '@twilio-paste/core/help-text';
import { Label } from '@twilio-paste/core/label';
import { TextArea } from '@twilio-paste/core/textarea';
import * as React from 'react';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { errorsAt, FieldErrors } from './FieldErrors';
import type { SettingsForm } from './use-settings-form';

/** The mail's last lines. */
export const FooterField: React.FC<{ form: SettingsForm }> = ({ form: { settings, errors, changeField } }) => {
  const { t } = useEmailAdmin().translator;
  const id = useId('footer');
  const own = errorsAt(errors, 'footer');
  return (
    <Box>
      <Label htmlFor={id}>{t('Footer')}</Label>
      <TextArea
        id={id}
        dir="auto"
        value={settings.footer ?? ''}
        maxLength={maxLengthAt('footer')}
        hasError={own.length > 0}
        aria-describedby={`${id}-help`}
        onChange={({ target }) => changeField('footer', target.value === '' ? undefined : target.value)}
      />
      <Box id={`${id}-help`}>
        {own.length > 0 ? <FieldErrors errors={own} /> : <HelpText>{t('FooterHelp')}</HelpText>}
      </Box>
    </Box>
  );
};
