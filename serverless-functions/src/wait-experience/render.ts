import { numberForSpeech } from '../numbers/callback-number';
import { type Listener, speak } from '../prompts/speak';
import { absoluteUrl } from '../runtime/origin';
import type { VoiceTwiml } from '../runtime/twiml';
import type { Option } from './options';
import { allowedItems, nextState, type PromptList, STATES, type StateName } from './states';
import { type WaitSession, waitUrlPath } from './wait-session';
import type { WaitingCaller } from './waiting-caller';

/** Longer than any number with prefixes, so that endless typing ends. */
const MAX_TYPED_DIGITS = 24;

/**
 * The TwiML of a state that says something. Only verbs that a waitUrl may hold, and every path ends in a verb that
 * leads on: no caller falls off the end of a document.
 */
export function renderState(
  twiml: VoiceTwiml,
  reached: WaitSession,
  caller: Listener & Pick<WaitingCaller, 'options' | 'to' | 'callSid' | 'environment'>,
): void {
  const { experience, origin, options, to, callSid, environment } = caller;
  const { session, prompts: leadIn } = withNextListening(reached, options);
  const pathOf = (next: WaitSession) => waitUrlPath(environment, callSid, next);
  const state = STATES[session.state];
  const number = session.number === undefined ? '' : numberForSpeech(session.number, to);
  const say = (speaker: Parameters<typeof speak>[0], prompts: PromptList) => {
    for (const prompt of allowedItems(prompts, options)) speak(speaker, { experience, origin }, prompt, number);
  };
  const goTo = (next: StateName, repeated = false) =>
    twiml.redirect({ method: 'POST' }, pathOf({ ...session, state: next, hasInput: false, repeated }));
  const action = pathOf({ ...session, hasInput: true });
  const silence = () => {
    const next = nextState(session.state, undefined, options, session.repeated);
    goTo(next.state, next.repeated);
  };
  switch (state.kind) {
    case 'listening': {
      const gather = twiml.gather({
        input: ['dtmf'],
        numDigits: 1,
        // An empty finishOnKey makes * and # keys like any other.
        finishOnKey: '',
        timeout: state.music ? 1 : experience.menuSeconds,
        action,
        method: 'POST',
      });
      say(gather, leadIn);
      say(gather, state.prompts);
      if (state.music) gather.play({ loop: experience.musicRepeatsPerPrompt }, absoluteUrl(experience.music, origin));
      silence();
      return;
    }
    case 'typing': {
      const gather = twiml.gather({
        input: ['dtmf'],
        numDigits: MAX_TYPED_DIGITS,
        finishOnKey: '#',
        timeout: experience.typingSeconds,
        action,
        method: 'POST',
      });
      say(gather, leadIn);
      say(gather, state.prompts);
      silence();
      return;
    }
    case 'speaking':
      say(twiml, state.prompts);
      if (state.pause !== undefined) twiml.pause({ length: state.pause });
      if (state.next === 'hang-up') twiml.hangup();
      else goTo(state.next);
      return;
    case 'effect':
      goTo(session.state);
  }
}

/**
 * What leads on to a menu or to typing is said within that state's `<Gather>`: keys interrupt it, and keys that were
 * pressed meanwhile count. Outside of one, Twilio drops them. Music is different: it claims a place in line, which the
 * next request checks.
 */
function withNextListening(
  session: WaitSession,
  options: ReadonlySet<Option>,
): { session: WaitSession; prompts: PromptList } {
  const state = STATES[session.state];
  const alone = { session, prompts: [] };
  if (state.kind !== 'speaking' || state.next === 'hang-up' || state.pause !== undefined) return alone;
  const next = STATES[state.next];
  if (next.kind !== 'typing' && (next.kind !== 'listening' || next.music)) return alone;
  return {
    session: { ...session, state: state.next, hasInput: false, repeated: false },
    prompts: allowedItems(state.prompts, options),
  };
}
