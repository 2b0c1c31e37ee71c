import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { Text } from '@twilio-paste/core/text';
import { CloseIcon } from '@twilio-paste/icons/esm/CloseIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { formatList } from '../../strings/formats';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../selectors';
import { withKnownDetails } from './all-recipients';
import { errorsAt, FieldErrors } from './FieldErrors';
import { isUnconfirmed } from './is-unconfirmed';
import { useIsLocked } from './Locked';
import { mergeRecipients, parseAddresses } from './parse-addresses';
import { visibleDraft } from './settings-state';

export interface RecipientsFieldProps {
  label: string;
  /** Where they lie in the settings: `recipients`, `rules.2.recipients`. */
  path: string;
  recipients: readonly EmailRecipient[];
  onChange: (recipients: EmailRecipient[]) => void;
  allowedRecipients: readonly string[];
  errors: readonly FieldError[];
  /** Shown while there are no recipients. */
  help?: string;
  /** Only one: another takes its place. */
  isSingle?: boolean;
}

/** More would push the rules out of sight. */
const COLLAPSED_COUNT = 12;

/** Addresses as chips; typed one by one, or pasted many at once. What cannot be taken stays in the field, with why. */
export const RecipientsField: React.FC<RecipientsFieldProps> = ({
  label,
  path,
  recipients,
  onChange,
  allowedRecipients,
  errors,
  help,
  isSingle = false,
}) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const draft = visibleDraft(useSelector(selectSettings));
  const [text, setText] = React.useState('');
  const [parseError, setParseError] = React.useState<'malformed' | 'domain-not-allowed'>();
  const [announcement, setAnnouncement] = React.useState('');
  const isLocked = useIsLocked();
  const [isExpanded, setIsExpanded] = React.useState(isLocked);
  const id = useId('recipients');
  const helpId = useId('recipients-help');
  const errorId = useId('recipients-problem');
  const input = React.useRef<HTMLInputElement>(null);

  function add(typed: string): void {
    const entry = parseAddresses(typed, allowedRecipients);
    setText(entry.unparsed);
    setParseError(entry.error);
    if (entry.recipients.length === 0) return;
    const entered =
      draft === undefined ? entry.recipients : entry.recipients.map((one) => withKnownDetails(draft, one));
    const next = isSingle ? entered.slice(-1) : mergeRecipients(recipients, entered);
    onChange(next);
    const added = next.length - recipients.length;
    setAnnouncement(added > 0 ? t('RecipientsAdded', { count: added }) : t('RecipientsAlreadyAdded'));
  }
  function remove(recipient: EmailRecipient): void {
    onChange(recipients.filter((other) => other !== recipient));
    setAnnouncement(t('RecipientRemoved', { name: recipient.name ?? recipient.address }));
    // The button that had the focus is gone.
    input.current?.focus();
  }
  const fieldErrors = errorsAt(errors, path);
  const chips = recipients.map((recipient, index) => ({
    recipient,
    isInvalid: errorsAt(fieldErrors, `${path}.${index}`).length > 0,
  }));
  // What is wrong is never hidden, nor what was just added.
  const shown = chips.filter(
    ({ isInvalid }, index) => isExpanded || index < COLLAPSED_COUNT || isInvalid || index === chips.length - 1,
  );
  const described = [helpId, ...(parseError !== undefined || fieldErrors.length > 0 ? [errorId] : [])].join(' ');
  return (
    <Box role="group" aria-labelledby={`${id}-label`}>
      <Label as="label" htmlFor={id} id={`${id}-label`}>
        {label}
      </Label>
      {recipients.length > 0 && (
        <Box
          as="ul"
          display="flex"
          flexWrap="wrap"
          columnGap="space20"
          rowGap="space20"
          margin="space0"
          padding="space0"
          marginBottom="space30"
        >
          {shown.map(({ recipient, isInvalid }) => (
            <Chip
              key={recipient.address}
              recipient={recipient}
              isInvalid={isInvalid}
              onRemove={isLocked ? undefined : () => remove(recipient)}
            />
          ))}
        </Box>
      )}
      {(shown.length < chips.length || isExpanded) && !isLocked && (
        <Box marginBottom="space30">
          <Button variant="link" size="small" aria-expanded={isExpanded} onClick={() => setIsExpanded(!isExpanded)}>
            {isExpanded ? t('RecipientsFewer') : t('RecipientsMore', { count: chips.length - shown.length })}
          </Button>
        </Box>
      )}
      <Box display="flex" columnGap="space30">
        <Box flexGrow={1} maxWidth="size50">
          <Input
            ref={input}
            id={id}
            type="text"
            dir="auto"
            autoComplete="off"
            value={text}
            hasError={parseError !== undefined || fieldErrors.length > 0}
            aria-describedby={described}
            placeholder={t('RecipientPlaceholder')}
            onChange={({ target }) => {
              setText(target.value);
              setParseError(undefined);
              // A comma, or several pasted addresses, completes the ones before it.
              if (/[,;]$/.test(target.value.trimEnd())) add(target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                event.preventDefault();
                add(text);
              } else if (event.key === 'Backspace' && text === '' && recipients.length > 0 && !isSingle)
                remove(recipients[recipients.length - 1]!);
            }}
            onPaste={(event) => {
              const pasted = event.clipboardData.getData('text');
              if (!/[,;\n\s]\S/.test(pasted.trim())) return;
              event.preventDefault();
              add(`${text} ${pasted}`);
            }}
            onBlur={() => text.trim() !== '' && add(text)}
          />
        </Box>
        <Button variant="secondary" disabled={text.trim() === ''} onClick={() => add(text)}>
          {t('RecipientAdd')}
        </Button>
      </Box>
      <Box id={errorId} role="alert">
        {parseError !== undefined && (
          <HelpText variant="error">
            {parseError === 'malformed'
              ? t('FieldErrorAddress', { value: text })
              : t('FieldErrorDomain', { value: text })}
          </HelpText>
        )}
        {parseError === undefined && <FieldErrors errors={fieldErrors} />}
      </Box>
      <Box id={helpId}>
        <HelpText>
          {help === undefined ? '' : `${help} `}
          {allowedRecipients.length === 0 && t('RecipientsNoDomains')}
          {allowedRecipients.length > 0 &&
            !isSingle &&
            t('RecipientsHelp', { domains: formatList(translator, [...allowedRecipients]) })}
        </HelpText>
      </Box>
      <ScreenReaderOnly>
        <span role="status">{announcement}</span>
      </ScreenReaderOnly>
    </Box>
  );
};

