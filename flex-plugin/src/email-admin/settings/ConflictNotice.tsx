import type { EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { formatTime } from '../../strings/formats';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../selectors';
import { merge } from './draft';
import { fieldLabel } from './field-labels';
import { formatConflictValue } from './format-field-value';

/** Two people changed the same: who, what, and which of both is to hold. Nothing is saved by choosing. */
export const ConflictNotice: React.FC<{ theirs: EmailSettingsResponse }> = ({ theirs }) => {
  const { translator, settings: actions } = useEmailAdmin();
  const { t } = translator;
  const { answer, draft } = useSelector(selectSettings);
  if (answer === undefined || draft === undefined) return null;
  const { conflicts } = merge(answer, draft, theirs, 'mine');
  const time = theirs.savedAt === undefined ? '' : formatTime(translator, theirs.savedAt, Date.now());
  return (
    <Box marginBottom="space40" role="alert">
      <Callout variant="warning">
        <Text as="div" color="inherit" fontWeight="fontWeightSemibold">
          {t('ConflictTitle', { name: theirs.savedBy ?? '', time })}
        </Text>
        <Box as="ul" margin="space0" paddingLeft="space60">
          {conflicts.map((field) => (
            <li key={field}>
              <Text as="span" color="inherit" overflowWrap="anywhere">
                {t('ConflictField', {
                  field: fieldLabel(translator, field, [...draft.rules.rules, ...theirs.rules.rules]),
                  mine: formatConflictValue(translator, field, draft),
                  theirs: formatConflictValue(translator, field, theirs),
                })}
              </Text>
            </li>
          ))}
        </Box>
        <Box display="flex" columnGap="space30" marginTop="space30">
          <Button variant="secondary" size="small" onClick={() => actions.resolveConflict('theirs')}>
            {t('TakeTheirs', { name: theirs.savedBy ?? '' })}
          </Button>
          <Button variant="secondary" size="small" onClick={() => actions.resolveConflict('mine')}>
            {t('KeepMine')}
          </Button>
        </Box>
      </Callout>
    </Box>
  );
};
