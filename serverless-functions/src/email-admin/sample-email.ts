import { type EmailSettings, mailedFormat, waitsForTranscript } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { appearance, flexUrl } from '../notification/compose-email';
import { canLink, linkEnd, sampleListenUrl } from '../notification/listen-link';
import { attachmentName, type VoicemailEmail } from '../notification/message';
import { SAMPLE_SECONDS } from './sample-recording';

const SAMPLE_WAIT_MS = 14 * 60_000;

/**
 * A voicemail that nobody left: a number reserved for fiction, and a text of ours.
 * @param address whose link to listen by it holds, where settings prefer one; nobody's in a preview
 */
export function sampleEmail(
  { timeZone, environment, origin }: Pick<Invocation, 'timeZone' | 'environment' | 'origin'>,
  settings: EmailSettings,
  address = '',
): VoicemailEmail {
  const style = appearance(settings, environment);
  const now = Date.now();
  const facts = {
    from: '+15550100123',
    to: '+15550100100',
    receivedAt: now,
    waitingSince: now - SAMPLE_WAIT_MS,
    timeZone: settings.time_zone ?? timeZone,
  };
  return {
    ...style,
    ...facts,
    queueName: 'Support',
    seconds: SAMPLE_SECONDS,
    callerName: style.words.test.callerName,
    flexUrl: flexUrl(environment),
    // It is requested in Flex, regardless of who chose the recipients of voicemails.
    chosenBy: 'supervisor',
    ...(waitsForTranscript(settings) ? { transcript: style.words.test.transcript } : {}),
    recording: samplePresentation(),
  };

  function samplePresentation(): VoicemailEmail['recording'] {
    const format = mailedFormat(settings);
    if (format === 'notice') return { attached: false, reason: 'notice-only' };
    // An mp3 sample would be in every bundle; a wav serves as well.
    if (format !== 'link') return { attached: true, fileName: attachmentName(facts, 'wav') };
    if (!canLink(origin, environment)) return { attached: false, reason: 'by-link' };
    const until = linkEnd(environment, now);
    const { language } = settings;
    const url = sampleListenUrl(origin, environment, { address, until, language });
    return { attached: false, reason: 'by-link', listen: { url, until } };
  }
}
