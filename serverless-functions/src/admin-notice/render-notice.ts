import type { AuditItem } from '@callback-and-voicemail/contract';
import { escapeHtml, toSingleLine } from '../runtime/text';
import { describeChange } from './describe-change';

export const NOTICE_SUBJECT = 'Voicemail email settings changed';

/** What ADMIN_EMAIL reads of a change: everything, however long. */
export function renderNotice({ at, identity, by, changes = [] }: AuditItem, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'full', timeStyle: 'long' }).format(
    new Date(at),
  );
  const lines = changes.flatMap(describeChange);
  return [
    `${toSingleLine(identity)} (${by}) changed the voicemail settings in Flex on ${time}:`,
    '',
    ...lines,
    '',
    'You receive this email because ADMIN_EMAIL contains your address.',
    'If you did not expect this change, check “Voicemail email” in Flex.',
    '',
  ].join('\n');
}

/** The same for mail programs that show HTML. */
export function renderNoticeHtml(text: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${NOTICE_SUBJECT}</title></head><body><pre style="white-space:pre-wrap;font-family:inherit">${escapeHtml(text)}</pre></body></html>`;
}
