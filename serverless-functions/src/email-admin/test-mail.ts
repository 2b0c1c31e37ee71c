import { Readable } from 'node:stream';
import {
  EMAIL_RULES_VERSION,
  type EmailSettings,
  type EmailTestResponse,
  isAllowedDomain,
  normalizeAddress,
  type ProviderProblem,
} from '@callback-and-voicemail/contract';
import { isAligned } from '../email-providers/mailgun-problem';
import { MailNotAccepted } from '../email-providers/provider';
import type { Invocation } from '../invocation';
import { mailerOf } from '../notification/mailer';
import { attachmentName, htmlOf, subjectOf, textOf, type VoicemailMail } from '../notification/message';
import { lookOf } from '../notification/send-mail';
import { readSettings } from '../notification/settings';
import { allowedEmailDomains } from '../runtime/environment';
import { BadRequest, errorCode } from '../runtime/errors';
import type { FlexUser } from '../twilio/flex-token';
import { jsonField, refused, textField } from './form-fields';
import { readProposal } from './proposal';
import { SAMPLE_SECONDS, sampleRecording } from './sample-recording';
import { unreachable } from './stored-settings';
import { countTest } from './test-limit';

/** Kept back from the sending, to ask what a refusal means and to answer. */
const TIME_TO_EXPLAIN_MS = 2_500;
const WAITED_MS = 14 * 60_000;

/**
 * Sends a mail as a voicemail's would be, to one allowed address, by the provider that sends them all.
 * @throws BadRequest `invalid`, `domain-not-allowed`, `rate-limited`, `mail-refused` with `provider`, `settings-unreachable`
 */
export async function sendTestMail(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<EmailTestResponse> {
  const { environment, deadline, log } = invocation;
  const address = normalizeAddress(textField(event, 'Address'));
  if (address === undefined) throw refused('invalid', [{ path: 'address', code: 'malformed' }]);
  const allowed = allowedEmailDomains(environment);
  if (!isAllowedDomain(address, allowed))
    throw refused('domain-not-allowed', [{ path: 'address', code: 'domain-not-allowed', value: address }]);
  const settings = await settingsToTry(invocation, event, allowed);
  try {
    await countTest(invocation, user.workerSid);
  } catch (error) {
    throw unreachable(error);
  }
  const mailer = mailerOf(environment);
  if (mailer === undefined) throw refusal({ problem: 'not-configured' });
  // Mailgun takes such a mail; it is the readers' servers that throw it away.
  if (!isAligned(mailer.from, mailer.domain)) throw refusal({ problem: 'from-not-aligned', detail: mailer.from });
  const timeout = deadline.remaining() - TIME_TO_EXPLAIN_MS;
  const mail = sampleMail(invocation, settings);
  const wav = sampleRecording();
  try {
    const providerId = await deadline.within(timeout, () =>
      mailer.provider.send(
        {
          messageId: `test-${crypto.randomUUID()}@${mailer.domain}`,
          from: mailer.from,
          recipients: [{ address }],
          subject: subjectOf(mail),
          text: textOf(mail),
          html: htmlOf(mail),
          ...(mail.recording.attached
            ? {
                attachment: {
                  fileName: mail.recording.fileName,
                  contentType: 'audio/wav',
                  stream: Readable.from([wav]),
                  bytes: wav.length,
                },
              }
            : {}),
        },
        timeout,
      ),
    );
    log.info('test mail accepted', { size: wav.length });
    return { ok: true, providerId, to: address };
  } catch (error) {
    log.warn('test mail not accepted', { code: errorCode(error) });
    if (!(error instanceof MailNotAccepted)) throw refusal({ problem: 'unreachable' });
    throw refusal(await mailer.provider.explain(error, Math.max(500, deadline.remaining() - 500)));
  }
}

/** What the panel shows and has not saved yet, or what is saved. */
async function settingsToTry(
  invocation: Invocation,
  event: Record<string, unknown>,
  allowed: readonly string[],
): Promise<EmailSettings> {
  const given = jsonField(event, 'Settings');
  // Whether anybody gets voicemails with them is not what is tried.
  if (given !== undefined)
    return readProposal({ ...given, enabled: false }, { version: EMAIL_RULES_VERSION, rules: [] }, allowed).settings;
  const reading = await readSettings(() => invocation.twilio.sync, invocation.environment);
  if (reading.readable) return reading.settings;
  const corrupt = reading.problem.startsWith('email-settings');
  throw new BadRequest(
    corrupt ? 'settings-corrupt' : 'settings-unreachable',
    corrupt ? 'What is stored cannot be read as settings' : 'The settings cannot be reached',
    'Send Settings to try others.',
    corrupt ? 409 : 503,
  );
}

/** A number that nobody has, and words of our own. */
function sampleMail({ timeZone }: Invocation, settings: EmailSettings): VoicemailMail {
  const look = lookOf(settings);
  const now = Date.now();
  const facts = {
    from: '+15550100123',
    to: '+15550100100',
    receivedAt: now,
    waitingSince: now - WAITED_MS,
    timeZone: settings.time_zone ?? timeZone,
  };
  return {
    ...look,
    ...facts,
    queueName: 'Support',
    seconds: SAMPLE_SECONDS,
    isTest: true,
    ...(settings.include_transcript ? { transcript: look.words.test.transcript } : {}),
    recording:
      settings.recording_format === 'notice'
        ? { attached: false, why: 'notice-only' }
        : // A sample of mp3 would have to be carried along in every bundle; that it is a wav matters to nobody.
          { attached: true, fileName: attachmentName(facts, 'wav') },
  };
}

function refusal(provider: ProviderProblem): BadRequest {
  return new BadRequest('mail-refused', 'The provider did not take the mail', 'See `provider`.', 422, { provider });
}
