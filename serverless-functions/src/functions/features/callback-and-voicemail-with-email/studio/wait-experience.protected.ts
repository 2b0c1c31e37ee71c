import { voiceFunction } from '../../../../http/handler';
import { PROMPTS } from '../../../../prompts/prompts';
import { takeTurn } from '../../../../wait-experience/turn';
import { readWaitMemory, waitPath } from '../../../../wait-experience/wait-url';

/** The `waitUrl` of `<Enqueue>` or Studio's Send to Flex: hold music and the caller's menu. */
export const handler = voiceFunction(
  'studio/wait-experience',
  (invocation, { event, origin }, twiml) => takeTurn(invocation, event, twiml, origin),
  (twiml, event) => {
    twiml.say(PROMPTS.troubleStillInLine);
    twiml.redirect({ method: 'POST' }, waitPath({ ...readWaitMemory(event), state: 'holding', heard: false }));
  },
);
