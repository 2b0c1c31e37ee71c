import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import type { WidgetKind } from '../widget-step';

/**
 * "Possible values in seconds: 0 to 14400 seconds (4 hours)", default 14400
 * (docs/studio/widget-library/twiml-redirect)
 */
const LONGEST_S = 14_400;

/** Hands the call to a document elsewhere, which may redirect it back with `FlowEvent=return` and variables. */
export const twimlRedirect: WidgetKind = {
  enter(step) {
    const twiml = new VoiceResponse();
    twiml.redirect({ method: step.method('method') }, step.required('url'));
    const withinSeconds = Math.min(step.number('timeout') ?? LONGEST_S, LONGEST_S);
    return { kind: 'twiml', twiml: twiml.toString(), returnTimeout: { withinSeconds } };
  },
  resume: (flowEvent) => (flowEvent === 'return' ? 'return' : null),
};
