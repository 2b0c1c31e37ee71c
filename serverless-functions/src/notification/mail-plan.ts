import {
  EMAIL_RULES_DOCUMENT,
  type EmailSettings,
  emptyRules,
  type NotificationRules,
  parseStoredRules,
} from '@callback-and-voicemail/contract';
import type { Environment } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';
import { readSettings } from './settings';

/** Settings and rules as they belong together. `unreadable` is not "none", of either: the mail waits. */
export type MailPlan =
  | { readable: true; settings: EmailSettings; rules: NotificationRules }
  | { readable: false; problem: string };

/**
 * Where this process found the rules last. The settings name them, so which document to read is only known afterwards;
 * asking for the likely one beside them makes it one round.
 */
let likelyRules = EMAIL_RULES_DOCUMENT;

/** Reads settings and rules side by side. Never throws. */
export async function readMailPlan(sync: () => SyncClient, environment: Environment): Promise<MailPlan> {
  const guessed = likelyRules;
  const likely = readRules(sync, guessed);
  const reading = await readSettings(sync, environment);
  const guess = await likely;
  if (!reading.readable) return reading;
  const { settings } = reading;
  // Switched off is switched off, whatever became of the rules.
  if (!settings.enabled) return { readable: true, settings, rules: emptyRules() };
  const name = rulesDocumentOf(settings);
  likelyRules = name;
  const rules = name === guessed ? guess : await readRules(sync, name);
  return rules.readable ? { readable: true, settings, rules: rules.rules } : rules;
}

/** The document that holds the rules in force with these settings. */
export const rulesDocumentOf = ({ saved }: EmailSettings): string => saved?.rules_document ?? EMAIL_RULES_DOCUMENT;

type RulesReading = { readable: true; rules: NotificationRules } | { readable: false; problem: string };

async function readRules(sync: () => SyncClient, name: string): Promise<RulesReading> {
  try {
    const document = await sync().fetchDocument(name);
    if (document === undefined) {
      // Only the one that nobody has named may be missing: that is how it is before there are rules.
      return name === EMAIL_RULES_DOCUMENT
        ? { readable: true, rules: emptyRules() }
        : { readable: false, problem: 'email-rules-missing' };
    }
    const stored = parseStoredRules(document.data);
    return stored.ok
      ? { readable: true, rules: stored.value }
      : { readable: false, problem: `email-rules-${stored.reason}` };
  } catch (error) {
    return { readable: false, problem: errorCode(error) };
  }
}
