import type { EmailStrings } from './email-strings';

export const enUS: EmailStrings = {
  locale: 'en-US',
  withheld: 'withheld number',
  subject: ({ caller, queue, length }) =>
    `Voicemail from ${caller}${queue === undefined ? '' : ` for ${queue}`}${length === undefined ? '' : ` (${length})`}`,
  labels: {
    caller: 'Caller',
    called: 'Called',
    queue: 'Queue',
    received: 'Received',
    waited: 'Waited',
    length: 'Length',
  },
  minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
  callBack: 'Call back',
  openInFlex: 'Open in Flex',
  attached: (fileName) => `The recording is attached: ${fileName}`,
  tooLarge: 'The recording is too large to be attached. It can be played in Flex, on the task of this voicemail.',
  gone: 'The recording could not be fetched any more, so it is not attached.',
  empty: 'The recording has no sound, so it is not attached.',
  encrypted:
    'The recording is encrypted with the key of your organization, so it is not attached and cannot be played in Flex.',
  external:
    'The recording is stored in the bucket of your organization, so it is not attached and cannot be played in Flex.',
  noticeOnly: 'The recording is not attached, as set by your administrator. It can be played in Flex.',
  listen: {
    button: 'Listen',
    tooLarge: 'The recording is too large to be attached. You can listen to it in your browser.',
    notAttached: 'The recording is not attached. You can listen to it in your browser.',
    gone: 'The recording could not be attached. You can try to listen to it in your browser.',
    until: (end) => `Available until ${end}. The link is for you alone; please do not forward it.`,
  },
  linkOnly: {
    subject: 'New voicemail',
    sentence: 'This email holds no details of the call. Open Flex to see who called and to listen.',
  },
  summary: {
    subject: (usual, count) => `${usual} and ${count} more`,
    sentence: (count) =>
      count === 1
        ? 'There is 1 more voicemail from this caller. It is not emailed separately; it is in Flex:'
        : `There are ${count} more voicemails from this caller. They are not emailed separately; they are in Flex:`,
  },
  inbox: {
    take: 'I’ll take it',
    remind: 'Remind me later',
    call: 'Call through our number',
    reminder: 'Reminder: this voicemail has not been handled yet.',
  },
  closing: {
    handled: ({ worker, time }) => (worker === undefined ? `Handled, ${time}.` : `Handled by ${worker}, ${time}.`),
    spoke: (length) => `The last call to the caller lasted ${length}.`,
  },
  fallback: {
    sentence: (unreached) =>
      `You get this email as the fall-back recipient: it could not be delivered to ${unreached}.`,
    reasons: {
      'mailbox-full': 'mailbox full',
      'no-such-address': 'no such address',
      'mailbox-disabled': 'the mailbox is disabled',
      'too-large': 'the email is too large for the mailbox',
      refused: 'rejected by the recipient’s mail server',
      suppressed: 'on the email service’s suppression list',
      unknown: 'the mail server gave no clear reason',
    },
  },
  failed: 'The caller left a message, but Twilio could not record it. There is nothing to listen to.',
  calledBack: 'A callback to the caller is in Flex.',
  notCalledBack: 'No callback was made.',
  transcriptNote: 'Transcribed by machine; the recording is what counts.',
  footer: (organization, chosenBy) => {
    const of = organization === undefined ? '' : ` of ${organization}`;
    return chosenBy === 'supervisor'
      ? `You get this mail because a supervisor${of} chose your address for voicemails. They can change it in Flex.`
      : `You get this mail because the administrator${of} set your address for voicemails. A supervisor can change it in Flex.`;
  },
  test: {
    callerName: 'Ana Sample',
    subject: (usual) => `Test: ${usual}`,
    sentence: 'This is a test. Nobody called; voicemails will look like this.',
    transcript: 'Hello, this is how the words of a caller look. The recording is a short melody.',
  },
};
