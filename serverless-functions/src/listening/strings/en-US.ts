import type { ListenStrings } from './listen-strings';

export const enUS: ListenStrings = {
  recording: 'Recording',
  transcript: 'Transcript',
  details: 'Details',
  back: 'Back 10 seconds',
  forward: 'Forward 10 seconds',
  speed: 'Speed',
  download: 'Download',
  downloading: 'Downloading: {percent}%',
  downloaded: 'Downloaded.',
  loading: 'Loading: {percent}%',
  failed: 'The recording could not be loaded. Reload this page to try again.',
  withoutScript: 'Downloading needs JavaScript.',
  until: (end) => `Available until ${end}. The link is for you alone; please do not forward it.`,
  problems: {
    'bad-link': {
      title: 'This link is not valid',
      advice: 'Open the link from the email again. If it is long, copy all of it.',
    },
    expired: {
      title: 'This link has expired',
      advice: 'Ask a colleague who uses Flex to play the voicemail, or to send the email again.',
    },
    'recipient-removed': {
      title: 'This link is no longer yours',
      advice: 'Your address does not get this voicemail any more. Ask the supervisor who chooses the recipients.',
    },
    'recording-deleted': { title: 'The recording was deleted', advice: 'There is nothing left to listen to.' },
    'links-off': {
      title: 'This voicemail can be played in Flex only',
      advice: 'Your organization does not offer recordings by link now. Ask a colleague who uses Flex.',
    },
    'recording-encrypted': {
      title: 'The recording is encrypted',
      advice: 'Only the private key of your organization opens it. Ask your administrator for the recording.',
    },
    'recording-external': {
      title: 'The recording is stored elsewhere',
      advice: 'It is in the storage of your organization. Ask your administrator for the recording.',
    },
    'no-recording': { title: 'The recording has no sound', advice: 'There is nothing to listen to.' },
    'too-often': { title: 'This link was opened too often', advice: 'Wait for an hour, then open it again.' },
    'not-configured': {
      title: 'Listening is not set up',
      advice: 'Tell your administrator that the Functions have no key to sign links with.',
    },
    unavailable: { title: 'This does not work at the moment', advice: 'Reload this page in a few minutes.' },
    sample: {
      title: 'This link works',
      advice: 'It is from a test email, so there is no recording. The links of voicemails open a player here.',
    },
  },
};
