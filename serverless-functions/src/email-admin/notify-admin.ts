import { type AuditRecord, cutText } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { createMailer, type Mailer } from '../notification/mailer';
import { splitAddresses } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import { escapeHtml, toSingleLine } from '../runtime/text';
import type { FlexUser } from '../twilio/flex-token';
import { describeChange } from './describe-change';

/** Short, because the save request waits for it. */
const MAX_SEND_MS = 3_000;
/** Kept back for reading what is answered. */
const RESPONSE_RESERVE_MS = 2_500;
const MAX_LINES = 60;

/** Notifies ADMIN_EMAIL of new recipients. Never throws. */
export type NotifyAdmin = (invocation: Invocation, record: AuditRecord, key: string) => Promise<void>;

export const notifyAdminOfChange: NotifyAdmin = async ({ environment, timeZone, deadline, log }, record, key) => {
  const mailer: Mailer | undefined = createMailer(environment);
  const recipients = splitAddresses(environment.values.ADMIN_EMAIL ?? '').map((address) => ({ address }));
  if (mailer === undefined || recipients.length === 0) {
    log.warn('administrator not notified', { code: 'mail-not-configured' });
    return;
  }
  const time = Math.min(MAX_SEND_MS, deadline.remaining() - RESPONSE_RESERVE_MS);
  if (time <= 0) return;
  const text = renderText(record, timeZone);
  try {
    await deadline.within(time, () =>
      mailer.provider.send(
        {
          messageId: `settings-${key.replace(/[^0-9A-Za-z-]/g, '-')}@${mailer.domain}`,
          from: mailer.from,
          listId: mailer.listId,
          recipients,
          subject: 'Who gets voicemails by mail was changed',
          text,
          html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Who gets voicemails by mail was changed</title></head><body><pre style="white-space:pre-wrap;font-family:inherit">${escapeHtml(text)}</pre></body></html>`,
        },
        time,
      ),
    );
  } catch (error) {
    log.warn('administrator not notified', { code: errorCode(error) });
  }
};

function renderText({ at, by, changes }: AuditRecord, timeZone: string): string {
  const lines = changes.flatMap(describeChange);
  const more = lines.length - MAX_LINES;
  const time = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'full', timeStyle: 'long' }).format(
    new Date(at),
  );
  return [
    `${toSingleLine(by)} changed the voicemail settings in Flex on ${time}:`,
    '',
    ...lines.slice(0, MAX_LINES),
    ...(more > 0 ? [`And ${more} more; the panel in Flex lists all.`] : []),
    '',
    'You get this mail because your address is ADMIN_EMAIL. If this change is unexpected, check the panel in Flex.',
    '',
  ].join('\n');
}

/** As Flex's tokens name people: what is no letter or digit is written as an underscore and its code. */
export function displayName({ identity }: FlexUser): string {
  const name = identity.replace(/_([0-9A-F]{2})/g, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[ -/:-@[-`{-~]/.test(character) ? character : whole;
  });
  return cutText(toSingleLine(name), 100);
}
