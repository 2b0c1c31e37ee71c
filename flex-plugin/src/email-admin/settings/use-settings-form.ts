import type { EmailSettingsResponse, FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailRecipient, EmailSettings, NotificationRules } from '@callback-and-voicemail/contract/email-settings';
import { validateSettings } from '@callback-and-voicemail/contract/email-settings';
import { useMemo } from 'react';
import { useSelector } from 'react-redux';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../selectors';
import { type Draft, withField, withoutRecipient } from './draft';
import { visibleDraft } from './settings-state';

export interface SettingsForm extends Draft {
  answer: EmailSettingsResponse;
  /** Everything that prevents saving: found here, or by the server in the last save. */
  errors: FieldError[];
  changeField: <K extends keyof EmailSettings>(field: K, value: EmailSettings[K] | undefined) => void;
  /** The size belongs to the address: a new one has none until it is known. */
  changeLogo: (url: string | undefined, size?: EmailSettings['logo_size']) => void;
  /** Each of them wherever it is: the default recipients, the archive, the fall-back recipient, those of rules. */
  changeRecipients: (change: (recipient: EmailRecipient) => EmailRecipient) => void;
  changeRules: (rules: Partial<NotificationRules>) => void;
  /** Wherever it is, as far as this supervisor may change that. */
  removeRecipient: (address: string) => void;
}

/** @returns the settings as they are being edited; undefined until they are loaded */
export function useSettingsForm(): SettingsForm | undefined {
  const { settings: actions } = useEmailAdmin();
  const state = useSelector(selectSettings);
  const { answer, save } = state;
  const draft = visibleDraft(state);
  const { settings, rules } = draft ?? {};
  const serverErrors = save?.step === 'failed' ? save.fields : undefined;
  const errors = useMemo(() => {
    if (answer === undefined || settings === undefined || rules === undefined) return [];
    const validated = validateSettings(settings, rules, answer.allowedRecipients, answer.logoHosts);
    const found = validated.ok ? [] : validated.errors;
    // The rest is locked, and for others to correct; the server knows whether it goes with the rules.
    const clientErrors = answer.ownQueues === undefined ? found : found.filter(({ path }) => /^rules(\.|$)/.test(path));
    const otherErrors = (serverErrors ?? []).filter(({ path }) => !clientErrors.some((one) => one.path === path));
    return [...clientErrors, ...otherErrors];
  }, [answer, settings, rules, serverErrors]);
  if (answer === undefined || settings === undefined || rules === undefined) return undefined;
  return {
    settings,
    rules,
    answer,
    errors,
    changeField: (field, value) => actions.edit({ settings: withField(settings, field, value), rules }),
    changeLogo: (url, size) =>
      actions.edit({ settings: withField(withField(settings, 'logo_url', url), 'logo_size', size), rules }),
    changeRecipients: (change) =>
      actions.edit({
        settings: {
          ...settings,
          recipients: settings.recipients.map(change),
          ...(settings.archive && { archive: change(settings.archive) }),
          ...(settings.fallback_recipient && { fallback_recipient: change(settings.fallback_recipient) }),
        },
        rules: {
          ...rules,
          rules: rules.rules.map((rule) => ({ ...rule, recipients: rule.recipients.map(change) })),
        },
      }),
    removeRecipient: (address) =>
      actions.edit(withoutRecipient({ settings, rules }, address, answer.ownQueues !== undefined)),
    changeRules: (change) => actions.edit({ settings, rules: { ...rules, ...change } }),
  };
}
