import * as React from 'react';
import { useEmailAdmin } from '../email-admin-context';
import { measureLogo } from './measure-logo';
import { TextField } from './TextField';
import type { SettingsForm } from './use-settings-form';

/** Addresses are typed letter by letter; only one that rests is looked at. */
const REST_MS = 400;

/** The logo's address. Its size is found out here and saved with it. */
export const LogoField: React.FC<{ form: SettingsForm }> = ({ form }) => {
  const { t } = useEmailAdmin().translator;
  const { settings, errors, changeLogo, answer } = form;
  const url = settings.logo_url;
  const latest = React.useRef(form);
  latest.current = form;
  // Such a picture would not be shown: this browser does not ask for it, either.
  const isRefused = errors.some(({ path }) => path === 'logo_url');
  const typed = React.useRef<string>();
  React.useEffect(() => {
    // An address that was not changed here has been measured, or would make a change that nobody asked for.
    if (url === undefined || typed.current !== url || isRefused) return;
    const timer = setTimeout(() => {
      void measureLogo(url).then((size) => {
        if (latest.current.settings.logo_url === url) latest.current.changeLogo(url, size);
      });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [url, isRefused]);
  return (
    <TextField
      label={t('Logo')}
      help={[t('LogoHelp'), answer.logoHosts?.join(', ')].filter(Boolean).join(' · ')}
      path="logo_url"
      value={url}
      errors={errors}
      onChange={(value) => {
        typed.current = value;
        changeLogo(value);
      }}
    />
  );
};
