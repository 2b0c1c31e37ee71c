import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { formatList } from '../../strings/formats';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../select';
import { Conflict } from './Conflict';
import { fieldName } from './field-words';
import { problemWords } from './problem-words';
import { pendingChanges } from './settings-state';
import type { Editing } from './use-draft';

const UNDO_MS = 60_000;
const SAID_AT_MOST = 4;

/** At the foot of the panel while there is something to save: what it is, what keeps it from being saved, and a way back. */
export const SaveBar: React.FC<{ editing: Editing }> = ({ editing: { rules, answer, problems } }) => {
  const { translator, settings: acts } = useEmailAdmin();
  const { t } = translator;
  const state = useSelector(selectSettings);
  const { save, undo, conflict, joined } = state;
  const changes = pendingChanges(state);
  const isSaving = save?.step === 'running';
  const isRepair = answer.source === 'corrupt';
  const mayUndo = undo !== undefined && undo.revision === answer.revision && changes.length === 0;
  React.useEffect(() => {
    if (save?.step !== 'done') return undefined;
    const timer = setTimeout(() => acts.endUndo(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [acts, save]);

  const names = changes.map((field) => fieldName(translator, field, rules.rules));
  const said = [
    ...names.slice(0, SAID_AT_MOST),
    ...(names.length > SAID_AT_MOST ? [t('AndMore', { count: names.length - SAID_AT_MOST })] : []),
  ];
  const wrong = [...new Set(problems.map((problem) => problemWords(translator, problem)))];
  const isShown = changes.length > 0 || isSaving || save !== undefined || isRepair;
  return (
    <Box
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
      borderTopColor={wrong.length > 0 ? 'colorBorderError' : 'colorBorderPrimary'}
      boxShadow="shadow"
    >
      {conflict !== undefined && <Conflict theirs={conflict} />}
      <Box display="flex" flexWrap="wrap" alignItems="center" columnGap="space50" rowGap="space30">
        <Box flexGrow={1} minWidth="0" flexBasis="320px">
          <Box role="status">
            {changes.length > 0 && (
              <Text as="div" overflowWrap="anywhere">
                {changes.length === 1
                  ? t('ChangeOne', { list: said.join(' · ') })
                  : t('ChangeMany', { count: changes.length, list: said.join(' · ') })}
              </Text>
            )}
            {joined !== undefined && changes.length > 0 && conflict === undefined && (
              <Text as="div" color="colorTextWeak">
                {t('Joined', { name: joined.by })}
              </Text>
            )}
            {save?.step === 'done' && changes.length === 0 && <Text as="div">{t('Saved')}</Text>}
            {isRepair && changes.length === 0 && <Text as="div">{t('RepairText')}</Text>}
          </Box>
          <Box role="alert">
            {wrong.length > 0 && (
              <Text as="div" color="colorTextError">
                {t('MendFirst', { list: formatList(translator, wrong) })}
              </Text>
            )}
            {save?.step === 'failed' && save.failure !== 'conflict' && (
              <Text as="div" color="colorTextError">
                {t('NotSaved', { reason: t(FAILURE_MESSAGES[save.failure]) })}
              </Text>
            )}
          </Box>
        </Box>
        {mayUndo && (
          <Button variant="secondary" onClick={() => void acts.undo()}>
            {t('Undo')}
          </Button>
        )}
        {changes.length > 0 && (
          <Button variant="secondary" disabled={isSaving} onClick={() => acts.discard()}>
            {t('Discard')}
          </Button>
        )}
        {(changes.length > 0 || isSaving || isRepair) && (
          <Button
            variant="primary"
            disabled={isSaving || wrong.length > 0 || conflict !== undefined}
            onClick={() => void acts.save()}
          >
            {t(isSaving ? 'Saving' : isRepair ? 'Repair' : 'Save')}
          </Button>
        )}
      </Box>
    </Box>
  );
};
