import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { HelpText } from '@twilio-paste/core/help-text';
import { Radio, RadioGroup } from '@twilio-paste/core/radio-group';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { toPreviewPage } from './preview-page';
import { usePreviewQuery } from './preview-query';
import type { SettingsForm } from './use-settings-form';

const VIEWS = { wide: 'MailPreviewWide', phone: 'MailPreviewPhone', text: 'MailPreviewText' } as const;
const THEMES = { light: 'MailPreviewLight', dark: 'MailPreviewDark' } as const;
type View = keyof typeof VIEWS;
type Theme = keyof typeof THEMES;

const HEIGHT = '560px';
const PHONE_WIDTH = '375px';

/** The email as it will be with what is shown in the form, saved or not: the Functions render it as they render all. */
export const MailPreview: React.FC<{ form: SettingsForm }> = ({ form: { settings } }) => {
  const { t } = useEmailAdmin().translator;
  const { mail, isUpdating, failure, refetch } = usePreviewQuery(settings);
  const [view, setView] = React.useState<View>('wide');
  const [theme, setTheme] = React.useState<Theme>('light');
  const [viewId, themeId] = [useId('preview-view'), useId('preview-theme')];
  return (
    <Box display="flex" flexDirection="column" rowGap="space50">
      <HelpText marginTop="space0">{t('MailPreviewHelp')}</HelpText>
      <Box display="flex" flexWrap="wrap" columnGap="space80" rowGap="space50">
        <RadioGroup
          name={viewId}
          legend={t('MailPreviewView')}
          orientation="horizontal"
          value={view}
          onChange={(value) => setView(value as View)}
        >
          {(Object.keys(VIEWS) as View[]).map((one) => (
            <Radio key={one} id={`${viewId}-${one}`} value={one}>
              {t(VIEWS[one])}
            </Radio>
          ))}
        </RadioGroup>
        <RadioGroup
          name={themeId}
          legend={t('MailPreviewTheme')}
          disabled={view === 'text'}
          orientation="horizontal"
          value={theme}
          onChange={(value) => setTheme(value as Theme)}
        >
          {(Object.keys(THEMES) as Theme[]).map((one) => (
            <Radio key={one} id={`${themeId}-${one}`} value={one}>
              {t(THEMES[one])}
            </Radio>
          ))}
        </RadioGroup>
      </Box>
      <Box role="status">
        {isUpdating && <ScreenReaderOnly>{t('MailPreviewLoading')}</ScreenReaderOnly>}
        {!isUpdating && failure !== undefined && (
          <Callout variant="error">
            <Text as="div" color="inherit" fontWeight="fontWeightSemibold">
              {t('MailPreviewFailed')}
            </Text>
            <Text as="div" color="inherit">
              {t(FAILURE_MESSAGES[failure])}
            </Text>
            <Box marginTop="space30">
              <Button variant="secondary" size="small" onClick={refetch}>
                {t('TryAgain')}
              </Button>
            </Box>
          </Callout>
        )}
      </Box>
      {mail === undefined
        ? failure === undefined && <SkeletonLoader height={HEIGHT} aria-hidden="true" />
        : failure === undefined && (
            <Box aria-busy={isUpdating}>
              <Text as="div" overflowWrap="anywhere" marginBottom="space30">
                <Text as="span" fontWeight="fontWeightSemibold">{`${t('Subject')}: `}</Text>
                {mail.subject}
              </Text>
              {view === 'text' ? (
                <TextPart text={mail.text} />
              ) : (
                <HtmlPart html={mail.html} view={view} theme={theme} />
              )}
            </Box>
          )}
    </Box>
  );
};

const HtmlPart: React.FC<{ html: string; view: View; theme: Theme }> = ({ html, view, theme }) => {
  const { t } = useEmailAdmin().translator;
  const page = React.useMemo(() => toPreviewPage(html, theme), [html, theme]);
  return (
    <Box borderStyle="solid" borderWidth="borderWidth10" borderColor="colorBorder" maxWidth="100%" overflow="hidden">
      <iframe
        title={t('MailPreviewFrame')}
        sandbox=""
        srcDoc={page}
        style={{
          display: 'block',
          width: view === 'phone' ? PHONE_WIDTH : '100%',
          maxWidth: '100%',
          height: HEIGHT,
          margin: '0 auto',
          border: 0,
        }}
      />
    </Box>
  );
};

const TextPart: React.FC<{ text: string }> = ({ text }) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Box
      as="pre"
      role="region"
      aria-label={t('MailPreviewFrame')}
      tabIndex={0}
      margin="space0"
      padding="space50"
      maxHeight={HEIGHT}
      overflow="auto"
      borderStyle="solid"
      borderWidth="borderWidth10"
      borderColor="colorBorder"
      backgroundColor="colorBackgroundBody"
      color="colorText"
      fontFamily="fontFamilyCode"
      fontSize="fontSize20"
      whiteSpace="pre-wrap"
      overflowWrap="anywhere"
    >
      {text}
    </Box>
  );
};
