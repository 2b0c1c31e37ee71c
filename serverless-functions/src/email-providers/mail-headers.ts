import { toSingleLine } from '../runtime/text';
import type { Message } from './provider';

/** The headers of a message that no provider has a field for. */
export function mailHeaders({ messageId, listId }: Message): Record<string, string> {
  return {
    'Message-Id': `<${messageId}>`,
    ...(listId === undefined ? {} : { 'List-Id': `<${listId}>` }),
    // RFC 3834, and Exchange's own: no out-of-office answers.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
  };
}

/** The subject as a header can have it: others may have written it. */
export const subjectLine = ({ subject }: Message) => toSingleLine(subject);
