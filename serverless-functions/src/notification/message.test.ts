import { attachmentName, clockLength, htmlOf, subjectOf, textOf, type VoicemailMail } from './message';

const mail: VoicemailMail = {
  from: '+15551234567',
  to: '+15550100099',
  queueName: 'Support',
  receivedAt: Date.UTC(2026, 10, 22, 19, 41),
  waitingSince: Date.UTC(2026, 10, 22, 19, 27),
  timeZone: 'America/New_York',
  seconds: 64,
  transcript: "Hi, this is Ana, I'm calling about my order.",
  recording: { attached: true, fileName: 'voicemail.wav' },
};

test('the subject is one a person can triage by', () => {
  expect(subjectOf(mail)).toBe('Voicemail from +1 555 123 4567 for Support (1:04)');
  expect(subjectOf({ ...mail, from: '+266696687', queueName: '' })).toBe('Voicemail from withheld number (1:04)');
});

test('the text says who, when, how long and what, in the zone of the business', () => {
  const text = textOf(mail);
  expect(text).toContain('+1 555 123 4567');
  expect(text).toContain('+1 555 010 0099');
  expect(text).toContain('Support');
  expect(text).toMatch(/Sunday, November 22, 2026 at 2:41.PM EST/u);
  expect(text).toContain('14 minutes');
  expect(text).toContain('1:04');
  expect(text).toContain("> Hi, this is Ana, I'm calling about my order.");
  expect(text).toContain('The recording is attached: voicemail.wav');
});

test.each([
  ['too-large', /too large to be attached/],
  ['gone', /could not be fetched/],
  ['notice-only', /as set by your administrator/],
] as const)('a mail without recording says why: %s', (why, words) => {
  const without = { ...mail, recording: { attached: false, why } } as const;
  expect(textOf(without)).toMatch(words);
  expect(htmlOf(without)).toMatch(words);
});

test('what callers and flows wrote is encoded, in HTML as in headers', () => {
  const hostile: VoicemailMail = {
    ...mail,
    from: 'sip:"><script>alert(1)</script>@x',
    queueName: 'Sales\r\nBcc: thief@example.com',
    transcript: '<img src=x onerror=alert(1)>\u202Egnp',
    organisation: '<b>Org</b>\r\nX: y',
  };
  expect(subjectOf(hostile)).not.toMatch(/[\r\n]/);
  const html = htmlOf(hostile);
  expect(html).not.toMatch(/<script|<img|<b>/);
  expect(html).not.toContain('\u202E');
  expect(textOf(hostile)).not.toMatch(/^Bcc:/m);
});

test('the attachment has a plain name', () => {
  expect(attachmentName(mail, 'wav')).toBe('voicemail-2026-11-22-1441-15551234567.wav');
  expect(attachmentName({ ...mail, from: '../../x' }, 'mp3')).toBe('voicemail-2026-11-22-1441-withheld.mp3');
});

test('lengths read as clocks', () => {
  expect([0, 9, 64, 3_600].map(clockLength)).toEqual(['0:00', '0:09', '1:04', '60:00']);
});
