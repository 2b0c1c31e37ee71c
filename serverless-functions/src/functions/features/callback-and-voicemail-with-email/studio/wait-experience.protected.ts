import { voiceFunction } from '../../../../http/handler';
import { handleWaitRequest, resumeAfterError } from '../../../../wait-experience/handle-wait-request';

/** The `waitUrl` of `<Enqueue>` or Studio's Send to Flex: hold music and the caller's menu. */
export const handler = voiceFunction(
  'studio/wait-experience',
  (invocation, { event }, twiml) => handleWaitRequest(invocation, event, twiml),
  resumeAfterError,
);
