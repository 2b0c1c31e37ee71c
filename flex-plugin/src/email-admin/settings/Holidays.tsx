import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { ISO_DATE, MAX_HOLIDAYS, MAX_LENGTH } from '../../../../contract/src/email-settings/schema-free';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { FieldProblems, problemsAt } from './FieldProblems';
import type { Editing } from './use-draft';

/** The days that rules may leave out, or mean. */
export const Holidays: React.FC<{ editing: Editing }> = ({ editing }) => {
  const { translator } = useEmailAdmin();
  const { t, locale } = translator;
  const { rules, problems, changeRules } = editing;
  const { holidays } = rules;
  const [date, setDate] = React.useState('');
  const [name, setName] = React.useState('');
  const ids = { date: useId('holiday-date'), name: useId('holiday-name') };
  const isThere = holidays.some((one) => one.date === date);
  const isFull = holidays.length >= MAX_HOLIDAYS;
  const mayAdd = ISO_DATE.test(date) && !isThere && !isFull;
  function add(): void {
    if (!mayAdd) return;
    const trimmed = name.trim();
    const next = [...holidays, { date, ...(trimmed === '' ? {} : { name: trimmed }) }];
    changeRules({ holidays: next.sort((a, b) => (a.date < b.date ? -1 : 1)) });
    setDate('');
    setName('');
  }
  const onEnter = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter') add();
  };
  const dateText = (day: string) =>
    Number.isNaN(Date.parse(day))
      ? day
      : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
  return (
    <Box>
      <Box as="ul" margin="space0" padding="space0" listStyleType="none">
        {holidays.map((one, index) => (
          <Box as="li" key={one.date} display="flex" columnGap="space40" alignItems="center" paddingY="space10">
            <Text as="span">{one.name === undefined ? dateText(one.date) : `${dateText(one.date)} · ${one.name}`}</Text>
            <Button
              variant="link"
              size="small"
              aria-label={t('HolidayRemove', { date: dateText(one.date) })}
              onClick={() => changeRules({ holidays: holidays.filter((other) => other !== one) })}
            >
              {t('RuleRemove')}
            </Button>
            <FieldProblems problems={problemsAt(problems, `holidays.${index}`)} />
          </Box>
        ))}
      </Box>
      <Box display="flex" flexWrap="wrap" columnGap="space30" rowGap="space30" alignItems="flex-end">
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
            maxLength={MAX_LENGTH.holidayName}
            value={name}
            onChange={({ target }) => setName(target.value)}
            onKeyDown={onEnter}
          />
        </Box>
        <Button variant="secondary" disabled={!mayAdd} onClick={add}>
          {t('HolidayAdd')}
        </Button>
      </Box>
      <HelpText>
        {isFull
          ? t('ProblemTooMany', { count: holidays.length, limit: MAX_HOLIDAYS })
          : isThere
            ? t('ProblemDuplicate', { value: dateText(date) })
            : t('HolidaysHelp')}
      </HelpText>
    </Box>
  );
};
