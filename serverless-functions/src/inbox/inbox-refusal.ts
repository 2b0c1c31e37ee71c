import type { LinkRefusal } from '@callback-and-voicemail/contract';
import { BadRequest } from '../runtime/errors';

/** Why something that a recipient wants to do on the page is not done. */
export type InboxRefusal = Exclude<LinkRefusal, 'recipient-removed' | 'links-off'>;

/** The HTTP status of each, and by its keys a list of them. */
export const INBOX_REFUSAL_STATUS: Readonly<Record<InboxRefusal, number>> = {
  'act-off': 403,
  'page-expired': 409,
  'taken-by-other': 409,
  'held-by-agent': 409,
  handled: 409,
  'no-phone': 409,
  'call-under-way': 409,
};

export const isInboxRefusal = (code: string): code is InboxRefusal => Object.hasOwn(INBOX_REFUSAL_STATUS, code);

/** Something on the page that we will not do. */
export class InboxRefused extends BadRequest<InboxRefusal> {
  constructor(code: InboxRefusal) {
    super(code, `It is not done (${code})`, 'The page says what to do.', INBOX_REFUSAL_STATUS[code]);
  }
}
