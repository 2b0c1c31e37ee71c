import type {
  ErasureCertificate,
  PersonalDataAction,
  PersonalDataItem,
} from '@callback-and-voicemail/contract/personal-data';
import { PERSONAL_DATA_NUMBER } from '@callback-and-voicemail/contract/personal-data';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { type FailureCode, failureCode } from '../../functions-client/functions-error';
import { saveFile } from '../../save-file';
import { formatTime } from '../../strings/formats';
import { Confirmation } from '../../task-card/Confirmation';
import { useNow } from '../../task-card/use-now';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { LoadFailure } from '../LoadFailure';
import { Section } from '../Section';
import { useKeepFocusInside } from '../use-keep-focus-inside';

/** What became of the last request for a number. */
interface Progress {
  action: PersonalDataAction;
  number: string;
  isRunning: boolean;
  /** What it found, or deleted, so far. */
  items: PersonalDataItem[];
  certificate?: ErasureCertificate;
  /** Something was deleted before, and can be certified again. */
  erasedBefore?: boolean;
  failure?: FailureCode;
}

/** Everything about one telephone number: found, exported, and deleted with a certificate. */
export const PersonalDataSection: React.FC = () => {
  const { translator, personalData } = useEmailAdmin();
  const { t } = translator;
  const [text, setText] = React.useState('');
  const [isInvalid, setIsInvalid] = React.useState(false);
  const [found, setFound] = React.useState<Progress>();
  const [current, setCurrent] = React.useState<Progress>();
  const [isConfirming, setIsConfirming] = React.useState(false);
  const id = useId('number');
  const container = useKeepFocusInside();
  const isRunning = current?.isRunning === true;

  async function run(action: PersonalDataAction, number: string): Promise<void> {
    const state: Progress = { action, number, isRunning: true, items: [] };
    setIsConfirming(false);
    setCurrent(state);
    try {
      const onItems = (items: PersonalDataItem[]) => setCurrent({ ...state, items });
      const { items, certificate, erasedBefore } = await personalData(action, number, onItems);
      const done = { ...state, isRunning: false, items, certificate, erasedBefore };
      setCurrent(done);
      if (action === 'find') setFound(done);
      if (action === 'export') save(JSON.stringify(items, undefined, 2), 'json', 'export');
      if (action === 'erase') setFound(undefined);
    } catch (error) {
      setCurrent((last) => ({ ...(last ?? state), isRunning: false, failure: failureCode(error) }));
    }
  }

  function find(): void {
    const number = text.replace(/[\s().\u2022/-]/g, '');
    const isValid = PERSONAL_DATA_NUMBER.test(number);
    setIsInvalid(!isValid);
    if (!isValid || isRunning) return;
    setFound(undefined);
    void run('find', number);
  }

  return (
    <Section title={t('PersonalData')}>
      <Box ref={container} tabIndex={-1} outline="none" display="flex" flexDirection="column" rowGap="space40">
        <Box>
          <Label htmlFor={id}>{t('PersonalNumber')}</Label>
          <Box display="flex" columnGap="space30">
            <Input
              id={id}
              type="tel"
              autoComplete="off"
              value={text}
              hasError={isInvalid}
              aria-describedby={`${id}-help ${id}-error`}
              onChange={({ target }) => {
                setText(target.value);
                setIsInvalid(false);
              }}
              onKeyDown={(event) => event.key === 'Enter' && find()}
            />
            <Button variant="secondary" disabled={isRunning} onClick={find}>
              {t('PersonalFind')}
            </Button>
          </Box>
          <HelpText id={`${id}-help`}>{t('PersonalHelp')}</HelpText>
          <Box id={`${id}-error`} role="alert">
            {isInvalid && <HelpText variant="error">{t('PersonalWrong')}</HelpText>}
          </Box>
        </Box>
        <Box role="status">{current !== undefined && <Text as="div">{statusText(translator.t, current)}</Text>}</Box>
        {current?.failure !== undefined && (
          <LoadFailure
            failure={current.failure}
            isLoading={isRunning}
            onRetry={() => void run(current.action, current.number)}
          />
        )}
        {found !== undefined && found.items.length > 0 && <FoundItems items={found.items} />}
        {found !== undefined && found.items.length > 0 && !isConfirming && (
          <Box display="flex" columnGap="space30">
            <Button
              variant="secondary"
              size="small"
              disabled={isRunning}
              onClick={() => void run('export', found.number)}
            >
              {t('PersonalExport')}
            </Button>
            <Button
              variant="destructive_secondary"
              size="small"
              disabled={isRunning}
              onClick={() => setIsConfirming(true)}
            >
              {t('PersonalErase')}
            </Button>
          </Box>
        )}
        {found !== undefined && isConfirming && (
          <Confirmation
            title={t('PersonalQuestion', { number: found.number })}
            text={t('PersonalWarning', { count: found.items.length })}
            cancelLabel={t('RuleCancel')}
            confirmLabel={t('PersonalErase')}
            onCancel={() => setIsConfirming(false)}
            onConfirm={() => void run('erase', found.number)}
          />
        )}
        {current?.certificate !== undefined && <Certificate certificate={current.certificate} />}
        {current !== undefined && mayCertifyAgain(current) && (
          <Box>
            <Button variant="secondary" size="small" onClick={() => void run('erase', current.number)}>
              {t(current.certificate === undefined ? 'PersonalCertificateGet' : 'PersonalCertificateNewer')}
            </Button>
          </Box>
        )}
      </Box>
    </Section>
  );
};

