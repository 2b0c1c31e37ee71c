import { renderNotice } from '../src/admin-notice/render-notice';
import { emailStrings } from '../src/notification/email-strings';
import type { VoicemailEmail } from '../src/notification/message';
import { renderMail } from '../src/notification/render-mail';

const voicemail: VoicemailEmail = {
  from: '+15551234567',
  to: '+15550100099',
  callerName: 'Ana Ruiz',
  queueName: 'Support',
  receivedAt: Date.UTC(2026, 10, 22, 19, 41),
  waitingSince: Date.UTC(2026, 10, 22, 19, 27),
  timeZone: 'America/New_York',
  words: emailStrings('en-US'),
  seconds: 64,
  transcript:
    "Hi, this is Ana, I'm calling about my order. It has not come yet, and I would like to know when it will. " +
    'Please call me back this afternoon.\nThank you.',
  flexUrl: 'https://flex.twilio.com',
  chosenBy: 'supervisor',
  recording: { attached: true, fileName: 'voicemail-2026-11-22-1441-15551234567.wav' },
};
const others = [
  { receivedAt: Date.UTC(2026, 10, 22, 19, 50), seconds: 12 },
  { receivedAt: Date.UTC(2026, 10, 22, 20, 5) },
];
/** The ledger keeps no longer text of a caller than 3,000 bytes of UTF-8; escaped, each of these has five. */
const LONGEST_TRANSCRIPT = '"'.repeat(3_000);

type MailKind =
  | 'usual'
  | 'no-words'
  | 'link-only'
  | 'test'
  | 'with-others'
  | 'link-only-with-others'
  | 'not-recorded'
  | 'withheld'
  | 'right-to-left'
  | 'spanish'
  | 'thai'
  | 'longest'
  | 'notice';

/** One mail of each kind, and of what may look different in them. */
export const MAIL_KINDS: Record<MailKind, { subject: string; text: string; html: string }> = {
  usual: renderMail(voicemail, 'full'),
  'no-words': renderMail(voicemail, 'no-words'),
  'link-only': renderMail(voicemail, 'link-only'),
  test: renderMail({ ...voicemail, isTest: true, footer: 'Clinic North\nOpen daily', organization: 'Clinic' }, 'full'),
  'with-others': renderMail({ ...voicemail, others }, 'full'),
  'link-only-with-others': renderMail({ ...voicemail, others }, 'link-only'),
  'not-recorded': renderMail(
    { ...voicemail, transcript: undefined, recording: { attached: false, reason: 'failed' } },
    'full',
  ),
  withheld: renderMail({ ...voicemail, from: 'anonymous', queueName: '' }, 'full'),
  'right-to-left': renderMail(
    {
      ...voicemail,
      callerName: 'דנה לוי',
      queueName: 'שירות 2',
      transcript: 'שלום, מספר ההזמנה הוא 5.',
      footer: 'מרפאה 1\nפתוח כל יום',
    },
    'full',
  ),
  spanish: renderMail({ ...voicemail, words: emailStrings('es-ES'), others }, 'full'),
  thai: renderMail({ ...voicemail, words: emailStrings('th') }, 'full'),
  longest: renderMail(
    {
      ...voicemail,
      callerName: '"'.repeat(300),
      queueName: '"'.repeat(1_000),
      transcript: LONGEST_TRANSCRIPT,
      organization: '"'.repeat(100),
      logoUrl: `https://example.com/${'a'.repeat(480)}`,
      logoSize: { width: 400, height: 100 },
      footer: '"\n'.repeat(250),
      others: Array.from({ length: 50 }, (_, n) => ({ receivedAt: voicemail.receivedAt + n * 60_000, seconds: n })),
      recording: { attached: false, reason: 'failed-no-callback' },
    },
    'full',
  ),
  notice: renderNotice(
    {
      id: '1',
      at: '2026-11-22T19:41:00Z',
      by: `WK${'0'.repeat(32)}`,
      identity: 'sue@clinic.org',
      act: 'save-settings',
      result: 'done',
      changes: [
        { field: 'recipients', added: ['{"address":"ana@clinic.org","name":"Ana <Ruiz>"}'] },
        { field: 'enabled', from: 'true', to: 'false' },
      ],
    },
    'America/New_York',
    true,
  ),
};
