/** `2026-03-01T09:30:00Z`: the v1 APIs' dates, whole seconds. `at` in milliseconds since 1970. */
export function isoDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `Sun, 01 Mar 2026 09:30:00 +0000`: the 2010 API's dates (RFC 2822). `at` in milliseconds since 1970. */
export function rfc2822Date(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
