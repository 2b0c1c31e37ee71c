import { viewInbox } from '../inbox/inbox-view';
import { signPage } from '../inbox/page-token';
import { mayCallCaller } from '../inbox/place-inbox-call';
import type { InboxSection } from '../inbox/render-inbox';
import type { Invocation } from '../invocation';
import { voicemailFacts } from '../notification/compose-email';
import { isSampleLink, linkQuery } from '../notification/listen-link';
import { attachmentName } from '../notification/message';
import { displayNumber } from '../numbers/caller-number';
import { startEarly } from '../runtime/start-early';
import { type OpenedLink, requireValidLink, withOpenLink } from './open-link';
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
  return withOpenLink(invocation, link, { act: 'open-link' }, async (opened) => {
    await probing;
    const { entry, settings } = opened;
    const { language } = link;
    const email = voicemailFacts({ entry, settings: { ...settings, language }, timeZone, environment });
    return {
      email,
      inbox: inboxSection(invocation, opened, email, String(event.link)),
      language,
      soundUrl: `listen-audio?${linkQuery(event)}`,
      fileName: attachmentName(email, 'mp3'),
      until: link.until,
    };
  });
}

/** Who has the voicemail now, and what its reader can do. */
function inboxSection(
  { environment }: Invocation,
  { entry, settings, recipient, link: { language } }: OpenedLink,
  { words, timeZone }: ListenPage['email'],
  link: string,
): InboxSection {
  const now = Date.now();
  const mayCall = mayCallCaller(environment, entry);
  return {
    view: viewInbox({ entry, settings, recipient, mayCall }, now),
    ...{ language, words, timeZone, link, now },
    token: signPage(environment, link, now),
    shownNumber: displayNumber(entry.to),
  };
}
