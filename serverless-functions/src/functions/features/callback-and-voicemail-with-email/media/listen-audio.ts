import { contentFunction } from '../../../../http/handler';
import { soundContent, soundProblemContent } from '../../../../http/listen-response';
import { readSound } from '../../../../listening/read-sound';

/** A part of the sound that the page of `media/listen` plays; public as that is. */
export const handler = contentFunction(
  'media/listen-audio',
  async (invocation, { event, headers }) => soundContent(await readSound(invocation, event, headers)),
  soundProblemContent,
);
