import type { Verb } from '../twiml-document';
import { type Playback, parseHttpMethod, resolveUrl, type VerbResult } from '../voice-context';

export async function redirect({ document }: Playback, verb: Verb): Promise<VerbResult> {
  const url = resolveUrl(document, verb.text);
  return {
    kind: 'document',
    request: { kind: 'redirect', url, method: parseHttpMethod(verb.attributes.method), params: {} },
  };
}

export async function hangup({ context, call }: Playback): Promise<VerbResult> {
  context.log(call, 'the document hangs up');
  return { kind: 'hung-up' };
}

/** Before the call is answered it is refused; afterwards this is a hang-up (docs of Reject). */
export async function reject({ context, call }: Playback, verb: Verb): Promise<VerbResult> {
  if (call.answered) return { kind: 'hung-up' };
  const busy = verb.attributes.reason === 'busy';
  context.log(call, busy ? 'the call is refused: busy' : 'the call is refused');
  context.endCall(call, busy ? 'busy' : 'no-answer');
  return { kind: 'hung-up' };
}
