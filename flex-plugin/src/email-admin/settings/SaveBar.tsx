import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { formatPhoneNumber } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../selectors';
import { useKeepFocusInside } from '../use-keep-focus-inside';
import { recipientsByAddress } from './all-recipients';
import { ConflictNotice } from './ConflictNotice';
import type { Draft } from './draft';
import { fieldErrorMessage } from './field-error-messages';
import { fieldLabel } from './field-labels';
import { formatShortValue } from './format-field-value';
import { isMissingInNewRule } from './new-rule-errors';
import { pendingChanges, type SettingsState } from './settings-state';
import type { SettingsForm } from './use-settings-form';

const UNDO_MS = 60_000;
const MAX_FIELDS_SHOWN = 4;

/** Shown at the bottom while there are unsaved changes: the changes, what prevents saving, and how to discard them. */
export const SaveBar: React.FC<{ form: SettingsForm }> = ({ form: { settings, rules, answer, errors } }) => {
  const { translator, settings: actions } = useEmailAdmin();
  const { t } = translator;
  const state = useSelector(selectSettings);
  const { save, undo, conflict, mergedFrom } = state;
  const changes = pendingChanges(state);
  const isSaving = save?.step === 'running';
  const isRepair = answer.source === 'corrupt';
  const canUndo = undo !== undefined && undo.revision === answer.revision && changes.length === 0;
  React.useEffect(() => {
    if (save?.step !== 'done') return undefined;
    const timer = setTimeout(() => actions.expireUndo(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [actions, save]);

  const draft = { settings, rules };
  const labels = [
    ...describeNewPhones(translator, answer, draft),
    ...changes.map((field) => describeChange(translator, field, draft)),
  ];
  const shownLabels = [
    ...labels.slice(0, MAX_FIELDS_SHOWN),
    ...(labels.length > MAX_FIELDS_SHOWN ? [t('AndMore', { count: labels.length - MAX_FIELDS_SHOWN })] : []),
  ];
  const errorMessages = [...new Set(errors.map((error) => fieldErrorMessage(translator, error)))];
  // A new rule that is being filled in is no mistake.
  const isUnfinished = errors.every((error) => isMissingInNewRule(error, rules.rules, answer.rules.rules));
  const saveLabel = isRepair ? 'Repair' : 'Save';
  const isShown = changes.length > 0 || isSaving || save !== undefined || isRepair;
  const focusRef = useKeepFocusInside();
  return (
    <Box
      ref={focusRef}
      tabIndex={-1}
      outline="none"
      role="region"
      aria-label={t('SaveBar')}
      position="sticky"
      bottom="0"
      zIndex="zIndex10"
      hidden={!isShown}
      padding={isShown ? 'space50' : 'space0'}
      backgroundColor="colorBackgroundBody"
      borderTopStyle="solid"
      borderTopWidth="borderWidth20"
      borderTopColor={errorMessages.length > 0 && !isUnfinished ? 'colorBorderError' : 'colorBorderPrimary'}
      boxShadow="shadow"
    >
      {conflict !== undefined && <ConflictNotice theirs={conflict} />}
      <Box display="flex" flexWrap="wrap" alignItems="center" columnGap="space50" rowGap="space30">
        <Box flexGrow={1} minWidth="0" flexBasis="320px">
          <Box role="status">
            {changes.length > 0 && (
              <Text as="div" overflowWrap="anywhere">
                {t('Changes', { count: changes.length, list: shownLabels.join(' · ') })}
              </Text>
            )}
            {mergedFrom !== undefined && changes.length > 0 && conflict === undefined && (
              <Text as="div" color="colorTextWeak">
                {t('MergedFrom', { name: mergedFrom.by })}
              </Text>
            )}
            {save?.step === 'done' && changes.length === 0 && <Text as="div">{t('Saved')}</Text>}
            {isRepair && changes.length === 0 && <Text as="div">{t('RepairText')}</Text>}
          </Box>
          <SaveProblems errorMessages={errorMessages} isUnfinished={isUnfinished} save={save} />
        </Box>
        {canUndo && (
          <Button variant="secondary" onClick={() => void actions.undo()}>
            {t('Undo')}
          </Button>
        )}
        {changes.length > 0 && (
          <Button variant="secondary" disabled={isSaving} onClick={() => actions.discard()}>
            {t('Discard')}
          </Button>
        )}
        {(changes.length > 0 || isSaving || isRepair) && (
          <Button
            variant="primary"
            disabled={isSaving || errorMessages.length > 0 || conflict !== undefined}
            onClick={() => void actions.save()}
          >
            {t(isSaving ? 'Saving' : saveLabel)}
          </Button>
        )}
      </Box>
    </Box>
  );
};

/** What is a word or a number is said, so that the direction of the change can be seen. */
function describeChange(translator: Translator, field: string, draft: Draft): string {
  const label = fieldLabel(translator, field, draft.rules.rules);
  const value = formatShortValue(translator, field, draft);
  return value === undefined ? label : translator.t('ChangeTo', { field: label, value });
}

/** Whose telephone will be another: it rings, and costs a call. */
function describeNewPhones({ t }: Translator, before: Draft, after: Draft): string[] {
  const phones = recipientsByAddress(before);
  return [...recipientsByAddress(after)].flatMap(
    ([
      key,
      {
        recipient: { address, phone },
      },
    ]) =>
      phones.get(key)?.recipient.phone === phone
        ? []
        : [t('ChangeTo', { field: address, value: phone === undefined ? t('ValueNone') : formatPhoneNumber(phone) })],
  );
}

/** What prevents saving, or prevented it. */
const SaveProblems: React.FC<{
  errorMessages: readonly string[];
  isUnfinished: boolean;
  save: SettingsState['save'];
}> = ({ errorMessages, isUnfinished, save }) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Box role="alert">
      {errorMessages.length > 0 && (
        <Text as="div" color={isUnfinished ? 'colorTextWeak' : 'colorTextError'}>
          {t('FixFirst', { list: errorMessages.join(' ') })}
        </Text>
      )}
      {save?.step === 'failed' && save.failure !== 'conflict' && (
        <Text as="div" color="colorTextError">
          {t('NotSaved', { reason: t(FAILURE_MESSAGES[save.failure]) })}
        </Text>
      )}
    </Box>
  );
};
