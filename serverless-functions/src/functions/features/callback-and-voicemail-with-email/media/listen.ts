import { contentFunction } from '../../../../http/handler';
import { listenContent, listenProblemContent } from '../../../../http/listen-response';
import { openListenPage } from '../../../../listening/open-page';

/**
 * The page on which a recipient of an email listens. Public, since they have no login: the link itself is signed, for one
 * recipient and one recording (ADR 0128).
 */
export const handler = contentFunction(
  'media/listen',
  async (invocation, { event }) => listenContent(await openListenPage(invocation, event), event),
  listenProblemContent,
);
