import type { AuditAction, AuditChange, AuditItem } from '@callback-and-voicemail/contract';
import type { NoticeModel } from '../notification/mail-templates/model';
import { renderTemplates } from '../notification/mail-templates/render';
import { previewLine } from '../notification/voicemail-model';
import { toSingleLine } from '../runtime/text';
import { describeChange } from './describe-change';

const DECISIONS: Partial<Record<AuditAction, string>> = {
  'confirm-recipient': 'Confirmed recipient',
  'reject-recipient': 'Rejected recipient',
};

const SUBJECT = 'Voicemail email settings changed';

/**
 * The mail to ADMIN_EMAIL about a change.
 * @param needsConfirmation whether new recipients wait for another supervisor
 */
export function renderNotice(item: AuditItem, timeZone: string, needsConfirmation: boolean) {
  return { subject: SUBJECT, ...renderTemplates('notice', noticeModel(item, timeZone, needsConfirmation)) };
}

/** Everything of the change, however long. */
function noticeModel(item: AuditItem, timeZone: string, needsConfirmation: boolean): NoticeModel {
  const { at, identity, by, act, detail = '', changes = [] } = item;
  const time = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'full', timeStyle: 'long' }).format(
    new Date(at),
  );
  const decision = DECISIONS[act];
  const sentence = `${toSingleLine(identity)} (${by}) changed the voicemail settings in Flex on ${time}:`;
  return {
    lang: 'en-US',
    title: SUBJECT,
    preview: previewLine(sentence),
    sentence,
    changes: [
      ...(decision === undefined ? [] : [`${decision}: ${toSingleLine(detail)}`]),
      ...changes.flatMap(describeChange),
    ],
    hints:
      needsConfirmation && changes.some(addsAddress)
        ? ['New addresses get no mail until another supervisor confirms them.']
        : [],
    reasons: [
      'You receive this email because ADMIN_EMAIL contains your address.',
      'If you did not expect this change, check “Voicemail email” in Flex.',
    ],
  };
}

/** True for a change that may name a recipient who was none. */
const addsAddress = ({ field, to, added = [] }: AuditChange) =>
  ((field === 'archive' || field === 'fallback_recipient') && to !== undefined) ||
  (field !== 'holidays' && added.length > 0);
