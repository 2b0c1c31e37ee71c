import { MAIL_LANGUAGES } from '@callback-and-voicemail/contract';
import { emailStrings } from '../notification/email-strings';
import { INBOX_ACTS, type InboxView } from './inbox-view';
import { type InboxSection, renderInboxSection } from './render-inbox';
import { inboxStrings } from './strings';

const NOW = Date.UTC(2026, 10, 22, 15, 42);
const section: InboxSection = {
  view: { state: { is: 'open' }, acts: ['take', 'call', 'remind'], phoneEnding: '67' },
  ...{ language: 'en-US', words: emailStrings('en-US'), timeZone: 'America/New_York', link: 'abc.def', token: 't.t' },
  ...{ shownNumber: '+1 555-010-0099', now: NOW },
};
const withView = (view: Partial<InboxView>) => renderInboxSection({ ...section, view: { ...section.view, ...view } });

test('each act is a form of its own, which says before what its button does', () => {
  const html = renderInboxSection(section);
  expect(html.match(/<form method="post" action="act"/g)).toHaveLength(3);
  expect(html).toContain('<button name="act" value="take" class="act" aria-describedby="hint-take">');
  expect(html).toContain('We ring your telephone ending in 67, then the caller. The caller sees +1 555-010-0099.');
  expect(html.match(/name="link" value="abc\.def"/g)).toHaveLength(3);
  expect(html).toContain('<option value="tomorrow">Tomorrow at 9</option>');
});

test.each<[Partial<InboxView>, RegExp]>([
  [{ state: { is: 'mine', at: NOW } }, /You took this voicemail, 10:42.AM\./],
  [{ state: { is: 'taken', by: 'Bo', at: NOW - 86_400_000 } }, /Bo took this voicemail, Nov 21, 2026, 10:42.AM\./],
  [{ state: { is: 'held', by: 'Sam', at: NOW } }, /Sam has this voicemail in Flex since 10:42.AM\./],
  [{ state: { is: 'handled', by: 'Sam', at: NOW } }, /Handled by Sam, 10:42.AM\./],
  [{ state: { is: 'handled' } }, /Handled\./],
  [{ state: { is: 'closed' } }, /There is nothing left to do\./],
  [{ call: { state: 'calling', at: NOW } }, /We are calling your telephone ending in 67\. Answer it and press 1\./],
  [{ call: { state: 'ended', outcome: 'spoke', seconds: 192, at: NOW } }, /Your call to the caller lasted 3:12\./],
  [{ call: { state: 'ended', outcome: 'not-reached', at: NOW } }, /The caller could not be reached\./],
  [{ remindedAt: NOW + 3_600_000 }, /You will be reminded by email, 11:42.AM, unless it is handled by then\./],
])('%j is said in a sentence', (view, sentence) => {
  expect(withView(view)).toMatch(sentence);
});

test('names of others are text', () => {
  const by = `"><script>alert(1)</script>\u202e`;
  const html = withView({ state: { is: 'taken', by, at: NOW } });
  expect(html).not.toMatch(/<script|\u202e/);
});

test('with nothing to say and nothing to do there is no section', () => {
  expect(withView({ acts: [] })).toBe('');
});

test.each(MAIL_LANGUAGES)('%s has words for each act and each refusal', (language) => {
  const words = emailStrings(language);
  const html = renderInboxSection({
    ...{ ...section, language, words },
    view: { ...section.view, acts: INBOX_ACTS, lacksPhone: true },
  });
  expect(html.match(/<button/g)).toHaveLength(INBOX_ACTS.length);
  expect(html).not.toMatch(/undefined|\[object|><\/button>/);
  const { problems, failures } = inboxStrings(language);
  for (const { title, advice } of [...Object.values(problems), ...Object.values(failures)]) {
    expect(title.length).toBeGreaterThan(2);
    expect(advice.length).toBeGreaterThan(5);
  }
});
