import { voiceFunction } from '../../../../http/handler';
import { resumeAfterTrouble, takeTurn } from '../../../../wait-experience/turn';

/** The `waitUrl` of `<Enqueue>` or Studio's Send to Flex: hold music and the caller's menu. */
export const handler = voiceFunction(
  'studio/wait-experience',
  (invocation, { event, origin }, twiml) => takeTurn(invocation, event, twiml, origin),
  resumeAfterTrouble,
);
