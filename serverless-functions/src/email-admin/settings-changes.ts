import { cutText, type FieldChange } from '@callback-and-voicemail/contract';

/** True when recipients were added, or may have been. */
export function affectsRecipients(changes: FieldChange[]): boolean {
  return changes.some(({ field }) => /^(recipients|archive|rules(\..*)?|holidays)$/.test(field));
}

/** Cut to what a note has room for: long values first, then all of them. */
export function truncateChanges(changes: FieldChange[], valueCharacters: number, totalBytes: number): FieldChange[] {
  const cut = (text: string | undefined) => (text === undefined ? undefined : cutText(text, valueCharacters + 1, '…'));
  const short = changes.map(({ field, from, to }) => ({
    field,
    ...(from === undefined ? {} : { from: cut(from) }),
    ...(to === undefined ? {} : { to: cut(to) }),
  }));
  const fits = (list: FieldChange[]) => Buffer.byteLength(JSON.stringify(list)) <= totalBytes;
  if (fits(short)) return short;
  const names = short.map(({ field }) => ({ field }));
  return fits(names) ? names : [{ field: 'all' }];
}
