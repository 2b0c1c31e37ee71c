import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { WidgetKind, WidgetStep } from '../widget-step';

/** The `<Say>` or `<Play>` a widget's properties ask for; nothing when there are none. */
function addPrompt(step: WidgetStep, to: Pick<VoiceResponse, 'say' | 'play'>): void {
  const say = step.text('say');
  const play = step.text('play');
  const loop = step.number('loop');
  const loops = loop === undefined ? {} : { loop };
  const language = step.text('language') as VoiceResponse.SayAttributes['language'] | undefined;
  const voice = step.text('voice') as VoiceResponse.SayAttributes['voice'] | undefined;
  if (say !== undefined) to.say({ ...loops, ...(language && { language }), ...(voice && { voice }) }, say);
  else if (play !== undefined) to.play(loops, play);
}

export const sayPlay: WidgetKind = {
  enter(step) {
    const twiml = new VoiceResponse();
    const digits = step.text('digits');
    if (digits === undefined) addPrompt(step, twiml);
    else twiml.play({ digits });
    twiml.redirect({ method: 'POST' }, step.eventUrl('audioComplete'));
    return { kind: 'twiml', twiml: twiml.toString() };
  },
  resume: (flowEvent) => (flowEvent === 'audioComplete' ? 'audioComplete' : null),
};

/** Keys only: speech is not modeled, and said so when the flow would do something with it. */
export const gatherInput: WidgetKind = {
  enter(step) {
    if (step.widget.transitions.some(({ event, next }) => event === 'speech' && next !== undefined)) {
      step.log(`the sandbox does not model speech: ${step.name} listens for keys only`, 'warning');
    }
    const twiml = new VoiceResponse();
    const numDigits = step.number('number_of_digits');
    const timeout = step.number('timeout');
    const stops = step.text('stop_gather') !== 'false';
    const gather = twiml.gather({
      input: ['dtmf'],
      action: step.eventUrl('gathered'),
      method: 'POST',
      finishOnKey: stops ? (step.text('finish_on_key') ?? '#') : '',
      ...(numDigits === undefined ? {} : { numDigits }),
      ...(timeout === undefined ? {} : { timeout }),
    });
    addPrompt(step, gather);
    twiml.redirect({ method: 'POST' }, step.eventUrl('timeout'));
    return { kind: 'twiml', twiml: twiml.toString() };
  },
  resume(flowEvent) {
    if (flowEvent === 'gathered') return 'keypress';
    return flowEvent === 'timeout' ? 'timeout' : null;
  },
};

export const recordVoicemail: WidgetKind = {
  enter(step) {
    const twiml = new VoiceResponse();
    const timeout = step.number('timeout');
    const maxLength = step.number('max_length');
    const statusUrl = step.text('recording_status_callback_url');
    const transcribes = step.text('transcribe') === 'true';
    const transcribeCallback = step.text('transcription_callback_url');
    twiml.record({
      action: step.eventUrl('recorded'),
      method: 'POST',
      playBeep: step.text('play_beep') !== 'false',
      trim: step.text('trim') === 'do-not-trim' ? 'do-not-trim' : 'trim-silence',
      finishOnKey: step.text('finish_on_key') ?? '#',
      ...(timeout === undefined ? {} : { timeout }),
      ...(maxLength === undefined ? {} : { maxLength }),
      ...(statusUrl === undefined ? {} : { recordingStatusCallback: statusUrl }),
      ...(transcribes ? { transcribe: true, ...(transcribeCallback === undefined ? {} : { transcribeCallback }) } : {}),
    });
    // "The action is not requested for an empty recording": the next verb follows.
    twiml.redirect({ method: 'POST' }, step.eventUrl('noAudio'));
    return { kind: 'twiml', twiml: twiml.toString() };
  },
  resume(flowEvent, { Digits }) {
    if (flowEvent === 'recorded') return Digits === 'hangup' ? 'hangup' : 'recordingComplete';
    return flowEvent === 'noAudio' ? 'noAudio' : null;
  },
};
