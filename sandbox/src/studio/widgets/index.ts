import type { WidgetKind } from '../widget-step';
import { setVariables, splitBasedOn, trigger } from './logic';
import { gatherInput, recordVoicemail, sayPlay } from './prompts';
import { enqueueCall, sendToFlex } from './queueing';
import { twimlRedirect } from './redirect';
import { makeHttpRequest, runFunction } from './requests';

/** The widgets that are modeled, by the type a definition gives them. */
export const WIDGETS: Readonly<Record<string, WidgetKind>> = {
  trigger,
  'say-play': sayPlay,
  'gather-input-on-call': gatherInput,
  'record-voicemail': recordVoicemail,
  'split-based-on': splitBasedOn,
  'set-variables': setVariables,
  'run-function': runFunction,
  'make-http-request': makeHttpRequest,
  'send-to-flex': sendToFlex,
  'enqueue-call': enqueueCall,
  'add-twiml-redirect': twimlRedirect,
};
