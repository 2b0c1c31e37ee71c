import type { EmailSettingsResponse, FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailSettings, NotificationRules } from '@callback-and-voicemail/contract/email-settings/schema-free';
import { validateSettings } from '@callback-and-voicemail/contract/email-settings/schema-free';
import { useMemo } from 'react';
import { useSelector } from 'react-redux';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../selectors';
import { type Draft, withField } from './draft';
import { toDraft, visibleDraft } from './settings-state';

export interface SettingsForm extends Draft {
  answer: EmailSettingsResponse;
  /** All that keeps it from being saved: what is seen here, and what the server said of it. */
  errors: FieldError[];
  changeField: <K extends keyof EmailSettings>(field: K, value: EmailSettings[K] | undefined) => void;
  changeRules: (rules: Partial<NotificationRules>) => void;
}

/** The settings as they are being edited; undefined before they are there. */
export function useSettingsForm(): SettingsForm | undefined {
  const { settings: actions } = useEmailAdmin();
  const state = useSelector(selectSettings);
  const { answer, save } = state;
  const draft = visibleDraft(state);
  const serverErrors = save?.step === 'failed' ? save.fields : undefined;
  const draftSettings = draft?.settings;
  const draftRules = draft?.rules;
  const errors = useMemo(() => {
    if (answer === undefined || draftSettings === undefined || draftRules === undefined) return [];
    const clientErrors = validateSettings(draftSettings, draftRules, answer.allowedDomains);
    const otherErrors = (serverErrors ?? []).filter(({ path }) => !clientErrors.some((one) => one.path === path));
    return [...clientErrors, ...otherErrors];
  }, [answer, draftSettings, draftRules, serverErrors]);
  if (answer === undefined || draft === undefined) return undefined;
  const { settings, rules } = draft;
  return {
    ...toDraft(draft),
    answer,
    errors,
    changeField: (field, value) => actions.edit({ settings: withField(settings, field, value), rules }),
    changeRules: (change) => actions.edit({ settings, rules: { ...rules, ...change } }),
  };
}
