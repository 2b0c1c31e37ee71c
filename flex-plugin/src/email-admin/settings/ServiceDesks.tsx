import { addressKey } from '@callback-and-voicemail/contract/email-settings';
import { Checkbox, CheckboxGroup } from '@twilio-paste/core/checkbox';
import * as React from 'react';
import { useId } from '../../use-id';
import { Disclosure } from '../Disclosure';
import { useEmailAdmin } from '../email-admin-context';
import { allRecipients } from './all-recipients';
import { Locked } from './Locked';
import type { SettingsForm } from './use-settings-form';

/** Which recipients are ticket systems: those ignore mails that say they are automatic. */
export const ServiceDesks: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t } = useEmailAdmin().translator;
  const { changeRecipients } = form;
  const id = useId('service-desks');
  const all = allRecipients(form).map(({ recipient }) => recipient);
  const desks = new Set(all.filter((one) => one.service_desk).map(({ address }) => addressKey(address)));
  const addresses = new Map(all.map(({ address }) => [addressKey(address), address]));
  const toggle = (key: string, isDesk: boolean) =>
    changeRecipients(({ service_desk: before, ...recipient }) => {
      const now = addressKey(recipient.address) === key ? isDesk : before === true;
      return now ? { ...recipient, service_desk: true } : recipient;
    });
  return (
    <Disclosure title={t('ServiceDesksTitle', { count: desks.size })}>
      <Locked form={form}>
        <CheckboxGroup name={id} legend={t('ServiceDesks')} helpText={t('ServiceDesksHelp')}>
          {[...addresses].map(([key, address]) => (
            <Checkbox
              key={key}
              id={`${id}-${key}`}
              checked={desks.has(key)}
              onChange={({ target }) => toggle(key, target.checked)}
            >
              {address}
            </Checkbox>
          ))}
        </CheckboxGroup>
      </Locked>
    </Disclosure>
  );
};
