import { MAIL_LANGUAGES } from '@callback-and-voicemail/contract';
import { visibleHtml } from '../../test/visible-html';
import { emailStrings } from './email-strings';
import { attachmentName, formatDuration, renderSubjectLine, type VoicemailEmail } from './message';
import { renderMail } from './render-mail';

const renderText = (email: VoicemailEmail) => renderMail(email, 'full').text;
const renderHtml = (email: VoicemailEmail) => renderMail(email, 'full').html;

const mail: VoicemailEmail = {
  from: '+15551234567',
  to: '+15550100099',
  queueName: 'Support',
  receivedAt: Date.UTC(2026, 10, 22, 19, 41),
  waitingSince: Date.UTC(2026, 10, 22, 19, 27),
  timeZone: 'America/New_York',
  words: emailStrings('en-US'),
  seconds: 64,
  transcript: "Hi, this is Ana, I'm calling about my order.",
  flexUrl: 'https://flex.twilio.com',
  chosenBy: 'supervisor',
  recording: { attached: true, fileName: 'voicemail.wav' },
};

test('the subject is one a person can triage by', () => {
  expect(renderSubjectLine(mail)).toBe('Voicemail from +1 555-123-4567 for Support (1:04)');
  expect(renderSubjectLine({ ...mail, from: '+266696687', queueName: '' })).toBe(
    'Voicemail from withheld number (1:04)',
  );
});

test('the text says who, when, how long and what, in the zone of the business', () => {
  const text = renderText(mail);
  expect(text).toContain('+1 555-123-4567');
  expect(text).toContain('+1 555-010-0099');
  expect(text).toContain('Support');
  expect(text).toMatch(/Sunday, November 22, 2026 at 2:41.PM EST/u);
  expect(text).toContain('14 minutes');
  expect(text).toContain('1 minute, 4 seconds');
  expect(text).toContain("> Hi, this is Ana, I'm calling about my order.");
  expect(text).toContain('The recording is attached: voicemail.wav');
});

test.each([
  ['too-large', /too large to be attached/],
  ['gone', /could not be fetched/],
  ['notice-only', /as set by your administrator/],
  ['encrypted', /encrypted with the key of your organization/],
  ['external', /stored in the bucket of your organization/],
  ['failed', /Twilio could not record it\. .*A callback to the caller is in Flex/],
  ['failed-no-callback', /Twilio could not record it\. .*No callback was made/],
] as const)('a mail without recording says reason: %s', (reason, words) => {
  const without = { ...mail, recording: { attached: false, reason } } as const;
  expect(renderText(without)).toMatch(words);
  expect(renderHtml(without)).toMatch(words);
});

test('encodes values of callers and flows in HTML and in headers', () => {
  const hostile: VoicemailEmail = {
    ...mail,
    from: 'sip:"><script>alert(1)</script>@x',
    queueName: 'Sales\r\nBcc: thief@example.com',
    transcript: '<img src=x onerror=alert(1)>\u202Egnp',
    organization: '<b>Org</b>\r\nX: y',
  };
  expect(renderSubjectLine(hostile)).not.toMatch(/[\r\n]/);
  const html = renderHtml(hostile);
  expect(html).not.toMatch(/<script|<img|<b>/);
  expect(html).not.toContain('\u202E');
  expect(renderText(hostile)).not.toMatch(/^Bcc:/m);
});

test('the attachment has a plain name', () => {
  expect(attachmentName(mail, 'wav')).toBe('voicemail-2026-11-22-1441-15551234567.wav');
  expect(attachmentName({ ...mail, from: '../../x' }, 'mp3')).toBe('voicemail-2026-11-22-1441-withheld.mp3');
});

test('lengths read as clocks', () => {
  expect([0, 9, 64, 3_600].map(formatDuration)).toEqual(['0:00', '0:09', '1:04', '60:00']);
});

test('a subject of the settings’ own, with fields; the usual one where all its fields are empty', () => {
  const subject = '[{{organization}}] {{caller}} {{length}}';
  expect(renderSubjectLine({ ...mail, subject, organization: 'Clinic' })).toBe('[Clinic] +1 555-123-4567 1:04');
  expect(renderSubjectLine({ ...mail, subject: '{{organization}}' })).toBe(
    'Voicemail from +1 555-123-4567 for Support (1:04)',
  );
  const hostile = { ...mail, subject: '{{queue}}\r\nBcc: x@example.com', queueName: 'A\r\nTo: y@example.com' };
  expect(renderSubjectLine(hostile)).toBe('A To: y@example.com Bcc: x@example.com');
});

