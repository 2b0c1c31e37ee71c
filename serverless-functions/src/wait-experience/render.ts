import { type CallerExperience, FEATURE_PATH } from '@callback-and-voicemail/contract';
import { PROMPTS } from '../prompts/prompts';
import { speechOf, type VoiceTwiml } from '../runtime/twiml';
import { type EffectState, type ListeningState, type SpeakingState, STATES, type StateName } from './states';
import { type WaitMemory, waitPath } from './wait-url';

export const HOLD_MUSIC_PATH = `${FEATURE_PATH}/hold-music.mp3`;

/**
 * The TwiML of a state that says something. Only verbs that a waitUrl may hold, and every path ends in a verb that
 * leads on: no caller falls off the end of a document.
 */
export function renderState(twiml: VoiceTwiml, memory: WaitMemory, experience: CallerExperience): void {
  const state: ListeningState | SpeakingState | EffectState = STATES[memory.state];
  const speech = speechOf(experience);
  const goTo = (next: StateName, heard = false) =>
    twiml.redirect({ method: 'POST' }, waitPath({ ...memory, state: next, heard }));
  switch (state.kind) {
    case 'listening': {
      const gather = twiml.gather({
        input: ['dtmf'],
        numDigits: 1,
        // An empty finishOnKey makes * and # keys like any other.
        finishOnKey: '',
        timeout: state.music ? 1 : experience.menuSeconds,
        action: waitPath({ ...memory, heard: true }),
        method: 'POST',
      });
      for (const prompt of state.says) gather.say(speech, PROMPTS[prompt]);
      if (state.music) gather.play({ loop: experience.musicRepeatsPerPrompt }, HOLD_MUSIC_PATH);
      goTo(state.silence);
      return;
    }
    case 'speaking':
      for (const prompt of state.says) twiml.say(speech, PROMPTS[prompt]);
      if (state.pause !== undefined) twiml.pause({ length: state.pause });
      if (state.next === 'hang-up') twiml.hangup();
      else goTo(state.next);
      return;
    case 'effect':
      goTo(memory.state);
  }
}
