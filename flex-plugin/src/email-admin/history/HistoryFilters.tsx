import type { EmailState } from '@callback-and-voicemail/contract/email-admin-api';
import { CALLER_SEARCH } from '@callback-and-voicemail/contract/email-admin-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import * as React from 'react';
import { useSelector } from 'react-redux';
import type { StringKey } from '../../strings/strings';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { SelectField } from '../SelectField';
import { selectHistory, selectSettings } from '../selectors';

const STATE_OPTIONS: readonly { value: EmailState | ''; label: StringKey }[] = [
  { value: '', label: 'HistoryAllStates' },
  { value: 'failed', label: 'HistoryStateFailed' },
  { value: 'pending', label: 'HistoryStatePending' },
  { value: 'sent', label: 'HistoryStateSent' },
  { value: 'summarized', label: 'HistoryStateSummarized' },
  { value: 'off', label: 'HistoryStateOff' },
];

/** By day, queue, mail state, and caller; each choice sends a request at once. */
export const HistoryFilters: React.FC = () => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const { filters } = useSelector(selectHistory);
  const queues = useSelector(selectSettings).answer?.queues ?? [];
  const [caller, setCaller] = React.useState(filters.caller ?? '');
  const [isInvalid, setIsInvalid] = React.useState(false);
  const ids = { day: useId('day'), caller: useId('caller') };
  // The filters may be cleared, or set, from elsewhere in the panel.
  React.useEffect(() => {
    // What was typed and could not be used stays while another filter is chosen, and goes with all of them.
    const isCleared = !Object.values(filters).some(Boolean);
    if (filters.caller === undefined && !isCleared) return;
    setCaller(filters.caller ?? '');
    setIsInvalid(false);
  }, [filters]);
  const applyFilter = (change: Partial<typeof filters>) => history.filter({ ...filters, ...change });
  function applyCaller(): void {
    const digits = caller.replace(/[\s().\u2022/-]/g, '');
    const isValid = digits === '' || CALLER_SEARCH.test(digits);
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
        <SelectField
          label={t('HistoryQueue')}
          value={filters.queue ?? ''}
          options={[{ value: '', label: t('HistoryAllQueues') }, ...queues.map((one) => ({ value: one, label: one }))]}
          onChange={(queue) => applyFilter({ queue: queue === '' ? undefined : queue })}
        />
        <SelectField
          label={t('HistoryState')}
          value={filters.state ?? ''}
          options={STATE_OPTIONS.map(({ value, label }) => ({ value, label: t(label) }))}
          onChange={(state) => applyFilter({ state: state === '' ? undefined : state })}
        />
        <Box>
          <Label htmlFor={ids.caller}>{t('HistoryCaller')}</Label>
          <Input
            id={ids.caller}
            type="tel"
            autoComplete="off"
            value={caller}
            hasError={isInvalid}
            aria-describedby={`${ids.caller}-help ${ids.caller}-error`}
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
      <HelpText id={`${ids.caller}-help`}>{`${t('HistoryCaller')}: ${t('HistoryCallerHelp')}`}</HelpText>
      <Box id={`${ids.caller}-error`} role="alert">
        {isInvalid && <HelpText variant="error">{t('HistoryCallerWrong')}</HelpText>}
      </Box>
    </Box>
  );
};
