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
      // Styles and colors have numbers of their own.
      const html = rendered.html.replace(/ style="[^"]*"|#[0-9a-f]{6}\b/gi, '').replace(received, '');
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

describe('a mail that tells of others', () => {
  const others = [
    { receivedAt: Date.UTC(2026, 10, 22, 19, 50), seconds: 12 },
    { receivedAt: Date.UTC(2026, 10, 22, 20, 5) },
  ];

  test('lists them at the end of the text, with a link', () => {
    const { subject, text } = renderMail({ ...mail, subject: undefined, others }, 'full');
    expect(subject).toMatch(/\(1:04\) and 2 more$/);
    expect(text.slice(text.indexOf('There are'))).toMatchInlineSnapshot(`
"There are 2 more voicemails from this caller. They are not emailed separately; they are in Flex:
- Nov 22, 2026, 2:50 PM EST (0:12)
- Nov 22, 2026, 3:05 PM EST
Open in Flex: https://flex.example.com

-- 
You get this mail because a supervisor chose your address for voicemails. They can change it in Flex.
"
`);
  });

  test('lists them in the HTML', () => {
    const { html } = renderMail({ ...mail, others }, 'full');
    expect(html.replace(/[\u202f]/g, ' ')).toContain('<li dir="auto">Nov 22, 2026, 2:50 PM EST (0:12)</li>');
    expect(html.match(/<li /g)).toHaveLength(2);
  });

  test('with only a link says when they came, and not how long they are', () => {
    const { subject, text, html } = renderMail({ ...mail, others }, 'link-only');
    expect(subject).toBe('New voicemail and 2 more');
    for (const part of [text, html]) {
      expect(part.match(/Nov 22, 2026/g)).toHaveLength(2);
      expect(part).not.toContain('0:12');
    }
  });

  test.each(MAIL_LANGUAGES)('says how many there are, in %s', (language) => {
    const words = emailStrings(language);
    for (const some of [others, others.slice(1)]) {
      const { subject, text, html } = renderMail({ ...mail, words, others: some }, 'full');
      const sentence = words.summary.sentence(some.length);
      expect([sentence, subject]).toEqual([
        expect.stringContaining(String(some.length)),
        expect.stringContaining(String(some.length)),
      ]);
      expect(text).toContain(sentence);
      expect(html).toContain(escapeHtml(sentence));
    }
  });

  test('says so at the end of a subject that is as long as it may be', () => {
    const subject = renderMail({ ...mail, subject: 'x'.repeat(300), others }, 'full').subject;
    expect(subject).toMatch(/… and 2 more$/);
    expect(subject.length).toBeLessThanOrEqual(200);
  });
});
