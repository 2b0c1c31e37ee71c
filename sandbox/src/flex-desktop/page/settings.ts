/** What the server writes into the page for the scripts in it: who is signed in, and where things are. */
export interface PageSettings {
  accountSid: string;
  token: string;
  identity: string;
  roles: readonly string[];
  /** ISO 8601. */
  expiration: string;
  flexUserSid: string;
  /** Origins that are reached as they are; every other foreign one is answered by the sandbox. */
  passthroughOrigins: readonly string[];
  appConfig: Record<string, unknown>;
}

export const SETTINGS_ID = 'flex-settings';

/** @throws Error outside of the page */
export function readSettings(): PageSettings {
  return JSON.parse(document.getElementById(SETTINGS_ID)!.textContent ?? '') as PageSettings;
}
