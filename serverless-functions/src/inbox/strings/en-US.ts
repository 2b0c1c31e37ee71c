import type { InboxStrings } from './inbox-strings';

export const enUS: InboxStrings = {
  title: 'Who takes care of it',
  mine: (time) => `You took this voicemail, ${time}.`,
  taken: (by, time) => `${by} took this voicemail, ${time}.`,
  held: (by, time) => `${by} has this voicemail in Flex since ${time}.`,
  handled: ({ by, time }) => `Handled${by === undefined ? '' : ` by ${by}`}${time === undefined ? '' : `, ${time}`}.`,
  closed: 'There is nothing left to do.',
  call: {
    calling: (ending) => `We are calling your telephone ending in ${ending}. Answer it and press 1.`,
    connecting: 'You answered, and we are calling the caller.',
    spoke: (length) => `Your call to the caller lasted ${length}.`,
    'not-reached': 'The caller could not be reached.',
    'not-answered': 'Your telephone was not answered, or 1 was not pressed.',
    unknown: 'The call is over.',
  },
  reminded: (time) => `You will be reminded by email, ${time}, unless it is handled by then.`,
  hints: {
    take: 'The others who got this email, and agents in Flex, see that you have it. It stays in line until it is handled.',
    finish: 'Nobody else is asked to call back. Agents are not offered it any more.',
    call: ({ ending, shown }) =>
      `We ring your telephone ending in ${ending}, then the caller. The caller sees ${shown}. It also takes the voicemail for you.`,
    remind: 'You get one more email in the same conversation.',
  },
  lacksPhone: 'To call through our number, ask the supervisor who chooses the recipients to add your telephone.',
  finish: 'It is handled',
  giveBack: 'Give it back',
  remindWhen: { hour: 'In an hour', 'four-hours': 'In four hours', tomorrow: 'Tomorrow at 9' },
  back: 'Back to the voicemail',
  failures: {
    'too-often': { title: 'Too much was asked by this link', advice: 'That was not done. Try again in an hour.' },
    unavailable: {
      title: 'We do not know whether that was done',
      advice: 'Go back to the voicemail and look. If it is not done, try again in a few minutes.',
    },
  },
  problems: {
    'act-off': {
      title: 'This is not offered',
      advice: 'Your organization does not offer this for this voicemail. Nothing was changed.',
    },
    'page-expired': {
      title: 'The page was open too long',
      advice: 'Nothing was done. Open the page again to see how things stand now.',
    },
    'taken-by-other': {
      title: 'Somebody else has it',
      advice: 'Nothing was done. Open the page again to see who has it.',
    },
    'held-by-agent': {
      title: 'An agent has it',
      advice: 'Nothing was done: an agent in Flex takes care of this voicemail.',
    },
    handled: { title: 'It is handled already', advice: 'Nothing was done, and nothing is left to do.' },
    'no-phone': {
      title: 'Your telephone cannot be called',
      advice: 'Ask the supervisor who chooses the recipients to check the telephone number in the settings.',
    },
    'call-under-way': {
      title: 'A call is under way',
      advice: 'Nothing was done: wait until the call for this voicemail is over.',
    },
  },
};