const Chip: React.FC<{ recipient: EmailRecipient; isInvalid: boolean; onRemove: (() => void) | undefined }> = ({
  recipient: { name, address },
  isInvalid,
  onRemove,
}) => {
  const { t } = useEmailAdmin().translator;
  const waits = isUnconfirmed(useSelector(selectSettings).answer ?? {}, address);
  return (
    <Box
      as="li"
      display="inline-flex"
      alignItems="center"
      columnGap="space20"
      paddingLeft="space30"
      paddingRight="space20"
      paddingY="space10"
      maxWidth="100%"
      borderRadius="borderRadiusPill"
      backgroundColor={isInvalid ? 'colorBackgroundErrorWeakest' : 'colorBackground'}
      borderStyle="solid"
      borderWidth="borderWidth10"
      borderColor={isInvalid ? 'colorBorderError' : 'colorBorderWeaker'}
    >
      <Text as="span" fontSize="fontSize20" color={isInvalid ? 'colorTextError' : 'colorText'} title={address}>
        {name === undefined ? address : `${isolateText(name)} (${address})`}
        {waits && ` · ${t('Unconfirmed')}`}
      </Text>
      {onRemove !== undefined && (
        <Button
          variant="reset"
          size="reset"
          aria-label={t('RecipientRemove', { name: name ?? address })}
          onClick={onRemove}
        >
          <CloseIcon decorative size="sizeIcon10" />
        </Button>
      )}
    </Box>
  );
};
