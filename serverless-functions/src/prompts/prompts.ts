/**
 * What callers hear, in en-US. One idea per sentence, the key last, and only what is true at that moment.
 */
export const PROMPTS = {
  greeting: 'Thank you for calling. All of our agents are busy with other callers.',
  musicPrompt: 'You are still in line. For other options, press star.',
  menu: 'To leave a voicemail, press 2. To keep waiting in line, press any other key.',
  oneMoment: 'One moment, please.',
  beingConnected: 'An agent is taking your call now.',
  troubleStillInLine: 'Something went wrong on our side. You are still in line.',
  troublePleaseHold: 'Something went wrong on our side. Please stay on the line.',
  notReadyStillInLine: 'We cannot take a voicemail just now. You are still in line. Please try again in a moment.',
  lineClosed: 'We are sorry, nobody could take your call. You can leave a voicemail now.',
  callbackInstead:
    'We cannot record a voicemail right now. We will call you back instead, at the number you are calling from. Goodbye.',
  cannotRecord: 'We are sorry. We cannot record a voicemail right now.',
  closedMenu: 'To try again to leave a voicemail, press 2.',
  goodbye: 'Please call again later. Goodbye.',
  leaveMessage: 'Please leave your message after the tone. When you are finished, hang up, or press pound.',
  leaveMessageAgain: 'We did not hear anything. Please leave your message after the tone.',
  heardNothing: 'We did not hear a message. Thank you for calling. Goodbye.',
  thanks: 'Thank you. Your message was recorded and will be listened to. Goodbye.',
  trouble: 'We are sorry, something went wrong on our side. Please call again. Goodbye.',
} as const;

export type Prompt = keyof typeof PROMPTS;
