/** The supervisors' panel. */
export const enUS = {
  PanelLink: 'Voicemail email',
  PanelLinkFailing: 'Voicemail email: {{count}} failed',
  ErrorInvalid: 'Something in it cannot be saved as it is.',
  ErrorDomain: 'Addresses of this domain are not allowed.',
  ErrorTooLarge: 'There is more in it than fits. Take something out and try again.',
  ErrorConflict: 'Somebody else saved meanwhile.',
  ErrorSettingsCorrupt: 'The saved settings cannot be read.',
  ErrorSettingsUnreachable: 'The settings cannot be reached just now.',
  ErrorNothingToResend: 'There is nothing to be sent again: reload the list.',
  ErrorMailRefused: 'The mail service refused it.',
} as const;

export type EmailAdminStrings = Record<keyof typeof enUS, string>;