test('logo and footer are the organization’s, and can be nothing else than that', () => {
  const own: VoicemailEmail = {
    ...mail,
    organization: 'Clinic "North" <b>',
    logoUrl: 'https://example.com/logo.png?a=1&b=2',
    footer: 'Clinic North\nOpen <i>daily</i>',
  };
  const html = renderHtml(own);
  expect(html).toContain(
    '<img src="https://example.com/logo.png?a=1&#38;b=2" alt="Clinic &#34;North&#34; &#60;b&#62;"',
  );
  expect(html).toContain('Clinic North<br>Open &#60;i&#62;daily&#60;/i&#62;');
  expect(renderText(own)).toContain('-- \nClinic North\nOpen <i>daily</i>\nYou get this mail');
  expect(renderHtml(mail)).not.toContain('<img');
});

test('a test mail says first that it is one', () => {
  const tried: VoicemailEmail = { ...mail, isTest: true };
  expect(renderSubjectLine(tried)).toBe('Test: Voicemail from +1 555-123-4567 for Support (1:04)');
  expect(renderText(tried)).toMatch(/^This is a test\./);
  expect(renderHtml(tried)).toContain('This is a test.');
});

describe.each(MAIL_LANGUAGES)('in %s', (language) => {
  const words = emailStrings(language);
  const inThat: VoicemailEmail = { ...mail, words, organization: 'Clinic' };

  test('all is said, and in that language', () => {
    const text = renderText(inThat);
    for (const part of [
      ...Object.values(words.labels),
      words.transcriptNote,
      words.footer('Clinic', 'supervisor'),
      words.openInFlex,
      words.minutes(14),
    ])
      expect(text).toContain(part);
    expect(renderHtml(inThat)).toContain(`>${words.callBack}</a>`);
    expect(renderHtml(inThat)).toContain(`<html lang="${words.locale}" `);
    expect(renderSubjectLine(inThat)).toMatch(/\+1 555-123-4567.*Support.*1:04|Support.*\+1 555-123-4567.*1:04/);
    expect(renderSubjectLine({ ...inThat, from: '+266696687', queueName: '' })).toContain(words.withheld);
  });

  test('no sentence was left in English', () => {
    if (language === 'en-US') return;
    const english = emailStrings('en-US');
    for (const key of [
      'callBack',
      'openInFlex',
      'withheld',
      'tooLarge',
      'gone',
      'noticeOnly',
      'transcriptNote',
    ] as const)
      expect(words[key]).not.toBe(english[key]);
    for (const label of ['caller', 'called', 'received', 'waited', 'length'] as const)
      expect(words.labels[label]).not.toBe(english.labels[label]);
    for (const chosenBy of ['supervisor', 'administrator'] as const)
      expect(words.footer('Clinic', chosenBy)).not.toBe(english.footer('Clinic', chosenBy));
    expect(words.footer(undefined, 'administrator')).not.toBe(words.footer(undefined, 'supervisor'));
    expect(words.test.sentence).not.toBe(english.test.sentence);
  });
});

test('words from right to left have a direction of their own in subject, text and HTML', () => {
  const hebrew = { ...mail, queueName: 'שירות 2', transcript: 'שלום, מספר 5.' };
  expect(renderSubjectLine(hebrew)).toContain('for \u2068שירות 2\u2069 (1:04)');
  expect(renderText(hebrew)).toContain('\u2068שירות 2\u2069\n');
  expect(renderHtml(hebrew)).toContain('<strong dir="auto">שירות 2</strong>');
  expect(renderHtml(hebrew)).toMatch(/<blockquote dir="auto"[^>]*>שלום, מספר 5\.</);
});

test('a long name is cut between characters, not within one', () => {
  const family = '👨‍👩‍👧';
  expect(renderSubjectLine({ ...mail, queueName: family.repeat(60) })).toMatch(/^[^👨]*(?:👨‍👩‍👧)+$/u);
});

test('the caller’s name and words stand before the facts, and the number can be dialed', () => {
  const named = { ...mail, callerName: 'Ana <Ruiz>' };
  expect(renderSubjectLine(named)).toBe('Voicemail from Ana <Ruiz>, +1 555-123-4567 for Support (1:04)');
  const html = renderHtml(named);
  const order = ['<h1', 'Ana &#60;Ruiz&#62;', 'href="tel:+15551234567"', '<blockquote', 'voicemail.wav', 'Called'];
  const places = order.map((part) => html.indexOf(part, html.indexOf('<h1')));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(html).toMatch(/<a href="tel:\+15551234567" [^>]*>Call back<\/a>/);
  const text = renderText(named);
  expect(text).toMatch(/^Caller: Ana <Ruiz>, \+1 555-123-4567\n\n> Hi, this is Ana/);
  expect(text.indexOf('> Hi')).toBeLessThan(text.indexOf('Called:'));
});

