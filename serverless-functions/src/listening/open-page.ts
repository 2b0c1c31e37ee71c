import type { Invocation } from '../invocation';
import { voicemailFacts } from '../notification/compose-email';
import { isSampleLink, linkQuery } from '../notification/listen-link';
import { attachmentName } from '../notification/message';
import { startEarly } from '../runtime/start-early';
import { requireValidLink, withOpenLink } from './open-link';
import { probeRecording } from './probe-recording';
import type { ListenPage } from './render-page';

/**
 * The page that a link leads to. Its language is the mail's; what it says of the voicemail is what a mail may say now.
 * @returns `sample` for the link of a test mail
 * @throws as `requireValidLink` and `withOpenLink` do; ListenRefusal when the recording cannot be played
 */
export async function openListenPage(
  invocation: Invocation,
  event: Record<string, unknown>,
): Promise<ListenPage | 'sample'> {
  const { twilio, environment, timeZone } = invocation;
  const link = requireValidLink(invocation, event);
  if (isSampleLink(link)) return 'sample';
  const probing = startEarly(() => probeRecording(twilio.recordingMedia, link.recordingSid));
  return withOpenLink(invocation, link, { act: 'open-link' }, async ({ entry, settings }) => {
    await probing;
    const { language } = link;
    const email = voicemailFacts({ entry, settings: { ...settings, language }, timeZone, environment });
    return {
      email,
      language,
      soundUrl: `listen-audio?${linkQuery(event)}`,
      fileName: attachmentName(email, 'mp3'),
      until: link.until,
    };
  });
}
