import { audioFunction } from '../../../../http/handler';
import { readReviewAudio } from '../../../../voicemail/review-audio';

/**
 * A caller's own message, for `<Play>` in the review. Public, since nothing says that Twilio signs its requests for
 * sounds: the link itself is signed, for one recording and a few minutes.
 */
export const handler = audioFunction('media/review-audio', (invocation, { event }) =>
  readReviewAudio(invocation, event),
);
