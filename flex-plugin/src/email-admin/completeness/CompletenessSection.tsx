import { MAX_RECONCILED_DAYS, type ReconcileResponse } from '@callback-and-voicemail/contract/reconciliation';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { type FailureCode, failureCode } from '../../functions-client/functions-error';
import { formatNumber } from '../../strings/formats';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { LoadFailure } from '../LoadFailure';
import { Section } from '../Section';
import { ChainState } from './ChainState';
import { CompletenessResult, resultSentence } from './CompletenessResult';

const DAY_MS = 24 * 60 * 60_000;
/** Shown until another period is chosen: today and the six days before it. */
const DEFAULT_DAYS = 7;
const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** The run that goes on, or that ended last. */
interface Run {
  isRunning: boolean;
  /** What there was so far; undefined before the first response. */
  response?: ReconcileResponse;
  failure?: FailureCode;
}

/** Whether every recording of a period has its entry, task and email. */
export const CompletenessSection: React.FC = () => {
  const { translator, reconciliation } = useEmailAdmin();
  const { t } = translator;
  const [period, setPeriod] = React.useState(() => ({ from: dayAgo(DEFAULT_DAYS - 1), to: dayAgo(0) }));
  const [isInvalid, setIsInvalid] = React.useState(false);
  const [run, setRun] = React.useState<Run>();
  const id = useId('period');
  const isRunning = run?.isRunning === true;

  async function check(): Promise<void> {
    const isValid = isAllowed(period);
    setIsInvalid(!isValid);
    if (!isValid || isRunning) return;
    setRun({ isRunning: true });
    try {
      const response = await reconciliation.reconcile(period, (soFar) => setRun({ isRunning: true, response: soFar }));
      setRun({ isRunning: false, response });
    } catch (error) {
      setRun({ isRunning: false, failure: failureCode(error) });
    }
  }

  function change(part: Partial<typeof period>): void {
    setPeriod({ ...period, ...part });
    setIsInvalid(false);
  }

  const done = run !== undefined && !isRunning ? run.response : undefined;
  return (
    <Section title={t('Completeness')}>
      <Box display="flex" flexDirection="column" rowGap="space40">
        <Box>
          <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space30" alignItems="flex-end">
            <DayField
              id={id}
              label={t('AuditFrom')}
              value={period.from}
              isInvalid={isInvalid}
              onChange={(from) => change({ from })}
            />
            <DayField
              id={id}
              label={t('AuditTo')}
              value={period.to}
              isInvalid={isInvalid}
              onChange={(to) => change({ to })}
            />
            <Button variant="secondary" disabled={isRunning} onClick={() => void check()}>
              {t('CompleteCheck')}
            </Button>
          </Box>
          <HelpText id={`${id}-help`}>{t('CompleteHelp')}</HelpText>
          <Box id={`${id}-error`} role="alert">
            {isInvalid && <HelpText variant="error">{t('CompletePeriodWrong')}</HelpText>}
          </Box>
        </Box>
        <Box role="status">
          {run !== undefined && run.failure === undefined && (
            <Text as="div" fontWeight={isRunning ? 'fontWeightNormal' : 'fontWeightSemibold'}>
              {isRunning ? progressText(translator, run.response) : resultSentence(translator, run.response!.totals)}
            </Text>
          )}
        </Box>
        {run?.failure !== undefined && (
          <LoadFailure failure={run.failure} isLoading={isRunning} onRetry={() => void check()} />
        )}
        {done !== undefined && <CompletenessResult result={done} />}
        <ChainState known={done?.chain} />
      </Box>
    </Section>
  );
};

function isAllowed({ from, to }: { from: string; to: string }): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  return days >= 0 && days < MAX_RECONCILED_DAYS && Date.parse(from) <= Date.now() + DAY_MS;
}

function progressText(
  translator: ReturnType<typeof useEmailAdmin>['translator'],
  soFar: ReconcileResponse | undefined,
): string {
  const { done = 0, days = 0 } = soFar?.progress ?? {};
  if (days === 0) return translator.t('HistoryLoading');
  return translator.t('CompleteRunning', {
    done: formatNumber(translator, done),
    days: formatNumber(translator, days),
    count: formatNumber(translator, soFar?.totals.voicemails ?? 0),
  });
}

interface DayFieldProps {
  /** Of the texts that describe both fields. */
  id: string;
  label: string;
  value: string;
  isInvalid: boolean;
  onChange: (value: string) => void;
}

const DayField: React.FC<DayFieldProps> = ({ id: described, label, value, isInvalid, onChange }) => {
  const id = useId('day');
  return (
    <Box>
      <Label htmlFor={id}>{label}</Label>
      <Input
        id={id}
        type="date"
        value={value}
        hasError={isInvalid}
        aria-describedby={`${described}-help ${described}-error`}
        onChange={({ target }) => onChange(target.value)}
      />
    </Box>
  );
};
