import { answerConfirmationCall, apologizeAndHangUp } from '../../../../confirmation/answer-call';
import { voiceFunction } from '../../../../http/handler';

/** The TwiML of the call that asks somebody whether they want a callback, and the key they press. */
export const handler = voiceFunction(
  'studio/confirmation',
  (invocation, { event }, twiml) => answerConfirmationCall(invocation, event, twiml),
  apologizeAndHangUp,
);