/** Nothing is left to be deleted, and something was: this asks for its certificate, or a newer one. */
function mayCertifyAgain({ action, items, isRunning, failure, certificate, erasedBefore = false }: Progress): boolean {
  if (isRunning || failure !== undefined) return false;
  if (certificate !== undefined) return !certificate.isComplete;
  return action === 'find' && items.length === 0 && erasedBefore;
}

function statusText(
  t: ReturnType<typeof useEmailAdmin>['translator']['t'],
  { action, items, isRunning, failure, certificate, erasedBefore }: Progress,
) {
  const count = items.length;
  if (isRunning) return t('PersonalRunning', { count });
  if (failure !== undefined) return '';
  if (action === 'erase')
    return [t('PersonalErased', { count }), certificate?.isComplete === false ? t('PersonalToBeChecked') : '']
      .filter(Boolean)
      .join(' ');
  if (count > 0) return t('PersonalFound', { count });
  return erasedBefore ? t('PersonalErasedBefore') : t('PersonalNone');
}

const FoundItems: React.FC<{ items: readonly PersonalDataItem[] }> = ({ items }) => {
  const { translator } = useEmailAdmin();
  const now = useNow();
  return (
    <Box
      as="ul"
      margin="space0"
      paddingLeft="space60"
      maxHeight="size20"
      overflowY="auto"
      tabIndex={0}
      aria-label={translator.t('PersonalData')}
    >
      {items.map(({ voicemail_id, taskType, receivedAt, state }) => (
        <li key={voicemail_id}>
          {state === 'call'
            ? translator.t('PersonalCall')
            : [
                translator.t(taskType === 'callback' ? 'Callback' : 'Voicemail'),
                receivedAt && formatTime(translator, receivedAt, now),
              ]
                .filter(Boolean)
                .join(' · ')}
        </li>
      ))}
    </Box>
  );
};

const Certificate: React.FC<{ certificate: ErasureCertificate }> = ({ certificate: { json, text } }) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Box display="flex" columnGap="space30">
      <Button variant="primary" size="small" onClick={() => save(text, 'txt', 'certificate')}>
        {t('PersonalCertificateText')}
      </Button>
      <Button variant="secondary" size="small" onClick={() => save(json, 'json', 'certificate')}>
        {t('PersonalCertificateJson')}
      </Button>
    </Box>
  );
};

function save(content: string, extension: 'txt' | 'json', what: string): void {
  const type = extension === 'txt' ? 'text/plain;charset=utf-8' : 'application/json';
  saveFile(
    new Blob([content], { type }),
    `personal-data-${what}-${new Date().toISOString().slice(0, 10)}.${extension}`,
  );
}
