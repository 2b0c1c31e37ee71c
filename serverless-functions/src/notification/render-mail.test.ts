import { MAIL_LANGUAGES } from '@callback-and-voicemail/contract';
import fc from 'fast-check';
import { escapeHtml } from '../runtime/text';
import { emailStrings } from './email-strings';
import type { RecordingOmission, VoicemailEmail } from './message';
import { renderMail } from './render-mail';

const mail: VoicemailEmail = {
  from: '+15551234567',
  to: '+15550100099',
  callerName: 'Ana Ruiz',
  queueName: 'Oncology',
  receivedAt: Date.UTC(2026, 10, 22, 19, 41),
  waitingSince: Date.UTC(2026, 10, 22, 19, 27),
  timeZone: 'America/New_York',
  words: emailStrings('en-US'),
  seconds: 64,
  transcript: 'My results are back.',
  subject: '{{caller}} on {{called}} for {{queue}}',
  flexUrl: 'https://flex.example.com',
  chosenBy: 'supervisor',
  recording: { attached: false, reason: 'notice-only' },
};

/** Long enough, and of letters that no sentence of ours has, so that finding one is never a coincidence. */
const alphabet = ['ж', 'щ', 'ש', 'ל', 'ם', 'ع', 'غ', '漢', '<b>', '&', '"', '\u202e', '\u2067', ' ', '\r\n'];
const foreign = fc
  .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 30 })
  .map((parts) => `Ж${parts.join('')}Щ`);
const digits = fc.stringMatching(/^[1-9]\d{8,13}$/);
const caller = fc.oneof(
  digits.map((number) => `+${number}`),
  foreign.map((name) => `sip:${name}@pbx`),
  foreign.map((name) => `client:${name}`),
);
const omissions = fc.constantFrom<RecordingOmission>(
  'notice-only',
  'failed',
  'failed-no-callback',
  'gone',
  'too-large',
);
const recording = fc.oneof(
  omissions.map((reason) => ({ attached: false as const, reason })),
  foreign.map((fileName) => ({ attached: true as const, fileName })),
);
const personal = fc.record({ from: caller, to: caller, callerName: foreign, queueName: foreign, transcript: foreign });
const anyMail = fc.record({
  personal,
  recording,
  subject: fc.constantFrom(undefined, '{{caller}}', '{{called}} {{queue}} {{length}}'),
  isTest: fc.boolean(),
  language: fc.constantFrom(...MAIL_LANGUAGES),
});

/** All that would give a caller away: the value, as HTML, and its letters or digits alone. */
function traces(value: string): string[] {
  const letters = value.match(/[жщЖЩשלםعغ漢]+/g) ?? [];
  const number = value.replace(/\D/g, '');
  return [value, escapeHtml(value), ...letters, ...(number.length >= 6 ? [number, number.slice(-4)] : [])];
}

test('a mail with only a link holds nothing of any caller, number, queue or words', () => {
  // The time is the one number in it.
  const received = /November 22, 2026|\b2:41/g;
  fc.assert(
    fc.property(anyMail, ({ personal: facts, language, ...rest }) => {
      const rendered = renderMail({ ...mail, ...facts, ...rest, words: emailStrings(language) }, 'link-only');
      // Styles have numbers of their own.
      const html = rendered.html.replace(/ style="[^"]*"/g, '').replace(received, '');
      const message = [rendered.subject, rendered.text.replace(received, ''), html].join('\n');
      for (const trace of Object.values(facts).flatMap(traces))
        if (trace.length > 3 || /[жщЖЩשלםعغ漢]/.test(trace)) expect(message).not.toContain(trace);
      expect(message).not.toMatch(/tel:|[\u202e\u2067]|<b>/);
    }),
    { numRuns: 300 },
  );
});

test('the text of a mail with only a link', () => {
  expect(renderMail(mail, 'link-only').text).toMatchInlineSnapshot(`
"This email holds no details of the call. Open Flex to see who called and to listen.

Open in Flex: https://flex.example.com

Received: Sunday, November 22, 2026 at 2:41 PM EST

-- 
You get this mail because a supervisor chose your address for voicemails. They can change it in Flex.
"
`);
});

test.each(MAIL_LANGUAGES)('a mail with only a link is the same for every caller, in %s', (language) => {
  const words = emailStrings(language);
  const rendered = renderMail({ ...mail, words }, 'link-only');
  expect(rendered.subject).toBe(words.linkOnly.subject);
  expect(rendered.text).toContain(words.linkOnly.sentence);
  expect(rendered.html).toContain(`<title>${escapeHtml(words.linkOnly.subject)}</title>`);
  expect(rendered.html).toContain('<a href="https://flex.example.com"');
  const other = { from: 'anonymous', to: '', callerName: undefined, queueName: '', seconds: 3, transcript: undefined };
  expect(renderMail({ ...mail, ...other, words }, 'link-only')).toEqual(rendered);
});

test('a mail with only a link says that a message could not be recorded', () => {
  const failed = { ...mail, recording: { attached: false, reason: 'failed-no-callback' } } as const;
  expect(renderMail(failed, 'link-only').text).toMatch(/Twilio could not record it.*No callback was made/);
});

test('a mail without words names the caller, and its words are in no part of it', () => {
  const { subject, text, html } = renderMail(mail, 'no-words');
  expect(subject).toContain('Ana Ruiz');
  for (const part of [subject, text, html]) expect(part).not.toContain('My results');
  expect(text).toContain('+1 555-123-4567');
});

test('a full mail has the caller and the words', () => {
  const { subject, text, html } = renderMail(mail, 'full');
  expect(subject).toContain('Ana Ruiz');
  for (const part of [text, html]) expect(part).toContain('My results are back.');
});
