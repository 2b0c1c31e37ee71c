import { numberForSpeech } from '../numbers/callback-number';
import { speak } from '../prompts/speak';
import type { VoiceTwiml } from '../runtime/twiml';
import { allowed, nextState, type Says, STATES, type StateName } from './states';
import { type WaitMemory, waitPath } from './wait-url';
import type { WaitingCaller } from './waiting-caller';

/** Longer than any number with all its prefixes: whoever types on and on is answered all the same. */
const MAX_TYPED_DIGITS = 24;

/**
 * The TwiML of a state that says something. Only verbs that a waitUrl may hold, and every path ends in a verb that
 * leads on: no caller falls off the end of a document.
 */
export function renderState(
  twiml: VoiceTwiml,
  memory: WaitMemory,
  { experience, options, to }: Pick<WaitingCaller, 'experience' | 'options' | 'to'>,
): void {
  const state = STATES[memory.state];
  const number = memory.number === undefined ? '' : numberForSpeech(memory.number, to);
  const say = (speaker: Parameters<typeof speak>[0], says: Says) => {
    for (const prompt of allowed(says, options)) speak(speaker, experience, prompt, number);
  };
  const goTo = (next: StateName, repeated = false) =>
    twiml.redirect({ method: 'POST' }, waitPath({ ...memory, state: next, heard: false, repeated }));
  const action = waitPath({ ...memory, heard: true });
  const silence = () => {
    const next = nextState(memory.state, undefined, options, memory.repeated);
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
      say(gather, state.says);
      if (state.music) gather.play({ loop: experience.musicRepeatsPerPrompt }, experience.music);
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
      say(gather, state.says);
      silence();
      return;
    }
    case 'speaking':
      say(twiml, state.says);
      if (state.pause !== undefined) twiml.pause({ length: state.pause });
      if (state.next === 'hang-up') twiml.hangup();
      else goTo(state.next);
      return;
    case 'effect':
      goTo(memory.state);
  }
}
