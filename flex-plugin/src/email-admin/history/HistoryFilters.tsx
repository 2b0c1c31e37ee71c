import { MAIL_STATES, type MailState } from '@callback-and-voicemail/contract/email-admin-api';
import { E164_NUMBER } from '@callback-and-voicemail/contract/email-settings/schema-free';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Option, Select } from '@twilio-paste/core/select';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory, selectSettings } from '../selectors';

const STATE_LABELS = {
  failed: 'HistoryStateFailed',
  pending: 'HistoryStatePending',
  sent: 'HistoryStateSent',
  off: 'HistoryStateOff',
} as const;

/** By day, queue, mail state, and exact caller; each choice sends a request at once. */
export const HistoryFilters: React.FC = () => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const { filters } = useSelector(selectHistory);
  const queues = useSelector(selectSettings).answer?.queues ?? [];
  const [caller, setCaller] = React.useState(filters.caller ?? '');
  const [isInvalid, setIsInvalid] = React.useState(false);
  const ids = { day: useId('day'), queue: useId('queue'), state: useId('state'), caller: useId('caller') };
  // The filters may be cleared, or set, from elsewhere in the panel.
  React.useEffect(() => setCaller(filters.caller ?? ''), [filters.caller]);
  const applyFilter = (change: Partial<typeof filters>) => history.filter({ ...filters, ...change });
  function applyCaller(): void {
    const digits = caller.replace(/[\s().-]/g, '');
    const isValid = digits === '' || E164_NUMBER.test(digits);
    setIsInvalid(!isValid);
    if (isValid && digits !== (filters.caller ?? '')) applyFilter({ caller: digits === '' ? undefined : digits });
  }
  return (
    <Box>
      <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space30" alignItems="flex-end">
        <Box>
          <Label htmlFor={ids.day}>{t('HistoryDay')}</Label>
          <Input
            id={ids.day}
            type="date"
            value={filters.day ?? ''}
            onChange={({ target }) => applyFilter({ day: target.value === '' ? undefined : target.value })}
          />
        </Box>
        <Box>
          <Label htmlFor={ids.queue}>{t('HistoryQueue')}</Label>
          <Select
            id={ids.queue}
            value={filters.queue ?? ''}
            onChange={({ target }) => applyFilter({ queue: target.value === '' ? undefined : target.value })}
          >
            <Option value="">{t('HistoryAllQueues')}</Option>
            {queues.map((queue) => (
              <Option key={queue} value={queue}>
                {queue}
              </Option>
            ))}
          </Select>
        </Box>
        <Box>
          <Label htmlFor={ids.state}>{t('HistoryState')}</Label>
          <Select
            id={ids.state}
            value={filters.state ?? ''}
            onChange={({ target }) =>
              applyFilter({ state: MAIL_STATES.find((state: MailState) => state === target.value) })
            }
          >
            <Option value="">{t('HistoryAllStates')}</Option>
            {(Object.keys(STATE_LABELS) as (keyof typeof STATE_LABELS)[]).map((state) => (
              <Option key={state} value={state}>
                {t(STATE_LABELS[state])}
              </Option>
            ))}
          </Select>
        </Box>
        <Box>
          <Label htmlFor={ids.caller}>{t('HistoryCaller')}</Label>
          <Input
            id={ids.caller}
            type="tel"
            autoComplete="off"
            value={caller}
            hasError={isInvalid}
            aria-describedby={`${ids.caller}-help`}
            onChange={({ target }) => {
              setCaller(target.value);
              setIsInvalid(false);
            }}
            onBlur={applyCaller}
            onKeyDown={(event) => event.key === 'Enter' && applyCaller()}
          />
        </Box>
        {Object.values(filters).some(Boolean) && (
          <Button variant="link" size="small" onClick={() => history.filter({})}>
            {t('HistoryClear')}
          </Button>
        )}
      </Box>
      <Box id={`${ids.caller}-help`} role="alert">
        {isInvalid && <HelpText variant="error">{t('HistoryCallerWrong')}</HelpText>}
      </Box>
    </Box>
  );
};
