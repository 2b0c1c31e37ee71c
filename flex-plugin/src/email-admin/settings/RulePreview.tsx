import { recipientsFor, toZonedTime, zonedTimeToInstant } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { formatList, formatPhoneNumber } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useId } from '../../use-id';
import { Disclosure } from '../Disclosure';
import { useEmailAdmin } from '../email-admin-context';
import { SelectField } from '../SelectField';
import { describeRule } from './describe-rule';
import { isUnconfirmed } from './is-unconfirmed';
import type { SettingsForm } from './use-settings-form';

/** Shows who would get a mail for a queue, number and time, by the code that selects recipients. */
export const RulePreview: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Disclosure title={t('PreviewTitle')}>
      <RulePreviewForm form={form} />
    </Disclosure>
  );
};

const RulePreviewForm: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const { answer, settings } = form;
  const timeZone = settings.time_zone ?? answer.timeZone;
  const [queue, setQueue] = React.useState(answer.queues[0] ?? '');
  const [number, setNumber] = React.useState(answer.numbers[0] ?? '');
  const [now] = React.useState(() => currentWallTime(timeZone));
  const [date, setDate] = React.useState(now.date);
  const [time, setTime] = React.useState(now.time);
  const ids = {
    date: useId('would-date'),
    time: useId('would-time'),
  };
  const at = toInstant(date, time, timeZone);
  return (
    <Box display="flex" flexDirection="column" rowGap="space40">
      <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space30">
        <SelectField
          label={t('PreviewQueue')}
          value={queue}
          options={[
            ...answer.queues.map((one) => ({ value: one, label: one })),
            { value: '', label: t('PreviewNoQueue') },
          ]}
          onChange={setQueue}
        />
        <SelectField
          label={t('PreviewNumber')}
          value={number}
          options={[
            ...answer.numbers.map((one) => ({ value: one, label: formatPhoneNumber(one) })),
            { value: '', label: t('PreviewOtherNumber') },
          ]}
          onChange={setNumber}
        />
        <Box>
          <Label htmlFor={ids.date}>{t('PreviewDay')}</Label>
          <Input id={ids.date} type="date" value={date} onChange={({ target }) => setDate(target.value)} />
        </Box>
        <Box>
          <Label htmlFor={ids.time}>{t('PreviewTime', { zone: timeZone })}</Label>
          <Input id={ids.time} type="time" value={time} onChange={({ target }) => setTime(target.value)} />
        </Box>
      </Box>
      <Text as="div" role="status" overflowWrap="anywhere">
        {at === undefined ? t('PreviewNoTime') : describeOutcome(translator, form, { queue, number, at })}
      </Text>
    </Box>
  );
};

function describeOutcome(
  translator: Translator,
  { settings, rules, answer }: SettingsForm,
  context: { queue: string; number: string; at: number },
): string {
  const { t } = translator;
  if (!settings.enabled) return t('PreviewOff');
  const { recipients: chosen, rules: ruleIds } = recipientsFor(settings, rules, {
    ...context,
    timeZone: answer.timeZone,
  });
  const recipients = chosen.filter(({ address }) => !isUnconfirmed(answer, address));
  if (recipients.length === 0) return t('PreviewNoRecipients');
  const names = formatList(
    translator,
    recipients.map(({ address }) => address),
  );
  const decidingRules = rules.rules
    .filter(({ id }) => ruleIds.includes(id))
    .map((rule) => t('RuleQuoted', { name: rule.name ?? describeRule(translator, rule) }));
  return decidingRules.length === 0
    ? t('PreviewByDefault', { names })
    : t('PreviewByRule', { names, rules: formatList(translator, decidingRules) });
}

/** In the form of date and time fields; empty for an unknown zone, whose field shows the error. */
function currentWallTime(timeZone: string): { date: string; time: string } {
  try {
    const { date, minute } = toZonedTime(Date.now(), timeZone);
    const two = (value: number) => String(value).padStart(2, '0');
    return { date, time: `${two(Math.floor(minute / 60))}:${two(minute % 60)}` };
  } catch {
    return { date: '', time: '' };
  }
}

function toInstant(date: string, time: string, timeZone: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  try {
    return time === '' ? undefined : zonedTimeToInstant({ date, minute: hours * 60 + minutes }, timeZone);
  } catch {
    return undefined;
  }
}
