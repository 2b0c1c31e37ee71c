/** What a request carries: form fields or query parameters, as Twilio's runtime merges them. */
export type FormFields = Readonly<Record<string, unknown>>;

/** A field of plain text; empty when it was not sent, or is none. */
export function textField(fields: FormFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/**
 * A parameter from a flow, or from a URL that one of our own responses named: the first of these names that has a value.
 * Flows send `undefined` or `null` for a variable without a value.
 * @returns empty when none has
 */
export function parameter(fields: FormFields, ...names: string[]): string {
  for (const name of names) {
    const value = fields[name];
    const text = typeof value === 'number' ? String(value) : textField(fields, name);
    if (!['', 'undefined', 'null'].includes(text.trim())) return text;
  }
  return '';
}

/** @returns NaN for anything but digits */
export function wholeNumber(value: unknown): number {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
}