test('a mail links to Flex, and says who chose its reader', () => {
  expect(renderHtml(mail)).toContain('<a href="https://flex.twilio.com" ');
  expect(renderText(mail)).toContain('Open in Flex: https://flex.twilio.com');
  expect(renderText(mail)).toContain('a supervisor chose your address');
  expect(renderText({ ...mail, chosenBy: 'administrator' })).toContain('the administrator set your address');
});

test.each(['+266696687', 'sip:ana@example.com', 'client:ana', ''])('%j is no number to dial', (from) => {
  expect(renderHtml({ ...mail, from, callerName: 'Ana' })).not.toMatch(/tel:|Call back/);
});

test('a withheld number has no name beside it', () => {
  expect(renderHtml({ ...mail, from: 'anonymous', callerName: 'Ana' })).not.toContain('Ana</span>');
  expect(renderSubjectLine({ ...mail, from: 'anonymous', callerName: 'Ana' })).toMatch(/from withheld number for/);
});

test.each([
  [0, '0 seconds'],
  [7, '7 seconds'],
  [60, '1 minute'],
  [119, '1 minute, 59 seconds'],
])('%i seconds are written as %s', (seconds, words) => {
  expect(renderText({ ...mail, seconds })).toMatch(new RegExp(`Length: +${words}\n`));
});

test('mailboxes preview the caller’s words, or how the recording arrives', () => {
  const preview = (email: VoicemailEmail) => /overflow:hidden;">([^\u00a0<]*)/.exec(renderHtml(email))?.[1];
  expect(preview(mail)).toBe('Hi, this is Ana, I&#39;m calling about my order.');
  expect(preview({ ...mail, transcript: undefined })).toBe('The recording is attached: voicemail.wav');
});

test.each([
  [{ width: 1_200, height: 100 }, 'width="240" height="20"'],
  [{ width: 400, height: 400 }, 'width="48" height="48"'],
  [{ width: 100, height: 20 }, 'width="100" height="20"'],
  [{ width: 9_000, height: 1 }, 'width="240" height="1"'],
  [undefined, 'width="240"'],
])('Outlook for Windows shows a logo of %j with %s', (logoSize, attributes) => {
  const html = renderHtml({ ...mail, logoUrl: 'https://example.com/logo.png', logoSize });
  expect(html).toContain(` alt="" ${attributes} style="`);
  expect(html).toContain('max-height:48px;max-width:240px');
});

test('the text of a usual mail', () => {
  expect(renderText(mail)).toMatchInlineSnapshot(`
"Caller: +1 555-123-4567

> Hi, this is Ana, I'm calling about my order.
(Transcribed by machine; the recording is what counts.)

The recording is attached: voicemail.wav

Open in Flex: https://flex.twilio.com

Called:   +1 555-010-0099
Queue:    Support
Received: Sunday, November 22, 2026 at 2:41 PM EST
Waited:   14 minutes
Length:   1 minute, 4 seconds

-- 
You get this mail because a supervisor chose your address for voicemails. They can change it in Flex.
"
`);
});

test('the words, links and headings of a usual mail in HTML', () => {
  expect(visibleHtml(renderHtml(mail))).toMatchInlineSnapshot(`
[
  "Voicemail from +1 555-123-4567 for Support (1:04)",
  "Hi, this is Ana, I&#39;m calling about my order.",
  "# [tel:+15551234567] +1 555-123-4567",
  "Hi, this is Ana, I&#39;m calling about my order.",
  "Transcribed by machine; the recording is what counts.",
  "The recording is attached: voicemail.wav",
  "[tel:+15551234567] Call back",
  "[https://flex.twilio.com] Open in Flex",
  "Called",
  "+1 555-010-0099",
  "Queue",
  "Support",
  "Received",
  "Sunday, November 22, 2026 at 2:41 PM EST",
  "Waited",
  "14 minutes",
  "Length",
  "1 minute, 4 seconds",
  "You get this mail because a supervisor chose your address for voicemails. They can change it in Flex.",
]
`);
});
