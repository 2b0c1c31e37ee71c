import type { EmailTestResponse } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import { addressKey, normalizeAddress } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import type { Translator } from '../../strings/translator';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { providerInSentence } from '../mail-providers';
import { selectProviders, selectSettings } from '../selectors';
import { providerErrorMessage, startSentence } from './provider-error-messages';
import type { SettingsState } from './settings-state';
import type { SettingsForm } from './use-settings-form';

/** A test through the real provider, with what is shown, saved or not; and what the provider answered, in words. */
export const TestEmail: React.FC<{ form: SettingsForm }> = ({ form: { settings, rules } }) => {
  const { translator, settings: actions } = useEmailAdmin();
  const { t } = translator;
  const { test } = useSelector(selectSettings);
  const configured = useSelector(selectProviders).map(({ name }) => name);
  const allRecipients = [...settings.recipients, ...rules.rules.flatMap(({ recipients }) => recipients)];
  const [typed, setTyped] = React.useState<string>();
  const address = typed ?? settings.recipients[0]?.address ?? '';
  const [id, options] = [useId('test'), useId('test-addresses')];
  const isRunning = test?.step === 'running';
  const isAddress = normalizeAddress(address) !== undefined;
  return (
    <Box>
      <Label htmlFor={id}>{t('TestTitle')}</Label>
      <Box display="flex" columnGap="space30">
        <Box flexGrow={1} maxWidth="size50">
          <Input
            id={id}
            type="email"
            list={options}
            autoComplete="off"
            value={address}
            aria-describedby={isAddress ? undefined : `${id}-help`}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => event.key === 'Enter' && isAddress && void actions.sendTestEmail(address)}
          />
          <datalist id={options}>
            {[...new Set(allRecipients.map((one) => addressKey(one.address)))].map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </Box>
        <Button
          variant="secondary"
          disabled={!isAddress || isRunning}
          onClick={() => void actions.sendTestEmail(address)}
        >
          {t(isRunning ? 'TestSending' : 'TestSend')}
        </Button>
      </Box>
      {!isAddress && <HelpText id={`${id}-help`}>{t('TestNoAddress')}</HelpText>}
      <Box marginTop="space30" role="status">
        {test?.step === 'done' && (
          <Callout variant="success">
            <Text as="div" color="inherit">
              {sentMessage(translator, test.answer, configured)}
            </Text>
          </Callout>
        )}
        {test?.step === 'failed' && (
          <Callout variant="error">
            <Text as="div" color="inherit" fontWeight="fontWeightSemibold">
              {t(isUncertain(test) ? 'TestUncertain' : 'TestFailed')}
            </Text>
            <Text as="div" color="inherit">
              {failureMessage(translator, test, configured)}
            </Text>
            {test.provider?.detail !== undefined && (
              <Text as="div" color="inherit" fontSize="fontSize20" overflowWrap="anywhere">
                {t('ProviderDetail', { words: test.provider.detail })}
              </Text>
            )}
          </Callout>
        )}
      </Box>
    </Box>
  );
};

/** Whether it was taken is not known: the answer of the email service, or that of the Functions, was lost. */
const isUncertain = ({ failure, provider }: Extract<SettingsState['test'], { step: 'failed' }>) =>
  provider?.uncertain === true || failure === 'timed-out';

/** Functions of earlier versions do not say who took it. */
function sentMessage(
  translator: Translator,
  { provider, to }: Pick<EmailTestResponse, 'to'> & Partial<EmailTestResponse>,
  configured: readonly EmailProviderName[],
): string {
  const who = providerInSentence(translator, provider === undefined ? configured : [provider]);
  return startSentence(translator, translator.t('TestSent', { provider: who, address: to }));
}

function failureMessage(
  translator: Translator,
  test: Extract<SettingsState['test'], { step: 'failed' }>,
  configured: readonly EmailProviderName[],
): string {
  const { t, locale } = translator;
  const { failure, provider, retryAfterSeconds } = test;
  if (provider !== undefined) return providerErrorMessage(translator, provider, configured);
  if (failure === 'rate-limited' && retryAfterSeconds !== undefined) {
    const minutes = Math.max(1, Math.ceil(retryAfterSeconds / 60));
    return t('TestLimited', {
      when: new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(minutes, 'minute'),
    });
  }
  return t(FAILURE_MESSAGES[failure]);
}
