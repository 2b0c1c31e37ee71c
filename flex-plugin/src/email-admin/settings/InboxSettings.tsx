import { Checkbox, CheckboxGroup } from '@twilio-paste/core/checkbox';
import * as React from 'react';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { Locked } from './Locked';
import { RecipientPhones } from './RecipientPhones';
import type { SettingsForm } from './use-settings-form';

const ACTS = [
  ['inbox_take', 'InboxTake', 'InboxTakeHelp'],
  ['inbox_remind', 'InboxRemind', 'InboxRemindHelp'],
  ['inbox_call', 'InboxCall', 'InboxCallHelp'],
] as const;

/** What recipients may do on the page behind their link. */
export const InboxSettings: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t } = useEmailAdmin().translator;
  const { settings, errors, changeField } = form;
  const id = useId('inbox');
  return (
    <>
      <Locked form={form}>
        <CheckboxGroup name={id} legend={t('InboxTitle')}>
          {ACTS.map(([field, label, help]) => (
            <Checkbox
              key={field}
              id={`${id}-${field}`}
              checked={settings[field]}
              helpText={t(help)}
              onChange={({ target }) => changeField(field, target.checked)}
            >
              {t(label)}
            </Checkbox>
          ))}
        </CheckboxGroup>
      </Locked>
      {/* A wrong number prevents saving also where nobody may call. */}
      {(settings.inbox_call || errors.some(({ path }) => path.endsWith('.phone'))) && <RecipientPhones form={form} />}
    </>
  );
};
