import { isCalendarDate, MAX_HOLIDAYS, maxLengthAt } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { dateTimeFormat } from '../../strings/intl-formats';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { errorsAt, FieldErrors } from './FieldErrors';
import type { SettingsForm } from './use-settings-form';

/** The days that rules may leave out, or mean. */
export const Holidays: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { translator } = useEmailAdmin();
  const { t, locale } = translator;
  const { rules, errors, changeRules } = form;
  const { holidays } = rules;
  const [date, setDate] = React.useState('');
  const [name, setName] = React.useState('');
  const ids = { date: useId('holiday-date'), name: useId('holiday-name') };
  const isDuplicate = holidays.some((holiday) => holiday.date === date);
  const isFull = holidays.length >= MAX_HOLIDAYS;
  const canAdd = isCalendarDate(date) && !isDuplicate && !isFull;
  function add(): void {
    if (!canAdd) return;
    const trimmed = name.trim();
    const next = [...holidays, { date, ...(trimmed === '' ? {} : { name: trimmed }) }];
    changeRules({ holidays: next.sort((a, b) => (a.date < b.date ? -1 : 1)) });
    setDate('');
    setName('');
  }
  const onEnter = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter') add();
  };
  /** A typed day is added on save, like a typed address: the user expects it to be saved. */
  const addOnLeave = ({ currentTarget, relatedTarget }: React.FocusEvent) => {
    if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) add();
  };
  const formatDate = (day: string) =>
    Number.isNaN(Date.parse(day))
      ? day
      : dateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
  return (
    <Box>
      <Box as="ul" margin="space0" padding="space0" listStyleType="none">
        {holidays.map((holiday, index) => (
          <Box as="li" key={holiday.date} display="flex" columnGap="space40" alignItems="center" paddingY="space10">
            <Text as="span">
              {holiday.name === undefined ? formatDate(holiday.date) : `${formatDate(holiday.date)} · ${holiday.name}`}
            </Text>
            <Button
              variant="link"
              size="small"
              aria-label={t('HolidayRemove', { date: formatDate(holiday.date) })}
              onClick={() => changeRules({ holidays: holidays.filter((other) => other !== holiday) })}
            >
              {t('RuleRemove')}
            </Button>
            <FieldErrors errors={errorsAt(errors, `holidays.${index}`)} />
          </Box>
        ))}
      </Box>
      <Box
        display="flex"
        flexWrap="wrap"
        columnGap="space30"
        rowGap="space30"
        alignItems="flex-end"
        onBlur={addOnLeave}
      >
        <Box>
          <Label htmlFor={ids.date}>{t('HolidayDate')}</Label>
          <Input
            id={ids.date}
            type="date"
            value={date}
            onChange={({ target }) => setDate(target.value)}
            onKeyDown={onEnter}
          />
        </Box>
        <Box>
          <Label htmlFor={ids.name}>{t('HolidayName')}</Label>
          <Input
            id={ids.name}
            type="text"
            dir="auto"
            maxLength={maxLengthAt('holidays.0.name')}
            value={name}
            onChange={({ target }) => setName(target.value)}
            onKeyDown={onEnter}
          />
        </Box>
        <Button variant="secondary" disabled={!canAdd} onClick={add}>
          {t('HolidayAdd')}
        </Button>
      </Box>
      <HelpText>
        {isFull && t('FieldErrorTooMany', { count: holidays.length, limit: MAX_HOLIDAYS })}
        {!isFull && isDuplicate && t('FieldErrorDuplicate', { value: formatDate(date) })}
        {!isFull && !isDuplicate && t('HolidaysHelp')}
      </HelpText>
    </Box>
  );
};
