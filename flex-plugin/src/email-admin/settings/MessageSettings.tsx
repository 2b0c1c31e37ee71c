import type { EmailSettings } from '@callback-and-voicemail/contract/email-settings';
import { MAIL_LANGUAGES, mailsTranscript } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Checkbox } from '@twilio-paste/core/checkbox';
import { Radio, RadioGroup } from '@twilio-paste/core/radio-group';
import * as React from 'react';
import { useId } from '../../use-id';
import { Disclosure } from '../Disclosure';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { SelectField } from '../SelectField';
import { FooterField } from './FooterField';
import { InboxSettings } from './InboxSettings';
import { Locked } from './Locked';
import { LogoField } from './LogoField';
import { MailPreview } from './MailPreview';
import { SubjectField } from './SubjectField';
import { TestEmail } from './TestEmail';
import { TextField } from './TextField';
import type { SettingsForm } from './use-settings-form';

const CONTENTS = {
  full: { label: 'ContentFull', help: 'ContentFullHelp' },
  'no-words': { label: 'ContentNoWords', help: 'ContentNoWordsHelp' },
  'link-only': { label: 'ContentLinkOnly', help: 'ContentLinkOnlyHelp' },
} as const;
const FORMATS = { wav: 'FormatWav', mp3: 'FormatMp3', link: 'FormatLink', notice: 'FormatNotice' } as const;

/** The mail itself: recording, transcript, subject, look, language; a preview and a test of it. */
export const MessageSettings: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t, locale } = useEmailAdmin().translator;
  const { settings, answer, errors, changeField } = form;
  const content = settings.email_content;
  const ids = {
    content: useId('content'),
    format: useId('format'),
    transcript: useId('transcript'),
    when: useId('when'),
    unconfirmed: useId('unconfirmed'),
    closing: useId('closing'),
    tls: useId('tls'),
  };
  const zones = useId('zones');
  return (
    <Section title={t('MessageTitle')}>
      <Locked form={form}>
        <RadioGroup
          name={ids.content}
          legend={t('Content')}
          orientation="horizontal"
          helpText={t(CONTENTS[content].help)}
          value={content}
          onChange={(value) => changeField('email_content', value as EmailSettings['email_content'])}
        >
          {(Object.keys(CONTENTS) as (keyof typeof CONTENTS)[]).map((one) => (
            <Radio key={one} id={`${ids.content}-${one}`} value={one}>
              {t(CONTENTS[one].label)}
            </Radio>
          ))}
        </RadioGroup>
        <RadioGroup
          name={ids.format}
          legend={t('Format')}
          disabled={content === 'link-only'}
          orientation="horizontal"
          helpText={t('FormatHelp')}
          value={settings.recording_format}
          onChange={(value) => changeField('recording_format', value as EmailSettings['recording_format'])}
        >
          {(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map((format) => (
            <Radio key={format} id={`${ids.format}-${format}`} value={format}>
              {t(FORMATS[format])}
            </Radio>
          ))}
        </RadioGroup>
        <Box display="flex" flexDirection="column" rowGap="space40">
          {content === 'full' && (
            <Checkbox
              id={ids.transcript}
              checked={settings.include_transcript}
              onChange={({ target }) => changeField('include_transcript', target.checked)}
            >
              {t('IncludeTranscript')}
            </Checkbox>
          )}
          {mailsTranscript(settings) && (
            <RadioGroup
              name={ids.when}
              legend={t('SendWhen')}
              orientation="horizontal"
              value={settings.send_when}
              onChange={(value) => changeField('send_when', value as EmailSettings['send_when'])}
            >
              <Radio id={`${ids.when}-recorded`} value="recorded">
                {t('SendWhenRecorded')}
              </Radio>
              <Radio id={`${ids.when}-transcribed`} value="transcribed">
                {t('SendWhenTranscribed')}
              </Radio>
            </RadioGroup>
          )}
          <Checkbox
            id={ids.closing}
            checked={settings.closing_email}
            helpText={t('ClosingHelp')}
            onChange={({ target }) => changeField('closing_email', target.checked)}
          >
            {t('Closing')}
          </Checkbox>
        </Box>
        <SubjectField form={form} />
        <RadioGroup
          name={ids.unconfirmed}
          legend={t('UnconfirmedEmails')}
          orientation="horizontal"
          value={settings.unconfirmed_emails}
          onChange={(value) => changeField('unconfirmed_emails', value as EmailSettings['unconfirmed_emails'])}
        >
          <Radio id={`${ids.unconfirmed}-again`} value="send-again">
            {t('UnconfirmedSendAgain')}
          </Radio>
          <Radio id={`${ids.unconfirmed}-ask`} value="ask">
            {t('UnconfirmedAsk')}
          </Radio>
        </RadioGroup>
        <Checkbox
          id={ids.tls}
          checked={settings.require_tls}
          helpText={t(settings.require_tls ? 'RequireTlsOnHelp' : 'RequireTlsOffHelp')}
          onChange={({ target }) => changeField('require_tls', target.checked)}
        >
          {t('RequireTls')}
        </Checkbox>
      </Locked>
      <InboxSettings form={form} />
      <Disclosure title={t('AppearanceTitle')}>
        <Locked form={form}>
          <Box display="flex" flexDirection="column" rowGap="space50">
            <TextField
              label={t('Organization')}
              path="organization"
              value={settings.organization}
              errors={errors}
              onChange={(value) => changeField('organization', value)}
            />
            <LogoField form={form} />
            <FooterField form={form} />
            <Box display="flex" flexWrap="wrap" columnGap="space60" rowGap="space50">
              <SelectField
                label={t('MailLanguage')}
                value={settings.language}
                options={MAIL_LANGUAGES.map((tag) => ({ value: tag, label: languageName(locale, tag) }))}
                onChange={(language) => changeField('language', language)}
              />
              <TextField
                label={t('TimeZone')}
                help={t('TimeZoneHelp', { zone: answer.timeZone })}
                path="time_zone"
                value={settings.time_zone}
                list={zones}
                errors={errors}
                onChange={(value) => changeField('time_zone', value)}
              />
              <datalist id={zones}>
                <TimeZoneOptions />
              </datalist>
            </Box>
          </Box>
        </Locked>
      </Disclosure>
      <Disclosure title={t('MailPreviewTitle')}>
        <MailPreview form={form} />
      </Disclosure>
      <TestEmail form={form} />
    </Section>
  );
};

/** Over four hundred, which a keystroke in another field does not render again. */
const TimeZoneOptions = React.memo(() => (
  <>
    {timeZones().map((zone) => (
      <option key={zone} value={zone} />
    ))}
  </>
));

function languageName(locale: string, tag: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Older browsers know zones without being able to name them all. */
function timeZones(): string[] {
  const { supportedValuesOf } = Intl as { supportedValuesOf?: (key: string) => string[] };
  return supportedValuesOf?.('timeZone') ?? [];
}
