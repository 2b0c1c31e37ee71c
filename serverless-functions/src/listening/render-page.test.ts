import { MAIL_LANGUAGES } from '@callback-and-voicemail/contract';
import { emailStrings } from '../notification/email-strings';
import { type ListenPage, renderListenPage, renderProblemPage } from './render-page';
import { listenStrings } from './strings';

const NONCE = { nonce: 'abcDEF123' };
const page: ListenPage = {
  inbox: {
    view: { state: { is: 'open' }, acts: [] },
    ...{ language: 'en-US', words: emailStrings('en-US'), timeZone: 'America/New_York', link: 'abc.def', token: 't' },
    ...{ shownNumber: '+1 555-010-0099', now: Date.UTC(2026, 10, 22, 20, 0) },
  },
  language: 'en-US',
  soundUrl: 'listen-audio?link=abc.def',
  fileName: 'voicemail.mp3',
  until: Date.UTC(2026, 10, 29, 19, 41),
  email: {
    from: '+15551234567',
    to: '+15550100099',
    callerName: 'Ana Ruiz',
    queueName: 'Support',
    receivedAt: Date.UTC(2026, 10, 22, 19, 41),
    waitingSince: Date.UTC(2026, 10, 22, 19, 27),
    timeZone: 'America/New_York',
    words: emailStrings('en-US'),
    seconds: 3_600,
    transcript: 'Hi, this is Ana.\nPlease call back.',
    organization: 'Clinic',
    flexUrl: 'https://flex.twilio.com',
    chosenBy: 'supervisor',
  },
};
const withEmail = (change: Partial<ListenPage['email']>) =>
  renderListenPage({ ...page, email: { ...page.email, ...change } }, NONCE);

test('the page names caller, queue, time, length and words, and when its link ends', () => {
  const html = renderListenPage(page, NONCE);
  expect(html).toContain('<title>Voicemail from Ana Ruiz, +1 555-123-4567 for Support (60:00)</title>');
  expect(html).toContain('<span dir="auto">Ana Ruiz</span><br><a href="tel:+15551234567">+1 555-123-4567</a>');
  expect(html).toContain('Recording <span class="length">60:00</span>');
  expect(html).toContain('Hi, this is Ana.<br>Please call back.');
  expect(html).toMatch(/<dt>Queue<\/dt><dd dir="auto">Support<\/dd>/);
  expect(html).toMatch(/<dt>Length<\/dt><dd dir="auto">60 minutes<\/dd>/);
  expect(html).toMatch(/Available until Sunday, November 29, 2026 at 2:41.PM EST/u);
});

test('nothing is fetched from elsewhere, and nothing before somebody plays', () => {
  const html = renderListenPage(page, NONCE);
  expect(html).not.toMatch(/(src|href)="(?!listen-audio\?|tel:|data:,")/);
  expect(html).not.toMatch(/ style="| on[a-z]+="|@import|url\(/);
  expect(html).toContain('preload="none"');
  expect(html).not.toContain('https:');
});

test('what others wrote is text: in content, in attributes and in the title', () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e'`;
  const html = withEmail({ callerName: evil, queueName: evil, transcript: evil, organization: evil });
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toMatch(/<img|\u202e/);
});

test('a caller without a number has no link to call', () => {
  const html = withEmail({ from: 'anonymous' });
  expect(html).not.toMatch(/tel:|Ana Ruiz/);
  expect(html).toContain('<span dir="auto">withheld number</span>');
});

test('without words there is no heading for them', () => {
  expect(withEmail({ transcript: undefined })).not.toMatch(/Transcript/);
});

describe.each(MAIL_LANGUAGES)('in %s', (language) => {
  test('all of the page is in that language', () => {
    const words = listenStrings(language);
    const html = renderListenPage(
      { ...page, language, email: { ...page.email, words: emailStrings(language) } },
      NONCE,
    );
    expect(html).toContain(`<html lang="${language}">`);
    for (const text of [words.recording, words.transcript, words.details, words.download, words.back, words.speed])
      expect(html).toContain(text);
    if (language !== 'en-US') expect(html).not.toMatch(/>(Recording|Transcript|Details|Download|Speed) ?</);
    expect(words.downloading).toContain('{percent}');
    expect(words.loading).toContain('{percent}');
  });

  test('every problem has a heading and says what to do', () => {
    for (const problem of Object.keys(listenStrings(language).problems) as Parameters<typeof renderProblemPage>[0][]) {
      const html = renderProblemPage(problem, language, NONCE);
      expect(html).toMatch(/<h1>[^<]{5,}<\/h1>\n<p>[^<]{5,}<\/p>/);
      expect(html).not.toContain('<script');
    }
  });
});
