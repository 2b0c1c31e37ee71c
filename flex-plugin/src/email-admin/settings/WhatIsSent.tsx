import type { EmailSettings } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Checkbox } from '@twilio-paste/core/checkbox';
import { Label } from '@twilio-paste/core/label';
import { Radio, RadioGroup } from '@twilio-paste/core/radio-group';
import { Option, Select } from '@twilio-paste/core/select';
import * as React from 'react';
import { MAIL_LANGUAGES, MAX_LENGTH } from '../../../../contract/src/email-settings/schema-free';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { Folded } from '../Folded';
import { Section } from '../Section';
import { SubjectField } from './SubjectField';
import { TestMail } from './TestMail';
import { TextField } from './TextField';
import type { Editing } from './use-draft';

const FORMATS = { wav: 'FormatWav', mp3: 'FormatMp3', notice: 'FormatNotice' } as const;

/** The mail itself: recording, transcript, subject, look, language; and a test of it. */
export const WhatIsSent: React.FC<{ editing: Editing }> = ({ editing }) => {
  const { t, locale } = useEmailAdmin().translator;
  const { settings, answer, problems, change } = editing;
  const ids = {
    format: useId('format'),
    transcript: useId('transcript'),
    when: useId('when'),
    language: useId('language'),
  };
  const zones = useId('zones');
  return (
    <Section title={t('WhatTitle')}>
      <RadioGroup
        name={ids.format}
        legend={t('Format')}
        orientation="horizontal"
        value={settings.recording_format}
        onChange={(value) => change('recording_format', value as EmailSettings['recording_format'])}
      >
        {(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map((format) => (
          <Radio key={format} id={`${ids.format}-${format}`} value={format}>
            {t(FORMATS[format])}
          </Radio>
        ))}
      </RadioGroup>
      <Box display="flex" flexDirection="column" rowGap="space40">
        <Checkbox
          id={ids.transcript}
          checked={settings.include_transcript}
          onChange={({ target }) => change('include_transcript', target.checked)}
        >
          {t('IncludeTranscript')}
        </Checkbox>
        {settings.include_transcript && (
          <RadioGroup
            name={ids.when}
            legend={t('SendWhen')}
            orientation="horizontal"
            value={settings.send_when}
            onChange={(value) => change('send_when', value as EmailSettings['send_when'])}
          >
            <Radio id={`${ids.when}-recorded`} value="recorded">
              {t('SendWhenRecorded')}
            </Radio>
            <Radio id={`${ids.when}-transcribed`} value="transcribed">
              {t('SendWhenTranscribed')}
            </Radio>
          </RadioGroup>
        )}
      </Box>
      <SubjectField editing={editing} />
      <Folded title={t('LookTitle')}>
        <Box display="flex" flexDirection="column" rowGap="space50">
          <TextField
            label={t('Organization')}
            path="organization"
            value={settings.organization}
            maxLength={MAX_LENGTH.organization}
            problems={problems}
            onChange={(value) => change('organization', value)}
          />
          <TextField
            label={t('Logo')}
            help={t('LogoHelp')}
            path="logo_url"
            value={settings.logo_url}
            maxLength={MAX_LENGTH.logoUrl}
            problems={problems}
            onChange={(value) => change('logo_url', value)}
          />
          <TextField
            label={t('Footer')}
            help={t('FooterHelp')}
            path="footer"
            value={settings.footer}
            maxLength={MAX_LENGTH.footer}
            problems={problems}
            onChange={(value) => change('footer', value)}
          />
          <Box display="flex" flexWrap="wrap" columnGap="space60" rowGap="space50">
            <Box>
              <Label htmlFor={ids.language}>{t('MailLanguage')}</Label>
              <Select
                id={ids.language}
                value={settings.language}
                onChange={({ target }) => change('language', target.value as EmailSettings['language'])}
              >
                {MAIL_LANGUAGES.map((tag) => (
                  <Option key={tag} value={tag}>
                    {languageName(locale, tag)}
                  </Option>
                ))}
              </Select>
            </Box>
            <TextField
              label={t('TimeZone')}
              help={t('TimeZoneHelp', { zone: answer.timeZone })}
              path="time_zone"
              value={settings.time_zone}
              list={zones}
              problems={problems}
              onChange={(value) => change('time_zone', value)}
            />
            <datalist id={zones}>
              {timeZones().map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </Box>
        </Box>
      </Folded>
      <TestMail editing={editing} />
    </Section>
  );
};

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
