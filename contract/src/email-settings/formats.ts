/** Forms of single values, for settings, requests and variables of the deployment. */
export const E164_NUMBER = /^\+[1-9]\d{6,14}$/;
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
/** A day also ends at 24:00. */
export const END_OF_SPAN = /^(?:([01]\d|2[0-3]):[0-5]\d|24:00)$/;
export const ISO_DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
/** What a line of an email or a header must not hold: control, bidirectional and other invisible characters. */
export const INVISIBLE_CHARACTERS = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** True for a name of a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** True for an https URL without credentials that can stand in a quoted attribute. */
export function isLogoUrl(url: string): boolean {
  if (!/^https:\/\/[^\s"'<>]+$/.test(url)) return false;
  try {
    const { username, password } = new URL(url);
    return username === '' && password === '';
  } catch {
    return false;
  }
}
