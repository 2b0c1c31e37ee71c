import type { AuditAction, AuditChange, AuditItem } from '@callback-and-voicemail/contract';
import { escapeHtml, toSingleLine } from '../runtime/text';
import { describeChange } from './describe-change';

const DECISIONS: Partial<Record<AuditAction, string>> = {
  'confirm-recipient': 'Confirmed recipient',
  'reject-recipient': 'Rejected recipient',
};

export const NOTICE_SUBJECT = 'Voicemail email settings changed';

/**
 * What ADMIN_EMAIL reads of a change: everything, however long.
 * @param needsConfirmation whether new recipients wait for another supervisor
 */
export function renderNotice(item: AuditItem, timeZone: string, needsConfirmation: boolean): string {
  const { at, identity, by, act, detail = '', changes = [] } = item;
  const time = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'full', timeStyle: 'long' }).format(
    new Date(at),
  );
  const decision = DECISIONS[act];
  const lines = [
    ...(decision === undefined ? [] : [`${decision}: ${toSingleLine(detail)}`]),
    ...changes.flatMap(describeChange),
    ...(needsConfirmation && changes.some(addsAddress)
      ? ['', 'New addresses get no mail until another supervisor confirms them.']
      : []),
  ];
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

/** True for a change that may name a recipient who was none. */
const addsAddress = ({ field, to, added = [] }: AuditChange) =>
  (field === 'archive' && to !== undefined) || (field !== 'holidays' && added.length > 0);

/** The same for mail programs that show HTML. */
export function renderNoticeHtml(text: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${NOTICE_SUBJECT}</title></head><body><pre style="white-space:pre-wrap;font-family:inherit">${escapeHtml(text)}</pre></body></html>`;
}
