import * as React from 'react';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { BouncingRecipients } from './BouncingRecipients';
import { Locked } from './Locked';
import { RecipientsField } from './RecipientsField';
import { RuleList } from './RuleList';
import { RulePreview } from './RulePreview';
import { ServiceDesks } from './ServiceDesks';
import { UnconfirmedRecipients } from './UnconfirmedRecipients';
import type { SettingsForm } from './use-settings-form';

/** Recipients, rules, and a way to see what they come to. */
export const RecipientSettings: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t } = useEmailAdmin().translator;
  const { settings, rules, answer, errors, changeField } = form;
  return (
    <Section title={t('RecipientsTitle')}>
      <Locked form={form}>
        <RecipientsField
          label={t('Recipients')}
          path="recipients"
          recipients={settings.recipients}
          onChange={(recipients) => changeField('recipients', recipients)}
          allowedRecipients={answer.allowedRecipients}
          errors={errors}
          help={t(rules.rules.some(({ enabled }) => enabled) ? 'RecipientsGetUnmatched' : 'RecipientsGetAll')}
        />
      </Locked>
      <BouncingRecipients bouncing={answer.bouncing ?? []} form={form} />
      {answer.unconfirmed !== undefined && <UnconfirmedRecipients unconfirmed={answer.unconfirmed} />}
      <RuleList form={form} />
      {answer.ownQueues === undefined && <RulePreview form={form} />}
      <Locked form={form}>
        <RecipientsField
          isSingle
          label={t('Archive')}
          path="archive"
          recipients={settings.archive === undefined ? [] : [settings.archive]}
          onChange={([archive]) => changeField('archive', archive)}
          allowedRecipients={answer.allowedRecipients}
          errors={errors}
          help={t('ArchiveHelp')}
        />
        <RecipientsField
          isSingle
          label={t('Fallback')}
          path="fallback_recipient"
          recipients={settings.fallback_recipient === undefined ? [] : [settings.fallback_recipient]}
          onChange={([fallback]) => changeField('fallback_recipient', fallback)}
          allowedRecipients={answer.allowedRecipients}
          errors={errors}
          help={t('FallbackHelp')}
        />
      </Locked>
      {(settings.recipients.length > 0 || rules.rules.length > 0) && <ServiceDesks form={form} />}
    </Section>
  );
};
