import type { CallerConfirmation } from '@callback-and-voicemail/contract/flex-api';
import { confirmationStep } from './confirmation-step';

test.each<[CallerConfirmation['state'], number, boolean, string, string]>([
  ['needed', 3, false, 'ask', 'AskNote'],
  ['needed', 3, true, 'nothing', 'AskingNote'],
  ['calling', 2, false, 'nothing', 'AskingNote'],
  ['unanswered', 2, false, 'ask', 'AskUnanswered'],
  ['unanswered', 2, true, 'nothing', 'AskingNote'],
  ['unanswered', 0, false, 'nothing', 'AskUsedUp'],
  ['declined', 2, false, 'nothing', 'AskDeclined'],
  ['confirmed', 2, false, 'call', 'AskConfirmed'],
])('when %s with %d asks left (asking: %s), the button is to %s', (state, asksLeft, isAsking, does, note) => {
  expect(confirmationStep({ state, asksLeft }, isAsking)).toMatchObject({ does, note });
});

test('where nobody needs to confirm, no step comes before the call', () => {
  expect(confirmationStep(undefined, true)).toBeUndefined();
});
