import {
  canonicalJson,
  EMAIL_RULES_DOCUMENT,
  EMAIL_SETTINGS_DOCUMENT,
  type EmailSettingsResponse,
  MAX_UNCONFIRMED_BYTES,
  type RecipientAddition,
  readSavedAuditKey,
  UNCONFIRMED_VERSION,
} from '@callback-and-voicemail/contract';
import { createNotice, noteSaveResult, withdrawNotice } from '../admin-notice/notice-outbox';
import { actOfKey } from '../audit/audit-record';
import { appendAction, appendResult, displayName, type PreparedAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { errorCode, FlexBadRequest, isOutcomeUnknown, isTwilioError } from '../runtime/errors';
import type { FlexUser } from '../twilio/flex-token';
import { validationError } from './form-fields';
import type { SettingsInput } from './settings-input';
import { buildResponseAfterSave, buildSettingsResponse, type SettingsReading } from './settings-response';
import { asSettingsUnreachable, rememberRulesDocument, type StoredSettings } from './stored-settings';

/** No TTL: settings apply until the next save. */
const NO_EXPIRY = 0;
/** How long a replaced document stays, for a Function that read the settings just before. */
const SUPERSEDED_TTL_SECONDS = 24 * 60 * 60;

/** What is to be stored in the place of what was read. */
export interface SettingsChange {
  stored: StoredSettings;
  input: SettingsInput;
  /** Who waits for confirmation afterwards; undefined: the list stays as it is. */
  additions?: readonly RecipientAddition[];
  noted: PreparedAction;
  /** ADMIN_EMAIL hears of it. */
  notifies: boolean;
}

/** The names of the documents that belong to the settings. */
interface DocumentNames {
  rules: string;
  unconfirmed?: string;
}

/**
 * Stores settings, rules and who waits for confirmation together. What changed of rules and list goes into new,
 * unreferenced documents. Then the settings, which name them, are written with `If-Match`: that one write is the save. A
 * failure before it changes nothing, and no reader combines the rules of one save with the settings of another
 * (ADR 0011).
 * @param reading reads that were started in parallel with authorization
 * @returns the settings that apply now
 * @throws FlexBadRequest `too-large`, `conflict`, `settings-unreachable`, `audit-unavailable`; then nothing was stored
 */
export async function commitSettings(
  invocation: Invocation,
  user: FlexUser,
  change: SettingsChange,
  reading: SettingsReading,
): Promise<EmailSettingsResponse> {
  const { stored, input, noted, notifies } = change;
  const saved = { by: displayName(user), at: noted.parts[0]!.record.at };
  const before: DocumentNames = { rules: stored.rulesDocument, unconfirmed: stored.unconfirmedDocument };
  const names = await prepareDocuments(invocation, change, before);
  const undo = () =>
    Promise.all([
      expireReplaced(invocation, names, before),
      appendResult(invocation, noted, 'failed', 'not-saved'),
      notifies ? withdrawNotice(invocation, noted) : undefined,
    ]);
  const document = {
    ...input.settings,
    saved: {
      ...saved,
      rules_document: names.rules,
      ...(names.unconfirmed === undefined ? {} : { unconfirmed_document: names.unconfirmed }),
      audit_key: noted.key,
    },
  };
  const revision = await writeSettings(invocation, user, stored, document, undo);
  rememberRulesDocument(invocation.environment, names.rules);
  invocation.log.info('settings saved', { recipients: input.settings.recipients.length, outcome: stored.source });
  const manualSuffixAt = names.rules === before.rules ? stored.revision.indexOf('~') : -1;
  const manualSuffix = manualSuffixAt < 0 ? '' : stored.revision.slice(manualSuffixAt);
  const now = { ...input, additions: change.additions ?? stored.additions, saved };
  const [response] = await Promise.all([
    revision && buildResponseAfterSave(invocation, user, now, `${revision}${manualSuffix}`, reading),
    appendResult(invocation, noted, 'done'),
    expireReplaced(invocation, before, names),
  ]);
  // Without the answer to the save, its revision has to be read.
  return response || buildSettingsResponse(invocation, user);
}

/**
 * Writes what must be there before the save: rules and list, the change in the audit, and the notice to ADMIN_EMAIL in
 * the outbox. Also notes that the save before was one, in case its own invocation could not.
 * @throws FlexBadRequest `too-large`, `settings-unreachable`, `audit-unavailable`; then nothing was saved
 */
async function prepareDocuments(
  invocation: Invocation,
  change: SettingsChange,
  before: DocumentNames,
): Promise<DocumentNames> {
  const { stored, noted, notifies } = change;
  requireFits(change.additions ?? []);
  const previous = stored.settings.saved?.audit_key;
  const [rules, unconfirmed, appended, notice] = await Promise.allSettled([
    writeRules(invocation, change),
    writeUnconfirmed(invocation, change),
    appendAction(invocation, noted),
    notifies ? createNotice(invocation, noted) : undefined,
    previous === undefined || actOfKey(previous) === undefined
      ? undefined
      : noteSaveResult(invocation, previous, 'done'),
  ]);
  const failure = [rules, unconfirmed, appended, notice].find((one) => one.status === 'rejected');
  const names: DocumentNames = {
    rules: rules.status === 'fulfilled' ? rules.value : before.rules,
    unconfirmed: unconfirmed.status === 'fulfilled' ? unconfirmed.value : before.unconfirmed,
  };
  if (failure === undefined) return names;
  await expireReplaced(invocation, names, before);
  await appendResult(invocation, noted, 'failed', errorCode(failure.reason));
  throw asSettingsUnreachable(failure.reason);
}

/** @throws FlexBadRequest `too-large` when so many wait that the list does not fit in a document */
function requireFits(additions: readonly RecipientAddition[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(additions));
  if (bytes <= MAX_UNCONFIRMED_BYTES) return;
  const value = `${bytes}/${MAX_UNCONFIRMED_BYTES}`;
  throw validationError('too-large', [{ path: 'settings', code: 'too-long', value }], 'Too many wait for confirmation');
}

/** @returns the name of the rules document; the existing one if the rules have not changed */
async function writeRules({ twilio }: Invocation, { stored, input }: SettingsChange): Promise<string> {
  if (!stored.corrupt.rules && canonicalJson(input.rules) === canonicalJson(stored.rules)) return stored.rulesDocument;
  const name = `email-rules-${crypto.randomUUID()}`;
  await twilio.sync.createDocument(name, input.rules, NO_EXPIRY);
  return name;
}

/** @returns the name of the list; the existing one if it has not changed, and undefined when nobody waits */
async function writeUnconfirmed(
  { twilio }: Invocation,
  { stored, additions }: SettingsChange,
): Promise<string | undefined> {
  if (additions === undefined) return stored.unconfirmedDocument;
  if (additions.length === 0) return undefined;
  if (canonicalJson(additions) === canonicalJson(stored.additions)) return stored.unconfirmedDocument;
  const name = `email-unconfirmed-${crypto.randomUUID()}`;
  await twilio.sync.createDocument(name, { version: UNCONFIRMED_VERSION, additions }, NO_EXPIRY);
  return name;
}

/**
 * Writes the settings if nothing was saved since `stored` was read.
 * @param undo takes back what was written for the save, once it is known that it failed
 * @returns the new revision; undefined when the response was lost and reading shows that it was saved
 * @throws FlexBadRequest `conflict` or `settings-unreachable`
 */
async function writeSettings(
  invocation: Invocation,
  user: FlexUser,
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
    // What may be saved yet names its documents, and the sweep looks it up.
    if (isOutcomeUnknown(error)) throw saveUnconfirmed(error);
    await undo();
    if (isTwilioError(error, 'precondition-failed', 'conflict')) throw await conflictError(invocation, user);
    throw asSettingsUnreachable(error);
  }
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

/** @returns the refusal of a change that was made from an older revision, with what is stored now */
export async function conflictError(
  invocation: Invocation,
  user: FlexUser,
  reading?: SettingsReading,
): Promise<FlexBadRequest> {
  return new FlexBadRequest(
    'conflict',
    'Somebody else saved meanwhile',
    'Look at what they saved, and save again with its revision.',
    409,
    { current: await buildSettingsResponse(invocation, user, reading) },
  );
}

/** Lets the documents of `replaced` expire that `kept` does not name. One that was written by hand is left alone. */
async function expireReplaced(invocation: Invocation, replaced: DocumentNames, kept: DocumentNames): Promise<void> {
  const names = [
    replaced.rules === kept.rules || replaced.rules === EMAIL_RULES_DOCUMENT ? undefined : replaced.rules,
    replaced.unconfirmed === kept.unconfirmed ? undefined : replaced.unconfirmed,
  ];
  await Promise.all(names.map((name) => (name === undefined ? undefined : expireDocument(invocation, name))));
}

/** Best effort: a small document too many does no harm. */
async function expireDocument({ twilio, log }: Invocation, name: string): Promise<void> {
  try {
    await twilio.sync.expireDocument(name, SUPERSEDED_TTL_SECONDS);
  } catch (error) {
    log.warn('old rules kept', { code: errorCode(error) });
  }
}
