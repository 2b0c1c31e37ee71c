import type { EmailSettingsResponse, FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailSettings, NotificationRules } from '@callback-and-voicemail/contract/email-settings';
import { useMemo } from 'react';
import { useSelector } from 'react-redux';
import { validateSettings } from '../../../../contract/src/email-settings/schema-free';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../select';
import { type Draft, withField } from './draft';
import { draftOf, shownDraft } from './settings-state';

export interface Editing extends Draft {
  answer: EmailSettingsResponse;
  /** All that keeps it from being saved: what is seen here, and what the server said of it. */
  problems: FieldError[];
  change: <K extends keyof EmailSettings>(field: K, value: EmailSettings[K] | undefined) => void;
  changeRules: (rules: Partial<NotificationRules>) => void;
}

/** The settings as they are being edited; undefined before they are there. */
export function useDraft(): Editing | undefined {
  const { settings: acts } = useEmailAdmin();
  const state = useSelector(selectSettings);
  const { answer, save } = state;
  const draft = shownDraft(state);
  const refused = save?.step === 'failed' ? save.fields : undefined;
  const problems = useMemo(() => {
    if (answer === undefined || draft === undefined) return [];
    const seen = validateSettings(draft.settings, draft.rules, answer.allowedDomains);
    const more = (refused ?? []).filter(({ path }) => !seen.some((one) => one.path === path));
    return [...seen, ...more];
  }, [answer, draft?.settings, draft?.rules, refused]);
  if (answer === undefined || draft === undefined) return undefined;
  const { settings, rules } = draft;
  return {
    ...draftOf(draft),
    answer,
    problems,
    change: (field, value) => acts.edit({ settings: withField(settings, field, value), rules }),
    changeRules: (change) => acts.edit({ settings, rules: { ...rules, ...change } }),
  };
}
