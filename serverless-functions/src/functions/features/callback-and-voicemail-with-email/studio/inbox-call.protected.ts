import { apologizeAndHangUp } from '../../../../confirmation/answer-call';
import { voiceFunction } from '../../../../http/handler';
import { answerInboxCall } from '../../../../inbox/answer-inbox-call';

/** The TwiML of the call that connects a recipient of the email with the caller, and the key they press. */
export const handler = voiceFunction(
  'studio/inbox-call',
  (invocation, { event }, twiml) => answerInboxCall(invocation, event, twiml),
  apologizeAndHangUp,
);
