import { type ReconciledItem, VOICEMAIL_PARTS } from '@callback-and-voicemail/contract/reconciliation';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { type FailureCode, failureCode } from '../../functions-client/functions-error';
import { formatList, formatTime } from '../../strings/formats';
import { useEmailAdmin } from '../email-admin-context';
import { PART_LABELS } from './labels';

/** A voicemail that lacks something nobody can explain: what that is, and the way to make up for it. */
export const UnexplainedItem: React.FC<{ item: ReconciledItem; now: number }> = ({ item, now }) => {
  const { translator, reconciliation } = useEmailAdmin();
  const { t } = translator;
  const [state, setState] = React.useState<'open' | 'running' | 'done'>('open');
  const [failure, setFailure] = React.useState<FailureCode>();
  const time = formatTime(translator, item.at, now);
  const missing = VOICEMAIL_PARTS.filter((part) => item[part] === 'missing').map((part) => t(PART_LABELS[part]));
  async function takeUp(): Promise<void> {
    setState('running');
    setFailure(undefined);
    try {
      await reconciliation.takeUp(item);
      setState('done');
    } catch (error) {
      setFailure(failureCode(error));
      setState('open');
    }
  }
  return (
    <Box
      as="li"
      display="flex"
      flexWrap="wrap"
      columnGap="space40"
      rowGap="space20"
      alignItems="center"
      paddingY="space20"
    >
      <Box flexGrow={1} minWidth="0">
        <Text as="div">{[time, item.queue].filter(Boolean).join(' · ')}</Text>
        <Text as="div" color="colorTextWeak">
          {t('CompleteMissing', { parts: formatList(translator, missing) })}
        </Text>
      </Box>
      <Box role="status">{state === 'done' && <Text as="span">{t('CompleteTakenUp')}</Text>}</Box>
      {item.mayTakeUp && state !== 'done' && (
        <Button
          variant="secondary"
          size="small"
          loading={state === 'running'}
          aria-label={t('CompleteTakeUpOf', { time })}
          onClick={() => void takeUp()}
        >
          {t('CompleteTakeUp')}
        </Button>
      )}
      <Box role="alert" width="100%">
        {failure !== undefined && (
          <Text as="div" color="colorTextError">
            {t(FAILURE_MESSAGES[failure])}
          </Text>
        )}
      </Box>
    </Box>
  );
};
