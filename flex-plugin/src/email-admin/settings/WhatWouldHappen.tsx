import { Box } from '@twilio-paste/core/box';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Option, Select } from '@twilio-paste/core/select';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { recipientsFor, toZonedTime, zonedTimeToInstant } from '../../../../contract/src/email-settings/schema-free';
import { formatList, formatPhoneNumber } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { Folded } from '../Folded';
import { ruleSentence } from './rule-sentence';
import type { Editing } from './use-draft';

/** Pick a queue, a number and a time: who would get the mail, and by which rule. It asks nobody; it is the same rule. */
export const WhatWouldHappen: React.FC<{ editing: Editing }> = ({ editing }) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Folded title={t('WouldTitle')}>
      <Question editing={editing} />
    </Folded>
  );
};

const Question: React.FC<{ editing: Editing }> = ({ editing }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const { answer, settings } = editing;
  const timeZone = settings.time_zone ?? answer.timeZone;
  const [queue, setQueue] = React.useState(answer.queues[0] ?? '');
  const [number, setNumber] = React.useState(answer.numbers[0] ?? '');
  const [now] = React.useState(() => clockNow(timeZone));
  const [date, setDate] = React.useState(now.date);
  const [time, setTime] = React.useState(now.time);
  const ids = {
    queue: useId('would-queue'),
    number: useId('would-number'),
    date: useId('would-date'),
    time: useId('would-time'),
  };
  const at = chosenMoment(date, time, timeZone);
  return (
    <Box display="flex" flexDirection="column" rowGap="space40">
      <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space30">
        <Box>
          <Label htmlFor={ids.queue}>{t('WouldQueue')}</Label>
          <Select id={ids.queue} value={queue} onChange={({ target }) => setQueue(target.value)}>
            {answer.queues.map((one) => (
              <Option key={one} value={one}>
                {one}
              </Option>
            ))}
            <Option value="">{t('WouldNoQueue')}</Option>
          </Select>
        </Box>
        <Box>
          <Label htmlFor={ids.number}>{t('WouldNumber')}</Label>
          <Select id={ids.number} value={number} onChange={({ target }) => setNumber(target.value)}>
            {answer.numbers.map((one) => (
              <Option key={one} value={one}>
                {formatPhoneNumber(one)}
              </Option>
            ))}
            <Option value="">{t('WouldOtherNumber')}</Option>
          </Select>
        </Box>
        <Box>
          <Label htmlFor={ids.date}>{t('WouldDay')}</Label>
          <Input id={ids.date} type="date" value={date} onChange={({ target }) => setDate(target.value)} />
        </Box>
        <Box>
          <Label htmlFor={ids.time}>{t('WouldTime', { zone: timeZone })}</Label>
          <Input id={ids.time} type="time" value={time} onChange={({ target }) => setTime(target.value)} />
        </Box>
      </Box>
      <Text as="div" role="status" overflowWrap="anywhere">
        {at === undefined ? t('WouldNoTime') : outcome(translator, editing, { queue, number, at })}
      </Text>
    </Box>
  );
};

function outcome(
  translator: Translator,
  { settings, rules, answer }: Editing,
  occasion: { queue: string; number: string; at: number },
): string {
  const { t } = translator;
  if (!settings.enabled) return t('WouldOff');
  const { recipients, rules: by } = recipientsFor(settings, rules, { ...occasion, timeZone: answer.timeZone });
  if (recipients.length === 0) return t('WouldNobody');
  const names = formatList(
    translator,
    recipients.map(({ address }) => address),
  );
  const deciding = rules.rules
    .filter(({ id }) => by.includes(id))
    .map((rule) => `“${rule.name ?? ruleSentence(translator, rule)}”`);
  return deciding.length === 0
    ? t('WouldByNoRule', { names })
    : t('WouldByRule', { names, rules: formatList(translator, deciding) });
}

/** As date and time fields write them; empty in a zone nobody knows, which is said where it is typed. */
function clockNow(timeZone: string): { date: string; time: string } {
  try {
    const { date, minute } = toZonedTime(Date.now(), timeZone);
    const two = (value: number) => String(value).padStart(2, '0');
    return { date, time: `${two(Math.floor(minute / 60))}:${two(minute % 60)}` };
  } catch {
    return { date: '', time: '' };
  }
}

function chosenMoment(date: string, time: string, timeZone: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  try {
    return time === '' ? undefined : zonedTimeToInstant({ date, minute: hours * 60 + minutes }, timeZone);
  } catch {
    return undefined;
  }
}
