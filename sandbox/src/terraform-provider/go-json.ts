/** Any value that JSON has. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** `<`, `>`, `&` and two line separators: https://pkg.go.dev/encoding/json#Marshal */
const ESCAPED = /[<>&\u2028\u2029]/g;
const escapeHtml = (text: string) =>
  text.replace(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** @returns the value as Go's `json.Marshal` writes it, which Terraform's `jsonencode` does as well: keys in order */
export function goJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${fields.map(([key, field]) => `${escapeHtml(JSON.stringify(key))}:${goJson(field)}`).join(',')}}`;
  }
  return escapeHtml(JSON.stringify(value));
}
