import { EMAIL_RULES_VERSION, type EmailPreviewResponse } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { allowedRecipients } from '../notification/allowed-recipients';
import { logoHosts } from '../notification/logo-hosts';
import { renderMail } from '../notification/render-mail';
import { jsonField, validationError } from './form-fields';
import { sampleEmail } from './sample-email';
import { parseSettingsInput } from './settings-input';

/**
 * The mail of a made-up voicemail with these settings, by what renders every mail. Nothing is read, sent or saved.
 * @throws FlexBadRequest `invalid`, `domain-not-allowed` or `too-large`, with the fields, as a save would
 */
export function previewEmail(invocation: Invocation, event: Record<string, unknown>): EmailPreviewResponse {
  const { environment } = invocation;
  const given = jsonField(event, 'Settings');
  if (given === undefined) throw validationError('invalid', [{ path: 'settings', code: 'missing' }]);
  // Who gets it is not what is shown.
  const shown = { ...given, enabled: false, recipients: [], archive: undefined };
  const rules = { version: EMAIL_RULES_VERSION, rules: [] };
  const { settings } = parseSettingsInput(shown, rules, allowedRecipients(environment), logoHosts(environment));
  return renderMail(sampleEmail(invocation, settings), settings.email_content);
}
