import { contentFunction } from '../../../../http/handler';
import { probeContent, soundContent, soundProblemContent } from '../../../../http/listen-response';
import { echoRange, readSound } from '../../../../listening/read-sound';

/** A part of the sound that the page of `media/listen` plays; public as that is. */
export const handler = contentFunction(
  'media/listen-audio',
  async (invocation, { event, headers }) =>
    event.probe === undefined
      ? soundContent(await readSound(invocation, event, headers))
      : probeContent(echoRange(invocation, event, headers)),
  soundProblemContent,
);
