import { Box } from '@twilio-paste/core/box';
import { Checkbox } from '@twilio-paste/core/checkbox';
import { Radio, RadioGroup } from '@twilio-paste/core/radio-group';
import * as React from 'react';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { TextField } from './TextField';
import type { Editing } from './use-draft';

/** What agents may do, what becomes of callers who say nothing, and what this panel shows. */
export const CallerOptions: React.FC<{ editing: Editing }> = ({ editing: { settings, problems, change } }) => {
  const { t } = useEmailAdmin().translator;
  const ids = { requeue: useId('requeue'), missed: useId('missed'), callers: useId('callers') };
  /** What is no number is kept as it is not: it is said beside the field. */
  const number = (text: string | undefined) => (text === undefined ? Number.NaN : Number(text));
  const shown = (value: number) => (Number.isNaN(value) ? '' : String(value));
  return (
    <Section title={t('CallerOptionsTitle')}>
      <Checkbox
        id={ids.requeue}
        checked={settings.allow_requeue}
        onChange={({ target }) => change('allow_requeue', target.checked)}
      >
        {t('AllowRequeue')}
      </Checkbox>
      {settings.allow_requeue && (
        <Box maxWidth="size30">
          <TextField
            type="number"
            label={t('MaxAttempts')}
            path="max_attempts"
            value={shown(settings.max_attempts)}
            problems={problems}
            onChange={(value) => change('max_attempts', number(value))}
          />
        </Box>
      )}
      <RadioGroup
        name={ids.missed}
        legend={t('MissedVoicemail')}
        value={settings.missed_voicemail}
        onChange={(value) => change('missed_voicemail', value === 'cancel' ? 'cancel' : 'callback')}
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
          value={shown(settings.attention_after_minutes)}
          problems={problems}
          onChange={(value) => change('attention_after_minutes', number(value))}
        />
      </Box>
      <Checkbox
        id={ids.callers}
        checked={settings.show_callers}
        onChange={({ target }) => change('show_callers', target.checked)}
      >
        {t('ShowCallers')}
      </Checkbox>
    </Section>
  );
};
