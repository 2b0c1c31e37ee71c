import {
  EMAIL_RULES_DOCUMENT,
  type EmailProblem,
  type EmailSettings,
  emptyRules,
  type NotificationRules,
  parseStoredRules,
} from '@callback-and-voicemail/contract';
import { accountKey, type Environment } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';
import { readSettings } from './settings';
import { startReadingUnconfirmed, unconfirmedKeys } from './unconfirmed-recipients';

/** Settings and rules as they belong together. `ok: false` does not mean "none": the email waits. */
export type EmailConfig =
  | {
      ok: true;
      settings: EmailSettings;
      rules: NotificationRules;
      /** Keys of the addresses that get nothing yet. */
      unconfirmed: readonly string[];
    }
  | { ok: false; problem: EmailProblem; detail: string };

/**
 * Where this process found the rules last. The settings name the rules document; requesting the likely one in parallel
 * saves a round of requests.
 */
const lastRulesDocuments = new Map<string, string>();

/** Reads settings, rules and who is not confirmed side by side. Never throws. */
export async function readEmailConfig(sync: () => SyncClient, environment: Environment): Promise<EmailConfig> {
  const account = accountKey(environment);
  const expectedName = lastRulesDocuments.get(account) ?? EMAIL_RULES_DOCUMENT;
  const expectedRules = readRules(sync, expectedName);
  const readUnconfirmed = startReadingUnconfirmed(sync, environment);
  const reading = await readSettings(sync, environment);
  const expected = await expectedRules;
  if (!reading.ok) return reading;
  const { settings } = reading;
  // When email is off, the rules do not matter.
  if (!settings.enabled) return { ok: true, settings, rules: emptyRules(), unconfirmed: [] };
  const name = rulesDocumentName(settings);
  lastRulesDocuments.set(account, name);
  const [rules, additions] = await Promise.all([
    name === expectedName ? expected : readRules(sync, name),
    readUnconfirmed(settings).catch(errorCode),
  ]);
  if (!rules.ok) return rules;
  if (typeof additions === 'string') return { ok: false, problem: 'twilio-unavailable', detail: additions };
  return additions === undefined
    ? { ok: false, problem: 'settings-unreadable', detail: 'email-unconfirmed-unreadable' }
    : { ok: true, settings, rules: rules.rules, unconfirmed: unconfirmedKeys(additions) };
}

/** The document that holds the rules in force with these settings. */
export const rulesDocumentName = ({ saved }: EmailSettings): string => saved?.rules_document ?? EMAIL_RULES_DOCUMENT;

type RulesResult = { ok: true; rules: NotificationRules } | { ok: false; problem: EmailProblem; detail: string };

async function readRules(sync: () => SyncClient, name: string): Promise<RulesResult> {
  try {
    const document = await sync().fetchDocument(name);
    if (document === undefined) {
      // Only the default rules document may be missing: that is the case before the first save.
      return name === EMAIL_RULES_DOCUMENT
        ? { ok: true, rules: emptyRules() }
        : { ok: false, problem: 'settings-unreadable', detail: 'email-rules-missing' };
    }
    const stored = parseStoredRules(document.data);
    return stored.ok
      ? { ok: true, rules: stored.value }
      : { ok: false, problem: 'settings-unreadable', detail: `email-rules-${stored.reason}` };
  } catch (error) {
    return { ok: false, problem: 'twilio-unavailable', detail: errorCode(error) };
  }
}
