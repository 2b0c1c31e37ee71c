import { contentFunction } from '../../../../http/handler';
import { actProblemContent, backToPage } from '../../../../http/listen-response';
import { actByLink } from '../../../../listening/act-by-link';

/**
 * What a recipient of an email does with a voicemail: the buttons of the page behind their link. Public, since they have
 * no login: link and page are signed (ADR 0135).
 */
export const handler = contentFunction(
  'media/act',
  async (invocation, { event }) => {
    await actByLink(invocation, event);
    return backToPage(event);
  },
  actProblemContent,
);
