import type { NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { LANGUAGES } from '../../strings/strings';
import { createTranslator } from '../../strings/translator';
import { describeRule } from './describe-rule';

const aRule = (change: Partial<NotificationRule> = {}): NotificationRule => ({
  id: 'sales',
  enabled: true,
  recipients: [{ address: 'sales@clinic.org' }],
  ...change,
});
const times = (when: object) => aRule({ when: { holidays: 'as-any-day', ...when } });
const say = (rule: NotificationRule, language = 'en-US') =>
  describeRule(createTranslator(language), rule).replace(/\u202f/g, ' ');

test.each([
  [aRule(), 'All voicemails go to sales@clinic.org'],
  [aRule({ queues: ['Sales'] }), 'Voicemails to Sales go to sales@clinic.org'],
  [aRule({ queues: ['Sales', 'Support'] }), 'Voicemails to Sales or Support go to sales@clinic.org'],
  [aRule({ numbers: ['+15551234567'] }), 'Voicemails to +1 555-123-4567 go to sales@clinic.org'],
  [
    aRule({ queues: ['Sales'], numbers: ['+15551234567'] }),
    'Voicemails to Sales that came in on +1 555-123-4567 go to sales@clinic.org',
  ],
  [
    { ...times({ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }), queues: ['Sales'] },
    'Voicemails to Sales on weekdays from 9:00 AM to 5:00 PM go to sales@clinic.org',
  ],
  [times({ days: [7, 6] }), 'All voicemails on weekends go to sales@clinic.org'],
  [times({ days: [1, 3] }), 'All voicemails on Monday and Wednesday go to sales@clinic.org'],
  [times({ days: [1, 2, 3, 4, 5, 6, 7] }), 'All voicemails go to sales@clinic.org'],
  [times({ from: '22:00' }), 'All voicemails from 10:00 PM to 12:00 AM go to sales@clinic.org'],
  [times({ holidays: 'only' }), 'All voicemails on holidays only go to sales@clinic.org'],
  [
    times({ days: [1, 2, 3, 4, 5], holidays: 'never' }),
    'All voicemails on weekdays (not on holidays) go to sales@clinic.org',
  ],
  [aRule({ recipients: [] }), 'All voicemails have no recipients yet'],
  [
    aRule({
      recipients: [{ address: 'a@b.c', name: 'Ana' }, ...['b', 'c', 'd', 'e'].map((n) => ({ address: `${n}@b.c` }))],
    }),
    'All voicemails go to Ana, b@b.c, c@b.c, and 2 more',
  ],
])('%#: %2$s', (rule, sentence) => {
  expect(say(rule)).toBe(sentence);
});

test.each(Object.keys(LANGUAGES))('%s leaves nothing out', (language) => {
  const whole = aRule({
    queues: ['Sales'],
    numbers: ['+15551234567'],
    when: { days: [1], from: '09:00', to: '17:00', holidays: 'never' },
    recipients: [{ address: 'sales@clinic.org' }],
  });
  const sentence = say(whole, language);
  for (const part of ['Sales', '555-123-4567', '9:00', 'sales@clinic.org']) expect(sentence).toContain(part);
});
