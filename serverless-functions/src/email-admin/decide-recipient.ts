import {
  diffSettings,
  type EmailSettingsResponse,
  normalizeAddress,
  type RecipientAddition,
} from '@callback-and-voicemail/contract';
import { toAuditChanges } from '../audit/to-audit-changes';
import { type Act, auditDenials, prepareAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { findAddition, withoutAddition, withoutRecipient } from '../notification/unconfirmed-recipients';
import { FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { notYourQueue, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { commitSettings, conflictError } from './commit-settings';
import { validationError } from './form-fields';
import { isRecipientInScope } from './scoped-settings';
import type { SettingsReading } from './settings-response';

/**
 * Confirms or removes a recipient that another supervisor added.
 * @param reading reads that were started in parallel with authorization
 * @returns the settings that apply now
 * @throws FlexBadRequest `invalid`, `conflict`, `nothing-to-confirm`, 403 `own-recipient` or `not-your-queue`, `settings-corrupt`, `settings-unreachable`
 */
export async function decideOnRecipient(
  invocation: Invocation,
  user: FlexUser,
  decision: 'confirm' | 'reject',
  event: Record<string, unknown>,
  reading: SettingsReading,
): Promise<EmailSettingsResponse> {
  const address = normalizeAddress(textField(event, 'Address'));
  if (address === undefined) throw validationError('invalid', [{ path: 'address', code: 'malformed' }]);
  const stored = await reading.stored;
  if (stored.revision !== textField(event, 'Revision')) throw await conflictError(invocation, user, reading);
  if (stored.source === 'corrupt')
    throw new FlexBadRequest('settings-corrupt', 'What is stored cannot be read', 'Save the settings first.', 409);
  const act: Act = { act: `${decision}-recipient`, detail: address };
  const scope = queueScopeOf(invocation.environment, user.workerSid);
  await auditDenials(invocation, user, act, async () => {
    if (!isRecipientInScope(scope, stored, address)) throw notYourQueue();
    requireOther(user, findAddition(stored.additions, address));
  });
  const { settings, rules } = decision === 'confirm' ? stored : withoutRecipient(stored, address);
  const changes = toAuditChanges(diffSettings(stored, { settings, rules }));
  const noted = prepareAction(user, { ...act, ...(changes.length === 0 ? {} : { changes }) });
  const additions = withoutAddition(stored.additions, address);
  const change = { stored, input: { settings, rules }, additions, noted, notifies: true };
  return commitSettings(invocation, user, change, reading);
}

/** @throws FlexBadRequest unless somebody else added the recipient */
function requireOther(user: FlexUser, addition: RecipientAddition | undefined): void {
  if (addition === undefined)
    throw new FlexBadRequest('nothing-to-confirm', 'The address does not wait', 'Reload the settings.', 409);
  if (addition.by === user.workerSid)
    throw new FlexBadRequest('own-recipient', 'You added the address', 'Ask another supervisor to decide.', 403);
}
