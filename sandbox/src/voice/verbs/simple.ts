import { methodOf, type Next, resolveUrl, type Stage } from '../stage';
import type { Verb } from '../twiml-document';

export async function redirect({ document }: Stage, verb: Verb): Promise<Next> {
  const url = resolveUrl(document, verb.text);
  return { kind: 'document', request: { kind: 'redirect', url, method: methodOf(verb.attributes.method), params: {} } };
}

export async function hangup({ board, call }: Stage): Promise<Next> {
  board.tell(call, 'the document hangs up');
  return { kind: 'hung-up' };
}

/** Before the call is answered it is refused; afterwards this is a hang-up (docs of Reject). */
export async function reject({ board, call }: Stage, verb: Verb): Promise<Next> {
  if (call.answered) return { kind: 'hung-up' };
  const busy = verb.attributes.reason === 'busy';
  board.tell(call, busy ? 'the call is refused: busy' : 'the call is refused');
  board.end(call, busy ? 'busy' : 'no-answer');
  return { kind: 'hung-up' };
}
