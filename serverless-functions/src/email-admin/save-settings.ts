import {
  canonicalJson,
  diffSettings,
  EMAIL_RULES_DOCUMENT,
  EMAIL_SETTINGS_DOCUMENT,
  type EmailSettingsResponse,
  readSavedAuditKey,
} from '@callback-and-voicemail/contract';
import { createNotice, noteSaveResult, withdrawNotice } from '../admin-notice/notice-outbox';
import { isAdminNotified } from '../admin-notice/notified-fields';
import { actOfKey } from '../audit/audit-record';
import { toAuditChanges } from '../audit/to-audit-changes';
import { appendAction, appendResult, displayName, type PreparedAction, prepareAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { allowedRecipients } from '../notification/allowed-recipients';
import { errorCode, FlexBadRequest, isOutcomeUnknown, isTwilioError } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import type { FlexUser } from '../twilio/flex-token';
import { jsonField, validationError } from './form-fields';
import { parseSettingsInput, type SettingsInput } from './settings-input';
import { buildResponseAfterSave, buildSettingsResponse, type SettingsReading } from './settings-response';
import { asSettingsUnreachable, rememberRulesDocument, type StoredSettings } from './stored-settings';

/** No TTL: settings apply until the next save. */
const NO_EXPIRY = 0;
/** How long a replaced rules document stays, for a Function that read the settings just before. */
const SUPERSEDED_TTL_SECONDS = 24 * 60 * 60;

/**
 * Saves settings and rules together. Changed rules go into a new, unreferenced document. Then the settings,
 * which name it, are written with `If-Match`: that one write is the save. A failure before it changes nothing, and no
 * reader combines the rules of one save with the settings of another (ADR 0011).
 * @param reading reads that were started in parallel with authorization
 * @returns the settings that apply now
 * @throws FlexBadRequest `invalid`, `domain-not-allowed`, `too-large`, `conflict`, `settings-corrupt`, `settings-unreachable`
 */
export async function saveSettings(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
  reading: SettingsReading,
): Promise<EmailSettingsResponse> {
  const input = readInput(invocation, event);
  const stored = await reading.stored;
  const changes = diffSettings(stored, input);
  if (stored.revision !== textField(event, 'Revision')) {
    // Saved already, by this user's earlier click that was never answered, or by somebody who wants the same.
    if (changes.length === 0 && stored.source === 'saved') return buildSettingsResponse(invocation, reading);
    throw await conflictError(invocation, reading);
  }
  if (stored.source === 'corrupt' && event.Replace !== 'true')
    throw new FlexBadRequest(
      'settings-corrupt',
      'What is stored cannot be read as settings',
      'Look at what is shown, and save it with Replace=true.',
      409,
    );
  if (changes.length === 0 && stored.source === 'saved') return buildSettingsResponse(invocation, reading);

  const noted = prepareAction(user, { act: 'save-settings', changes: toAuditChanges(changes) });
  const saved = { by: displayName(user), at: noted.parts[0]!.record.at };
  const notifies = isAdminNotified(changes);
  const rulesDocument = await prepareSave(invocation, stored, input, noted, notifies);
  const keepsRules = rulesDocument === stored.rulesDocument;
  const undo = () =>
    Promise.all([
      keepsRules ? undefined : expireDocument(invocation, rulesDocument),
      appendResult(invocation, noted, 'failed', 'not-saved'),
      notifies ? withdrawNotice(invocation, noted) : undefined,
    ]);
  const document = {
    ...input.settings,
    saved: { ...saved, rules_document: rulesDocument, audit_key: noted.key },
  };
  const revision = await writeSettings(invocation, stored, document, undo);
  rememberRulesDocument(invocation.environment, rulesDocument);
  invocation.log.info('settings saved', { recipients: input.settings.recipients.length, outcome: stored.source });
  // A document that was written by hand is left alone.
  const isSuperseded = !keepsRules && stored.rulesDocument !== EMAIL_RULES_DOCUMENT;
  const manualSuffixAt = keepsRules ? stored.revision.indexOf('~') : -1;
  const manualSuffix = manualSuffixAt < 0 ? '' : stored.revision.slice(manualSuffixAt);
  const [response] = await Promise.all([
    revision && buildResponseAfterSave(invocation, input, saved, `${revision}${manualSuffix}`, reading),
    appendResult(invocation, noted, 'done'),
    isSuperseded ? expireDocument(invocation, stored.rulesDocument) : undefined,
  ]);
  // Without the answer to the save, its revision has to be read.
  return response || buildSettingsResponse(invocation);
}

/**
 * What must be there before the save: the rules, the change in the audit, and the notice to ADMIN_EMAIL in the outbox.
 * Also notes that the save before was one, in case its own invocation could not.
 * @returns the name of the rules document
 * @throws FlexBadRequest `settings-unreachable`, `audit-unavailable`; then nothing was saved
 */
async function prepareSave(
  invocation: Invocation,
  stored: StoredSettings,
  input: SettingsInput,
  noted: PreparedAction,
  notifies: boolean,
): Promise<string> {
  const previous = stored.settings.saved?.audit_key;
  const [rules, appended, notice] = await Promise.allSettled([
    writeRules(invocation, stored, input),
    appendAction(invocation, noted),
    notifies ? createNotice(invocation, noted) : undefined,
    previous === undefined || actOfKey(previous) === undefined
      ? undefined
      : noteSaveResult(invocation, previous, 'done'),
  ]);
  const failure = [rules, appended, notice].find((one) => one.status === 'rejected');
  if (failure === undefined && rules.status === 'fulfilled') return rules.value;
  if (rules.status === 'fulfilled' && rules.value !== stored.rulesDocument)
    await expireDocument(invocation, rules.value);
  const reason: unknown = failure?.status === 'rejected' ? failure.reason : undefined;
  await appendResult(invocation, noted, 'failed', errorCode(reason));
  throw asSettingsUnreachable(reason);
}

/** @throws FlexBadRequest `invalid`, `domain-not-allowed` or `too-large`, with the fields */
function readInput({ environment }: Invocation, event: Record<string, unknown>): SettingsInput {
  const settings = jsonField(event, 'Settings');
  const rules = jsonField(event, 'Rules');
  if (settings === undefined || rules === undefined)
    throw validationError('invalid', [{ path: settings === undefined ? 'settings' : 'rules', code: 'missing' }]);
  return parseSettingsInput(settings, rules, allowedRecipients(environment));
}

/**
 * Writes the settings if nothing was saved since `stored` was read.
 * @param undo takes back what was written for the save, once it is known that it failed
 * @returns the new revision; undefined when the response was lost and reading shows that it was saved
 * @throws FlexBadRequest `conflict` or `settings-unreachable`
 */
async function writeSettings(
  invocation: Invocation,
  stored: StoredSettings,
  document: object & { saved: { audit_key: string } },
  undo: () => Promise<unknown>,
): Promise<string | undefined> {
  const { sync } = invocation.twilio;
  try {
    return stored.settingsRevision === undefined
      ? await sync.createDocument(EMAIL_SETTINGS_DOCUMENT, document, NO_EXPIRY)
      : await sync.updateDocument(EMAIL_SETTINGS_DOCUMENT, document, stored.settingsRevision, NO_EXPIRY);
  } catch (error) {
    if (await wasSaved(invocation, error, document.saved.audit_key)) return undefined;
    // What may be saved yet names its rules, and the sweep looks it up.
    if (isOutcomeUnknown(error)) throw saveUnconfirmed(error);
    await undo();
    if (isTwilioError(error, 'precondition-failed', 'conflict')) throw await conflictError(invocation);
    throw asSettingsUnreachable(error);
  }
}

/** @returns the name of the rules document; the existing one if the rules have not changed */
async function writeRules(invocation: Invocation, stored: StoredSettings, { rules }: SettingsInput): Promise<string> {
  if (!stored.corrupt.rules && canonicalJson(rules) === canonicalJson(stored.rules)) return stored.rulesDocument;
  const name = `email-rules-${crypto.randomUUID()}`;
  try {
    await invocation.twilio.sync.createDocument(name, rules, NO_EXPIRY);
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
  return name;
}

/** The client repeats a write after a 503, so a conflict may be with this very save. */
const mayBeSaved = (error: unknown) =>
  isOutcomeUnknown(error) || isTwilioError(error, 'precondition-failed', 'conflict');

function saveUnconfirmed(cause: unknown): FlexBadRequest {
  return new FlexBadRequest(
    'settings-unreachable',
    'Sync did not confirm the save',
    'It may be saved yet. Read the settings again in a minute, or save again with the same revision.',
    503,
    { cause },
  );
}

/** After a lost response: reads what is stored, to find out whether it was saved. */
async function wasSaved({ twilio }: Invocation, error: unknown, key: string): Promise<boolean> {
  if (!mayBeSaved(error)) return false;
  try {
    const document = await twilio.sync.fetchDocument(EMAIL_SETTINGS_DOCUMENT);
    return readSavedAuditKey(document?.data) === key;
  } catch (unread) {
    throw isOutcomeUnknown(error) ? saveUnconfirmed(unread) : asSettingsUnreachable(unread);
  }
}

async function conflictError(invocation: Invocation, reading?: SettingsReading): Promise<FlexBadRequest> {
  return new FlexBadRequest(
    'conflict',
    'Somebody else saved meanwhile',
    'Look at what they saved, and save again with its revision.',
    409,
    { current: await buildSettingsResponse(invocation, reading) },
  );
}

/** Best effort: a small document too many does no harm. */
async function expireDocument({ twilio, log }: Invocation, name: string): Promise<void> {
  try {
    await twilio.sync.expireDocument(name, SUPERSEDED_TTL_SECONDS);
  } catch (error) {
    log.warn('old rules kept', { code: errorCode(error) });
  }
}
