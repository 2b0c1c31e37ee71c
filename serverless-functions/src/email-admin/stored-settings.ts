import {
  EMAIL_RULES_DOCUMENT,
  EMAIL_SETTINGS_DOCUMENT,
  type EmailSettings,
  emptyRules,
  type NotificationRules,
  parseStoredRules,
  parseStoredSettings,
  type RecipientAddition,
  salvageRules,
  salvageSettings,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { rulesDocumentName } from '../notification/email-config';
import { settingsFromEnvironment } from '../notification/settings';
import { startReadingUnconfirmed } from '../notification/unconfirmed-recipients';
import { AccountCache } from '../runtime/account-cache';
import type { Environment } from '../runtime/environment';
import { FlexBadRequest, TwilioError } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { SyncDocument } from '../twilio/sync';

/** Where this process found the rules last. */
const lastRulesDocuments = new AccountCache<string>();

/** For a save: the next reader of this process requests the rules that it wrote. */
export const rememberRulesDocument = (environment: Environment, name: string) =>
  lastRulesDocuments.set(environment, name);

/** The documents as stored, for display and for changes. */
export interface StoredSettings {
  settings: EmailSettings;
  rules: NotificationRules;
  source: 'saved' | 'environment' | 'corrupt';
  /** Which of the two it is that cannot be read. */
  corrupt: { settings: boolean; rules: boolean };
  /** Of both together; empty when there is neither. */
  revision: string;
  /** Of the settings document alone, which a save must name; undefined when there is none. */
  settingsRevision?: string;
  rulesDocument: string;
  /** Who waits for confirmation; nobody where none is required. */
  additions: RecipientAddition[];
  /** The document that lists them; it is kept while no confirmation is required. */
  unconfirmedDocument?: string;
}

/**
 * Reads them. Readable parts of a corrupt document are for display only; mails are not sent by them.
 * @throws FlexBadRequest 503 `settings-unreachable`
 */
export async function readStoredSettings(invocation: Invocation): Promise<StoredSettings> {
  const { twilio, environment } = invocation;
  let settingsDocument: SyncDocument | undefined;
  let rulesDocument: SyncDocument | undefined;
  let additions: RecipientAddition[] | undefined;
  let settings: EmailSettings;
  let settingsCorrupt = false;
  let name: string;
  try {
    // The settings name the rules document; requesting the likely one in parallel saves a round.
    const expectedName = lastRulesDocuments.get(environment) ?? EMAIL_RULES_DOCUMENT;
    const expectedRules = startEarly(() => twilio.sync.fetchDocument(expectedName));
    const readUnconfirmed = startReadingUnconfirmed(() => twilio.sync, environment);
    settingsDocument = await twilio.sync.fetchDocument(EMAIL_SETTINGS_DOCUMENT);
    const defaults = settingsFromEnvironment(environment);
    if (settingsDocument === undefined) settings = defaults;
    else {
      const stored = parseStoredSettings(settingsDocument.data);
      settingsCorrupt = !stored.ok;
      settings = stored.ok ? stored.value : salvageSettings(settingsDocument.data, defaults);
    }
    name = rulesDocumentName(settings);
    lastRulesDocuments.set(environment, name);
    [rulesDocument, additions] = await Promise.all([
      name === expectedName ? expectedRules : twilio.sync.fetchDocument(name),
      readUnconfirmed(settings),
    ]);
    await expectedRules.catch(() => undefined);
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
  let rules = emptyRules();
  let rulesCorrupt = rulesDocument === undefined && name !== EMAIL_RULES_DOCUMENT;
  if (rulesDocument !== undefined) {
    const stored = parseStoredRules(rulesDocument.data);
    rulesCorrupt = !stored.ok;
    rules = stored.ok ? stored.value : salvageRules(rulesDocument.data);
  }
  const intactSource = settingsDocument === undefined && rulesDocument === undefined ? 'environment' : 'saved';
  // One that a save made never changes and is named by the settings; the other may have been edited by hand.
  const byHand = name === EMAIL_RULES_DOCUMENT && rulesDocument !== undefined ? `~${rulesDocument.revision}` : '';
  return {
    settings,
    rules,
    source: settingsCorrupt || rulesCorrupt || additions === undefined ? 'corrupt' : intactSource,
    corrupt: { settings: settingsCorrupt, rules: rulesCorrupt },
    revision: `${settingsDocument?.revision ?? ''}${byHand}`,
    settingsRevision: settingsDocument?.revision,
    rulesDocument: name,
    additions: additions ?? [],
    unconfirmedDocument: settings.saved?.unconfirmed_document,
  };
}

/** Maps a failed request to Sync to the response's error; other errors stay as they are. */
export function asSettingsUnreachable(error: unknown): unknown {
  if (!(error instanceof TwilioError)) return error;
  return new FlexBadRequest(
    'settings-unreachable',
    'The settings cannot be reached',
    'Nothing was changed. Mails wait until the settings can be read, and go out then.',
    503,
    { cause: error },
  );
}
