import { type CallerExperience, type PromptName, promptFor } from '../caller-experience';
import { absoluteUrl } from '../runtime/origin';
import type { VoiceTwiml } from '../runtime/twiml';

/** A document, or a `<Gather>` within it. */
type Speaker = Pick<VoiceTwiml, 'say' | 'play'>;
/** Who hears it. */
export interface Listener {
  experience: CallerExperience;
  /** `https://host` of this deployment, whose assets may be prompts. */
  origin: string;
}

/**
 * Lets a prompt be heard, spoken or played, in the caller's language.
 * @param value what `{number}` stands for, as it is to be read out, or `{business}`
 */
export function speak(speaker: Speaker, { experience, origin }: Listener, name: PromptName, value = ''): void {
  const prompt = promptFor(experience, name);
  for (const part of Array.isArray(prompt) ? prompt : [prompt])
    if (typeof part === 'string')
      speaker.say(
        sayAttributes(experience),
        part.replace(/\{(?:number|business)\}/g, () => value),
      );
    else speaker.play(absoluteUrl(part.play, origin));
}

/** Language and voice for `<Say>`. The SDK types them as closed lists, which a configuration cannot know. */
function sayAttributes({ language, voice }: CallerExperience) {
  return { language, voice } as Parameters<VoiceTwiml['say']>[0];
}
