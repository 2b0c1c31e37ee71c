import {
  defaultSettings,
  EMAIL_SETTINGS_DOCUMENT,
  type EmailProblem,
  type EmailSettings,
  parseStoredSettings,
} from '@callback-and-voicemail/contract';
import { type Environment, splitAddresses } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';

/**
 * The settings as they are now. `ok: false` does not mean "none": email may have been switched off in a document that we
 * cannot read, so it waits, and never falls back to ADMIN_EMAIL.
 */
export type SettingsResult =
  | { ok: true; settings: EmailSettings }
  | { ok: false; problem: EmailProblem; detail: string };

/** Reads the settings document; without one the environment's values hold. Never throws. */
export async function readSettings(sync: () => SyncClient, environment: Environment): Promise<SettingsResult> {
  try {
    const document = await sync().fetchDocument(EMAIL_SETTINGS_DOCUMENT);
    if (document === undefined) return { ok: true, settings: settingsFromEnvironment(environment) };
    const stored = parseStoredSettings(document.data);
    return stored.ok
      ? { ok: true, settings: stored.value }
      : { ok: false, problem: 'settings-unreadable', detail: `email-settings-${stored.reason}` };
  } catch (error) {
    return { ok: false, problem: 'twilio-unavailable', detail: errorCode(error) };
  }
}

/** What holds before a supervisor ever saved anything: everything on, to ADMIN_EMAIL. */
export function settingsFromEnvironment(environment: Environment): EmailSettings {
  return defaultSettings(splitAddresses(environment.values.ADMIN_EMAIL ?? '').map((address) => ({ address })));
}
