import { textField, wholeNumber } from '../runtime/form-fields';

/**
 * The first byte that a request asks for. The page's own script names it by `from`, which also arrives where a gateway
 * keeps the header Range to itself; players send the header. A header of another form than `bytes=N-` or `bytes=N-M` may
 * be ignored (RFC 9110, section 14.2, https://www.rfc-editor.org/rfc/rfc9110#section-14.2).
 * @returns `length`: how many bytes are asked for; undefined when all that follow are. Undefined for a malformed `from`
 */
export function readByteRange(
  event: Record<string, unknown>,
  headers: Record<string, unknown>,
): { start: number; length?: number } | undefined {
  if (event.from !== undefined) {
    const start = wholeNumber(event.from);
    return Number.isNaN(start) ? undefined : { start };
  }
  const [, first, last = ''] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(textField(headers, 'range').trim()) ?? [];
  if (first === undefined) return { start: 0 };
  const start = Number(first);
  if (last === '') return { start };
  return Number(last) < start ? { start: 0 } : { start, length: Number(last) - start + 1 };
}
