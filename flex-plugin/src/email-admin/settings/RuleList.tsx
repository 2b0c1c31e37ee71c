import { canonicalJson, MAX_RULES, type NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { Disclosure } from '../Disclosure';
import { useEmailAdmin } from '../email-admin-context';
import { SelectField } from '../SelectField';
import { describeRule, recipientNames } from './describe-rule';
import { errorsAt, FieldErrors } from './FieldErrors';
import { Holidays } from './Holidays';
import { Locked } from './Locked';
import { RuleEditor } from './RuleEditor';
import type { SettingsForm } from './use-settings-form';

/** The rules in their order, each as a sentence, edited where it stands; and what holds when none does. */
export const RuleList: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const { rules, settings, answer, errors, changeRules } = form;
  const [open, setOpen] = React.useState<{ id: string; before: NotificationRule; isNew: boolean }>();
  const listRef = React.useRef<HTMLUListElement>(null);
  const all = rules.rules;
  const setRules = (next: NotificationRule[]) => changeRules({ rules: next });

  function add(): void {
    const id = newId(all);
    const rule: NotificationRule = { id, enabled: true, queues: answer.ownQueues, recipients: [] };
    setRules([...all, rule]);
    setOpen({ id, before: rule, isNew: true });
  }
  function move(index: number, by: number): void {
    const next = [...all];
    const [rule] = next.splice(index, 1);
    next.splice(index + by, 0, rule!);
    setRules(next);
  }
  function remove(id: string): void {
    setRules(all.filter((rule) => rule.id !== id));
    setOpen(undefined);
    // The button that had the focus is gone.
    listRef.current?.closest<HTMLElement>('[role=group]')?.focus();
  }
  function cancel(): void {
    const { id, before, isNew } = open!;
    if (isNew) remove(id);
    else {
      setRules(all.map((rule) => (rule.id === id ? before : rule)));
      setOpen(undefined);
    }
  }
  return (
    <Box role="group" aria-label={t('Rules')} tabIndex={-1} outline="none">
      <Heading as="h3" variant="heading50">
        {t('Rules')}
      </Heading>
      <Box as="ul" ref={listRef} margin="space0" padding="space0" listStyleType="none">
        {all.map((rule, index) => (
          <Box
            as="li"
            key={rule.id}
            paddingY="space30"
            borderBottomStyle="solid"
            borderBottomWidth="borderWidth10"
            borderBottomColor="colorBorderWeaker"
          >
            {open?.id === rule.id ? (
              <RuleEditor
                rule={rule}
                index={index}
                answer={answer}
                isChanged={canonicalJson(rule) !== canonicalJson(open.before)}
                errors={errors}
                onChange={(next) => setRules(all.map((one) => (one.id === rule.id ? next : one)))}
                onDone={() => setOpen(undefined)}
                onCancel={cancel}
              />
            ) : (
              <RuleItem
                rule={rule}
                isFirst={index === 0}
                isLast={index === all.length - 1}
                errors={errorsAt(errors, `rules.${index}`)}
                onEdit={() => setOpen({ id: rule.id, before: rule, isNew: false })}
                onMove={(by) => move(index, by)}
                onSwitch={() =>
                  setRules(all.map((one) => (one.id === rule.id ? { ...one, enabled: !one.enabled } : one)))
                }
                onRemove={() => remove(rule.id)}
              />
            )}
          </Box>
        ))}
        <Box as="li" paddingY="space30">
          <Text as="span" color="colorTextWeak">
            {all.length === 0 && t('RulesNone')}
            {all.length > 0 && settings.recipients.length === 0 && t('RulesDefaultNone')}
            {all.length > 0 &&
              settings.recipients.length > 0 &&
              t('RulesDefault', { names: recipientNames(translator, settings.recipients) })}
          </Text>
        </Box>
      </Box>
      <FieldErrors errors={errors.filter(({ path }) => path === 'rules')} />
      <Box display="flex" flexWrap="wrap" columnGap="space60" rowGap="space30" alignItems="flex-end">
        <Button variant="secondary" size="small" disabled={all.length >= MAX_RULES} onClick={add}>
          {t('RuleAdd')}
        </Button>
        {all.length > 1 && (
          <Locked form={form}>
            <SelectField
              isInline
              label={t('RulesMatch')}
              value={rules.match}
              options={[
                { value: 'first', label: t('RulesMatchFirst') },
                { value: 'all', label: t('RulesMatchAll') },
              ]}
              onChange={(match) => changeRules({ match })}
            />
          </Locked>
        )}
      </Box>
      {all.length >= MAX_RULES && <Text as="div">{t('RulesFull', { limit: MAX_RULES })}</Text>}
      {(all.length > 0 || rules.holidays.length > 0) && (
        <Box marginTop="space40">
          <Disclosure title={t('HolidaysTitle', { count: rules.holidays.length })}>
            <Locked form={form}>
              <Holidays form={form} />
            </Locked>
          </Disclosure>
        </Box>
      )}
    </Box>
  );
};

const RuleItem: React.FC<{
  rule: NotificationRule;
  isFirst: boolean;
  isLast: boolean;
  errors: React.ComponentProps<typeof FieldErrors>['errors'];
  onEdit: () => void;
  onMove: (by: number) => void;
  onSwitch: () => void;
  onRemove: () => void;
}> = ({ rule, isFirst, isLast, errors, onEdit, onMove, onSwitch, onRemove }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const sentence = describeRule(translator, rule);
  const name = rule.name ?? sentence;
  const actionButton = (label: string, onClick: () => void, disabled = false) => (
    <Button variant="link" size="small" aria-label={`${label}: ${name}`} disabled={disabled} onClick={onClick}>
      {label}
    </Button>
  );
  return (
    <>
      <Text as="div" color={rule.enabled ? 'colorText' : 'colorTextWeak'} overflowWrap="anywhere">
        {rule.name !== undefined && (
          <Text as="span" fontWeight="fontWeightSemibold" color="inherit">
            <bdi>{rule.name}</bdi>
            {': '}
          </Text>
        )}
        {rule.enabled ? sentence : t('RuleOff', { sentence })}
      </Text>
      <FieldErrors errors={errors} />
      <Box display="flex" flexWrap="wrap" columnGap="space40" marginTop="space10">
        {actionButton(t('RuleEdit'), onEdit)}
        {actionButton(t('RuleUp'), () => onMove(-1), isFirst)}
        {actionButton(t('RuleDown'), () => onMove(1), isLast)}
        {actionButton(t(rule.enabled ? 'RuleSwitchOff' : 'RuleSwitchOn'), onSwitch)}
        {actionButton(t('RuleRemove'), onRemove)}
      </Box>
    </>
  );
};

/** As short as it may be: thirty of them share a document. */
function newId(rules: readonly NotificationRule[]): string {
  for (;;) {
    const id = Math.random().toString(36).slice(2, 8);
    if (id.length > 3 && !rules.some((rule) => rule.id === id)) return id;
  }
}
