import { Box } from '@twilio-paste/core/box';
import { Checkbox } from '@twilio-paste/core/checkbox';
import { Radio, RadioGroup } from '@twilio-paste/core/radio-group';
import * as React from 'react';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { Locked } from './Locked';
import { TextField } from './TextField';
import type { SettingsForm } from './use-settings-form';

/** What agents may do, what becomes of callers who say nothing, and what this panel shows. */
export const CallerSettings: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { settings, errors, changeField } = form;
  const { t } = useEmailAdmin().translator;
  const ids = { requeue: useId('requeue'), missed: useId('missed'), callers: useId('callers') };
  /** What is no number is kept as it is not: it is said beside the field. */
  const parseNumber = (text: string | undefined) => (text === undefined ? Number.NaN : Number(text));
  const formatNumber = (value: number) => (Number.isNaN(value) ? '' : String(value));
  return (
    <Section title={t('CallerSettingsTitle')}>
      <Locked form={form}>
        <Checkbox
          id={ids.requeue}
          checked={settings.allow_requeue}
          onChange={({ target }) => changeField('allow_requeue', target.checked)}
        >
          {t('AllowRequeue')}
        </Checkbox>
        {settings.allow_requeue && (
          <Box maxWidth="size30">
            <TextField
              type="number"
              label={t('MaxAttempts')}
              path="max_attempts"
              value={formatNumber(settings.max_attempts)}
              errors={errors}
              onChange={(value) => changeField('max_attempts', parseNumber(value))}
            />
          </Box>
        )}
        <RadioGroup
          name={ids.missed}
          legend={t('MissedVoicemail')}
          value={settings.missed_voicemail}
          onChange={(value) => changeField('missed_voicemail', value === 'cancel' ? 'cancel' : 'callback')}
        >
          <Radio id={`${ids.missed}-callback`} value="callback">
            {t('MissedCallback')}
          </Radio>
          <Radio id={`${ids.missed}-cancel`} value="cancel">
            {t('MissedCancel')}
          </Radio>
        </RadioGroup>
        <Box maxWidth="size30">
          <TextField
            type="number"
            label={t('AttentionAfter')}
            path="attention_after_minutes"
            value={formatNumber(settings.attention_after_minutes)}
            errors={errors}
            onChange={(value) => changeField('attention_after_minutes', parseNumber(value))}
          />
        </Box>
        <Checkbox
          id={ids.callers}
          checked={settings.show_callers}
          onChange={({ target }) => changeField('show_callers', target.checked)}
        >
          {t('ShowCallers')}
        </Checkbox>
      </Locked>
    </Section>
  );
};
