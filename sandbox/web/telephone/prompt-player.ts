import type { AudibleCallEvent } from '../state/live';

/** Plays a call's prompts: speech with the browser's voices, `<Play>` and beeps as audio. */
export interface PromptPlayer {
  handle(event: AudibleCallEvent): void;
  /** Mutes the call, or unmutes it from the next prompt on. */
  mute(muted: boolean): void;
  stop(): void;
}

const BEEP_HZ = 1000;
const BEEP_SECONDS = 0.4;

/**
 * Creates the player of one call. Without speech or audio support it stays silent; captions show every prompt.
 */
export function createPromptPlayer(): PromptPlayer {
  const speech: SpeechSynthesis | undefined = window.speechSynthesis;
  let playing: HTMLAudioElement | undefined;
  let queuedUrl: string | undefined;
  let muted = false;

  const stopPlaying = () => {
    playing?.pause();
    playing = undefined;
    queuedUrl = undefined;
  };
  const play = (address: string) => {
    stopPlaying();
    if (muted) return;
    playing = new Audio(address);
    // Browsers block audio before the first click; the caption is shown anyway.
    playing.play()?.catch(() => undefined);
  };
  const stop = () => {
    stopPlaying();
    speech?.cancel();
  };
  const say = (text: string, language: string | undefined) => {
    stopPlaying();
    if (muted || !speech || typeof SpeechSynthesisUtterance === 'undefined') return;
    const utterance = new SpeechSynthesisUtterance(text);
    if (language) utterance.lang = language;
    utterance.onend = () => {
      if (queuedUrl && !speech.pending) play(queuedUrl);
    };
    speech.speak(utterance);
  };

  return {
    handle(event) {
      if (event.type === 'say') say(event.text, event.language);
      else if (event.type === 'stop') stop();
      else if (event.type === 'beep' && !muted) beep();
      else if (event.type === 'status' && event.status !== 'in-progress') stop();
      else if (event.type === 'play' && event.audio) {
        // The engine estimates how long speech takes. The music waits for the voice to finish.
        if (speech?.speaking && !muted) queuedUrl = event.audio;
        else play(event.audio);
      }
    },
    mute(next) {
      muted = next;
      if (muted) stop();
    },
    stop,
  };
}

function beep(): void {
  if (typeof AudioContext === 'undefined') return;
  const context = new AudioContext();
  const tone = context.createOscillator();
  const level = context.createGain();
  level.gain.value = 0.2;
  tone.frequency.value = BEEP_HZ;
  tone.connect(level).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + BEEP_SECONDS);
}
