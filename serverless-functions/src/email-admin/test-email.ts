import { Readable } from 'node:stream';
import {
  EMAIL_RULES_VERSION,
  type EmailSettings,
  type EmailTestResponse,
  isAllowedRecipient,
  normalizeAddress,
  type ProviderProblem,
} from '@callback-and-voicemail/contract';
import { withAudit } from '../audit/with-audit';
import { isSenderAligned } from '../email-providers/mailgun-errors';
import { EmailSendError, type Message } from '../email-providers/provider';
import type { Invocation } from '../invocation';
import { consumeQuota, type HourlyQuota } from '../limits/hourly-quota';
import { allowedRecipients } from '../notification/allowed-recipients';
import { recordHealth } from '../notification/email-health';
import { logoHosts } from '../notification/logo-hosts';
import { createMailer, type Mailer } from '../notification/mailer';
import type { VoicemailEmail } from '../notification/message';
import { renderMail } from '../notification/render-mail';
import { readSettings } from '../notification/settings';
import { findAddition, isConfirmationRequired } from '../notification/unconfirmed-recipients';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import type { FlexUser } from '../twilio/flex-token';
import { jsonField, validationError } from './form-fields';
import { sampleEmail } from './sample-email';
import { sampleRecording } from './sample-recording';
import { parseSettingsInput } from './settings-input';
import { asSettingsUnreachable, readStoredSettings } from './stored-settings';

/** Kept back from the sending, to ask what a refusal means and to answer. */
const DIAGNOSIS_RESERVE_MS = 2_500;
const TEST_QUOTA: HourlyQuota = {
  document: 'email-tests',
  perWorker: 5,
  perAccount: 20,
  refusal: (retryAfterSeconds) =>
    new FlexBadRequest('rate-limited', 'That is enough test mails for now', 'Try again later.', 429, {
      retryAfterSeconds,
    }),
};

/**
 * Sends a mail as a voicemail's would be, to one allowed address, by the provider that sends them all.
 * @throws FlexBadRequest `invalid`, `domain-not-allowed`, `rate-limited`, `mail-refused` with `provider`, `settings-unreachable`
 */
export async function sendTestEmail(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<EmailTestResponse> {
  const { environment } = invocation;
  const address = normalizeAddress(textField(event, 'Address'));
  if (address === undefined) throw validationError('invalid', [{ path: 'address', code: 'malformed' }]);
  const allowed = allowedRecipients(environment);
  if (!isAllowedRecipient(address, allowed))
    throw validationError('domain-not-allowed', [{ path: 'address', code: 'domain-not-allowed', value: address }]);
  return withAudit(invocation, user, { act: 'test-mail', detail: address }, async () =>
    sendSample(invocation, user, address, await settingsForTest(invocation, event, address, allowed)),
  );
}

async function sendSample(
  invocation: Invocation,
  user: FlexUser,
  address: string,
  settings: EmailSettings,
): Promise<EmailTestResponse> {
  const { environment, deadline, log } = invocation;
  try {
    await consumeQuota(invocation, user.workerSid, TEST_QUOTA);
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
  const mailer = createMailer(environment);
  if (mailer === undefined) throw mailRefused({ problem: 'not-configured' });
  const [provider] = mailer.order.inOrder(Date.now());
  if (provider === undefined) throw mailRefused({ problem: 'not-configured' });
  // Mailgun takes such a mail; it is the readers' servers that throw it away.
  if (provider.name === 'mailgun' && !isSenderAligned(mailer.from, mailer.domain))
    throw mailRefused({ problem: 'from-not-aligned', provider: provider.name, detail: mailer.from });
  const timeoutMs = deadline.remaining() - DIAGNOSIS_RESERVE_MS;
  const message = sampleMessage(invocation, mailer, address, settings);
  try {
    const { providerId, failed } = await deadline.within(timeoutMs, (signal) =>
      provider.send(message, { timeoutMs, signal }),
    );
    if (failed[0] !== undefined) throw failed[0].error;
    log.info('test mail accepted', { size: message.attachment?.bytes });
    // It shows that an outage is over, before any voicemail does.
    await recordHealth(() => invocation.twilio.sync, log, 'test');
    return { ok: true, provider: provider.name, providerId, to: address };
  } catch (error) {
    log.warn('test mail not accepted', { code: errorCode(error) });
    // Not answered in time.
    if (!(error instanceof EmailSendError))
      throw mailRefused({ problem: 'unreachable', provider: provider.name, uncertain: true });
    const diagnosis = await provider.diagnose(error, Math.max(500, deadline.remaining() - 500));
    const problem = { ...diagnosis, provider: provider.name };
    throw mailRefused(error.deliveryUncertain ? { ...problem, uncertain: true } : problem);
  }
}

function sampleMessage(
  invocation: Invocation,
  { domain, from, replyTo, listId }: Mailer,
  address: string,
  settings: EmailSettings,
): Message {
  const wav = sampleRecording();
  const mail: VoicemailEmail = { ...sampleEmail(invocation, settings, address), isTest: true };
  const { recording } = mail;
  return {
    messageId: `test-${crypto.randomUUID()}@${domain}`,
    from,
    replyTo,
    listId,
    recipients: [{ address }],
    requireTls: settings.require_tls,
    ...renderMail(mail, settings.email_content),
    ...(recording.attached
      ? {
          attachment: {
            fileName: recording.fileName,
            contentType: 'audio/wav',
            bytes: wav.length,
            open: async () => Readable.from([wav]),
          },
        }
      : {}),
  };
}

/**
 * What the panel shows and has not saved yet, or what is saved.
 * @throws FlexBadRequest `recipient-unconfirmed` while the address waits for confirmation
 */
async function settingsForTest(
  invocation: Invocation,
  event: Record<string, unknown>,
  address: string,
  allowed: readonly string[],
): Promise<EmailSettings> {
  const given = jsonField(event, 'Settings');
  if (isConfirmationRequired(invocation.environment)) {
    const { source, additions } = await readStoredSettings(invocation);
    if (source === 'corrupt') throw settingsUnusable('settings-corrupt');
    if (findAddition(additions, address) !== undefined)
      throw new FlexBadRequest(
        'recipient-unconfirmed',
        'The address waits for confirmation',
        'Ask another supervisor to confirm it.',
        409,
      );
  }
  // Whether anybody gets voicemails with them is not what is tried.
  if (given !== undefined)
    return parseSettingsInput(
      { ...given, enabled: false },
      { version: EMAIL_RULES_VERSION, rules: [] },
      allowed,
      logoHosts(invocation.environment),
    ).settings;
  const reading = await readSettings(() => invocation.twilio.sync, invocation.environment);
  if (reading.ok) return reading.settings;
  throw settingsUnusable(reading.problem === 'settings-unreadable' ? 'settings-corrupt' : 'settings-unreachable');
}

function settingsUnusable(code: 'settings-corrupt' | 'settings-unreachable'): FlexBadRequest {
  const isCorrupt = code === 'settings-corrupt';
  return new FlexBadRequest(
    code,
    isCorrupt ? 'What is stored cannot be read as settings' : 'The settings cannot be reached',
    'Send Settings to try others.',
    isCorrupt ? 409 : 503,
  );
}

function mailRefused(provider: ProviderProblem): FlexBadRequest {
  const message = provider.uncertain
    ? 'It is unknown whether the provider took the mail'
    : 'The provider did not take the mail';
  return new FlexBadRequest('mail-refused', message, 'See `provider`.', 422, { provider });
}
