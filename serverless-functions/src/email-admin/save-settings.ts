import {
  diffSettings,
  type EmailSettings,
  type EmailSettingsResponse,
  toStoredForm,
} from '@callback-and-voicemail/contract';
import { isAdminNotified } from '../admin-notice/notified-fields';
import { toAuditChanges } from '../audit/to-audit-changes';
import { auditDenials, displayName, type PreparedAction, prepareAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { allowedRecipients } from '../notification/allowed-recipients';
import { logoHosts } from '../notification/logo-hosts';
import { isConfirmationRequired, unconfirmedAfterSave } from '../notification/unconfirmed-recipients';
import { FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { notYourQueue, type QueueScope, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { commitSettings, conflictError, type SettingsChange } from './commit-settings';
import { jsonField, validationError } from './form-fields';
import { mergeScoped } from './scoped-settings';
import { parseSettingsInput, requireNoNewErrors, type SettingsInput } from './settings-input';
import { buildSettingsResponse, type SettingsReading } from './settings-response';
import type { StoredSettings } from './stored-settings';

/**
 * Saves settings and rules together, if nobody else saved since the user's revision.
 * @param reading reads that were started in parallel with authorization
 * @returns the settings that apply now
 * @throws FlexBadRequest `invalid`, `domain-not-allowed`, `too-large`, `conflict`, `not-your-queue`, `settings-corrupt`, `settings-unreachable`
 */
export async function saveSettings(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
  reading: SettingsReading,
): Promise<EmailSettingsResponse> {
  const { environment } = invocation;
  const scope = queueScopeOf(environment, user.workerSid);
  const part = readInput(invocation, event, scope);
  const stored = await reading.stored;
  const merged = stored.source === 'corrupt' && scope !== 'all' ? undefined : mergeScoped(scope, stored, part);
  if (stored.revision !== textField(event, 'Revision')) {
    // Saved already, by this user's earlier click that was never answered, or by somebody who wants the same.
    if (merged !== undefined && stored.source === 'saved' && diffSettings(stored, merged).length === 0)
      return buildSettingsResponse(invocation, user, reading);
    throw await conflictError(invocation, user, reading);
  }
  const input = await auditDenials(invocation, user, { act: 'save-settings' }, async () => {
    if (merged === undefined) throw notYourQueue();
    if (scope !== 'all') requireNoNewErrors(stored, merged, allowedRecipients(environment), logoHosts(environment));
    return merged;
  });
  const changes = diffSettings(stored, input);
  if (stored.source === 'corrupt' && event.Replace !== 'true')
    throw new FlexBadRequest(
      'settings-corrupt',
      'What is stored cannot be read as settings',
      'Look at what is shown, and save it with Replace=true.',
      409,
    );
  if (changes.length === 0 && stored.source === 'saved') return buildSettingsResponse(invocation, user, reading);

  const noted = prepareAction(user, { act: 'save-settings', changes: toAuditChanges(changes) });
  const additions = additionsAfterSave(invocation, user, stored, input, noted);
  const change: SettingsChange = { stored, input, additions, noted, notifies: isAdminNotified(changes) };
  return commitSettings(invocation, user, change, reading);
}

/** Who waits for confirmation afterwards; undefined where none is required: then nobody is added to the list. */
function additionsAfterSave(
  { environment }: Invocation,
  user: FlexUser,
  stored: StoredSettings,
  input: SettingsInput,
  { parts }: PreparedAction,
) {
  if (!isConfirmationRequired(environment)) return undefined;
  const adder = { by: user.workerSid, name: displayName(user), at: parts[0]!.record.at };
  return unconfirmedAfterSave(stored.source === 'corrupt' ? undefined : stored, input, adder);
}

/** @throws FlexBadRequest `invalid`, `domain-not-allowed` or `too-large`, with the fields */
function readInput({ environment }: Invocation, event: Record<string, unknown>, scope: QueueScope): SettingsInput {
  const settings = jsonField(event, 'Settings');
  const rules = jsonField(event, 'Rules');
  if (settings === undefined || rules === undefined)
    throw validationError('invalid', [{ path: settings === undefined ? 'settings' : 'rules', code: 'missing' }]);
  const allowed = allowedRecipients(environment);
  const hosts = logoHosts(environment);
  if (scope === 'all') return parseSettingsInput(settings, rules, allowed, hosts);
  // The settings are locked for this supervisor: they are compared with what is stored, and may be wrong.
  const part = parseSettingsInput({ enabled: false, recipients: [] }, rules, allowed, hosts);
  return { settings: toStoredForm(settings) as EmailSettings, rules: part.rules };
}
