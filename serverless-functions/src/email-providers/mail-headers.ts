import { toSingleLine } from '../runtime/text';
import { type Message, saysItIsAutomatic } from './provider';

/** The headers of a message that no provider has a field for. */
export function mailHeaders(message: Message): Record<string, string> {
  const { messageId, listId, references = [] } = message;
  return {
    'Message-Id': `<${messageId}>`,
    ...(listId === undefined ? {} : { 'List-Id': `<${listId}>` }),
    // RFC 5322, section 3.6.4
    ...(references.length === 0
      ? {}
      : { References: references.map((id) => `<${id}>`).join(' '), 'In-Reply-To': `<${references.at(-1)}>` }),
    // RFC 3834, and Exchange's own: no out-of-office answers.
    ...(saysItIsAutomatic(message) ? { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } : {}),
  };
}

/** The subject as a header can have it: others may have written it. */
export const subjectLine = ({ subject }: Message) => toSingleLine(subject);
