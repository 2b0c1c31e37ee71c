import type { EmailSettingsResponse, FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import {
  maxLengthAt,
  type NotificationRule,
  type RuleTimes,
  WEEKDAYS,
} from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Checkbox, CheckboxGroup } from '@twilio-paste/core/checkbox';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { formatPhoneNumber } from '../../strings/formats';
import type { StringKey } from '../../strings/strings';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { SelectField } from '../SelectField';
import { dayName, describeRule } from './describe-rule';
import { errorsAt, FieldErrors } from './FieldErrors';
import { RecipientsField } from './RecipientsField';

const HOLIDAY_OPTIONS: readonly { value: RuleTimes['holidays']; label: StringKey }[] = [
  { value: 'as-any-day', label: 'RuleHolidaysAny' },
  { value: 'never', label: 'RuleHolidaysNever' },
  { value: 'only', label: 'RuleHolidaysOnly' },
];

/** One rule, in the place of its sentence; the sentence above it follows what is chosen. */
export const RuleEditor: React.FC<{
  rule: NotificationRule;
  index: number;
  answer: EmailSettingsResponse;
  /** It has been changed since it was opened. */
  isChanged: boolean;
  errors: readonly FieldError[];
  onChange: (rule: NotificationRule) => void;
  onDone: () => void;
  onCancel: () => void;
}> = ({ rule, index, answer, isChanged, errors: allErrors, onChange, onDone, onCancel }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const path = `rules.${index}`;
  const isNew = !answer.rules.rules.some(({ id }) => id === rule.id);
  // Nothing is wrong yet with what nobody has had time to fill in; "Done" shows it.
  const errors = isNew ? allErrors.filter(({ code }) => code !== 'missing') : allErrors;
  const [isAsking, setIsAsking] = React.useState(false);
  const askOrCancel = () => (isChanged ? setIsAsking(true) : onCancel());
  const { queues = [], numbers = [] } = rule;
  const when: RuleTimes = rule.when ?? { holidays: 'as-any-day' };
  const ids = {
    name: useId('rule-name'),
    from: useId('rule-from'),
    to: useId('rule-to'),
  };
  const first = React.useRef<HTMLInputElement>(null);
  React.useLayoutEffect(() => first.current?.focus(), []);

  const set = (change: Partial<NotificationRule>) => onChange(omitEmpty({ ...rule, ...change }));
  const setWhen = (change: Partial<RuleTimes>) => set({ when: { ...when, ...change } });
  const toggled = <T,>(all: readonly T[], one: T) =>
    all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
  // All days is what no choice means; the last one cannot be taken away by mistake and mean all.
  const days = when.days ?? [...WEEKDAYS];
  return (
    <Box
      role="group"
      aria-label={t('RuleEditing')}
      display="flex"
      flexDirection="column"
      rowGap="space50"
      padding="space50"
      borderRadius="borderRadius20"
      backgroundColor="colorBackground"
      onKeyDown={(event: React.KeyboardEvent) => event.key === 'Escape' && !isAsking && askOrCancel()}
    >
      <Text as="div" fontWeight="fontWeightSemibold" overflowWrap="anywhere" role="status">
        {describeRule(translator, rule)}
      </Text>
      <Box maxWidth="size40">
        <Label htmlFor={ids.name}>{t('RuleName')}</Label>
        <Input
          ref={first}
          id={ids.name}
          type="text"
          dir="auto"
          value={rule.name ?? ''}
          maxLength={maxLengthAt(`${path}.name`)}
          onChange={({ target }) => set({ name: target.value })}
        />
        <FieldErrors errors={errorsAt(errors, `${path}.name`)} />
      </Box>
      {answer.queues.length > 0 && (
        <CheckboxGroup name={`${ids.name}-queues`} legend={t('RuleQueuesLegend')} orientation="horizontal">
          {answer.queues.map((queue) => (
            <Checkbox
              key={queue}
              id={`${ids.name}-queue-${queue}`}
              checked={queues.includes(queue)}
              onChange={() => set({ queues: toggled(queues, queue) })}
            >
              <bdi>{queue}</bdi>
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      {answer.numbers.length > 0 && (
        <CheckboxGroup name={`${ids.name}-numbers`} legend={t('RuleNumbersLegend')} orientation="horizontal">
          {answer.numbers.map((number) => (
            <Checkbox
              key={number}
              id={`${ids.name}-number-${number}`}
              checked={numbers.includes(number)}
              onChange={() => set({ numbers: toggled(numbers, number) })}
            >
              {formatPhoneNumber(number)}
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      <Box>
        <CheckboxGroup name={`${ids.name}-days`} legend={t('RuleDaysLegend')} orientation="horizontal">
          {WEEKDAYS.map((day) => (
            <Checkbox
              key={day}
              id={`${ids.name}-day-${day}`}
              checked={days.includes(day)}
              onChange={() => {
                const next = toggled(days, day).sort();
                setWhen({ days: next.length === WEEKDAYS.length ? undefined : next });
              }}
            >
              {dayName(translator, day, 'short')}
            </Checkbox>
          ))}
        </CheckboxGroup>
        <FieldErrors errors={errorsAt(errors, `${path}.when.days`)} />
      </Box>
      <Box display="flex" flexWrap="wrap" columnGap="space50" rowGap="space30">
        {(['from', 'to'] as const).map((end) => (
          <Box key={end}>
            <Label htmlFor={ids[end]}>{t(end === 'from' ? 'RuleFrom' : 'RuleTo')}</Label>
            <Input
              id={ids[end]}
              type="time"
              value={when[end] ?? ''}
              onChange={({ target }) => setWhen({ [end]: target.value === '' ? undefined : target.value })}
            />
            <FieldErrors errors={errorsAt(errors, `${path}.when.${end}`)} />
          </Box>
        ))}
        <SelectField
          label={t('RuleHolidays')}
          value={when.holidays}
          options={HOLIDAY_OPTIONS.map(({ value, label }) => ({ value, label: t(label) }))}
          onChange={(holidays) => setWhen({ holidays })}
        />
      </Box>
      <RecipientsField
        label={t('RuleRecipients')}
        path={`${path}.recipients`}
        recipients={rule.recipients}
        onChange={(recipients) => set({ recipients })}
        allowedRecipients={answer.allowedRecipients}
        errors={errors}
      />
      {isAsking ? (
        <DiscardQuestion onDiscard={onCancel} onKeep={() => setIsAsking(false)} />
      ) : (
        <Box display="flex" columnGap="space30">
          <Button variant="secondary" size="small" onClick={onDone}>
            {t('RuleDone')}
          </Button>
          <Button variant="link" size="small" onClick={askOrCancel}>
            {t('RuleCancel')}
          </Button>
        </Box>
      )}
    </Box>
  );
};

/** In the place of the buttons, with the focus on what loses nothing; Escape chooses that, too. */
const DiscardQuestion: React.FC<{ onDiscard: () => void; onKeep: () => void }> = ({ onDiscard, onKeep }) => {
  const { t } = useEmailAdmin().translator;
  const keepButton = React.useRef<HTMLButtonElement>(null);
  const previous = React.useRef<Element | null>(null);
  React.useLayoutEffect(() => {
    previous.current = document.activeElement;
    keepButton.current?.focus();
  }, []);
  function keep(): void {
    onKeep();
    if (previous.current instanceof HTMLElement) previous.current.focus();
  }
  return (
    <Box
      role="alertdialog"
      aria-label={t('RuleDiscardQuestion')}
      display="flex"
      flexWrap="wrap"
      alignItems="center"
      columnGap="space30"
      rowGap="space20"
      onKeyDown={(event: React.KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        keep();
      }}
    >
      <Text as="span">{t('RuleDiscardQuestion')}</Text>
      <Button ref={keepButton} variant="secondary" size="small" onClick={keep}>
        {t('RuleKeepEditing')}
      </Button>
      <Button variant="destructive_secondary" size="small" onClick={onDiscard}>
        {t('RuleDiscard')}
      </Button>
    </Box>
  );
};

/** What was chosen and taken back leaves nothing behind. */
function omitEmpty(rule: NotificationRule): NotificationRule {
  const { name, queues, numbers, when, ...rest } = rule;
  const { days, from, to, holidays, ...unknown } = when ?? { holidays: 'as-any-day' as const };
  const times = {
    ...unknown,
    ...(days === undefined ? {} : { days }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    holidays,
  };
  const isAnyTime = Object.keys(times).length === 1 && holidays === 'as-any-day';
  return {
    ...rest,
    ...(name === undefined || name === '' ? {} : { name }),
    ...(queues === undefined || queues.length === 0 ? {} : { queues }),
    ...(numbers === undefined || numbers.length === 0 ? {} : { numbers }),
    ...(isAnyTime ? {} : { when: times }),
  } as NotificationRule;
}
