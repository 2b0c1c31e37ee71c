import type { RecipientOutcomes } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import { Box } from '@twilio-paste/core/box';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { emailProblemMessage } from '../email-problem-messages';
import { providerLabel } from '../mail-providers';

type Recipient = RecipientOutcomes['recipients'][number];
type Providers = readonly { name: EmailProviderName }[];

/** Who has an email, who was refused and why, and who has none yet; for emails that differ in that. */
export const RecipientList: React.FC<{
  outcomes: RecipientOutcomes;
  /** Nobody gets it any more unless a person sends it again. */
  isFinal: boolean;
  providers: Providers;
}> = ({ outcomes: { accepted, refused, waiting, recipients }, isFinal, providers }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const unnamed = accepted + refused + waiting - recipients.length;
  return (
    <Box as="ul" margin="space0" paddingY="space10" paddingX="space50" aria-label={t('Recipients')}>
      {recipients.map((one) => (
        <Item key={one.address}>{outcomeText(translator, one, isFinal, providers)}</Item>
      ))}
      {unnamed > 0 && <Item>{t('AndMore', { count: unnamed })}</Item>}
    </Box>
  );
};

const Item: React.FC = ({ children }) => (
  <Text as="li" fontSize="fontSize20" overflowWrap="anywhere">
    {children}
  </Text>
);

/** `bob@clinic.org: refused (…)` */
function outcomeText(
  translator: Translator,
  { address, state, problem, provider }: Recipient,
  isFinal: boolean,
  providers: Providers,
): string {
  const { t } = translator;
  if (state === 'accepted')
    return provider === undefined
      ? t('OutcomeAcceptedUnnamed', { address })
      : t('OutcomeAccepted', { address, provider: providerLabel(provider as EmailProviderName) });
  const reason = emailProblemMessage(translator, problem, providers);
  if (state === 'refused') return t('OutcomeRefused', { address, reason });
  return t(isFinal ? 'OutcomeNotSent' : 'OutcomeWaiting', { address, reason });
}
