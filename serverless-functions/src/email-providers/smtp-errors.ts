import type { EmailProblem } from '@callback-and-voicemail/contract';
import { LATER, recordingInterrupted, tooLarge, WITHOUT_RECORDING } from './answer';
import { EmailSendError, type SendFailureKind } from './provider';
import { redactAddresses } from './redact-addresses';
import { redactKeys } from './redact-keys';

/** What nodemailer tells of a failure: https://nodemailer.com/errors */
export interface SmtpFailure {
  code?: string;
  /** What was asked when it failed: `CONN`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  command?: string;
  /** The server's reply, if there is one. */
  response?: string;
  responseCode?: number;
}

/**
 * The error of one recipient's message.
 * @param wasSent the server was given the end of the message, so that it has it unless it says otherwise
 */
export function errorOfSmtp(failure: SmtpFailure, { wasSent }: { wasSent: boolean }): EmailSendError {
  if (failure.code === 'ESTREAM') return recordingInterrupted(failure);
  // Refused here, by what the server says of itself (RFC 1870).
  if (failure.code === 'EMESSAGE' && failure.response === undefined) return tooLarge('smtp');
  const isReply = failure.responseCode !== undefined && failure.responseCode >= 400;
  if (!isReply) return errorWithoutReply(failure, wasSent);
  const [kind, problem, advice] = classify(failure);
  return new EmailSendError(`smtp-${failure.responseCode}`, {
    kind,
    problem,
    advice,
    // A refusal is an answer, and says that nobody has the message.
    deliveryUncertain: false,
    detail: redactAddresses(redactKeys(failure.response ?? '')),
    cause: failure,
  });
}

function errorWithoutReply(failure: SmtpFailure, wasSent: boolean): EmailSendError {
  const isTls = failure.code === 'ETLS' || isCertificateError(failure);
  if (failure.code === 'EAUTH')
    return new EmailSendError('smtp-auth', {
      kind: 'misconfigured',
      problem: 'key-refused',
      advice: CHECK_LOGIN,
      deliveryUncertain: false,
      cause: failure,
    });
  return new EmailSendError(isTls ? 'smtp-tls' : 'smtp-unreachable', {
    kind: isTls ? 'misconfigured' : 'retryable',
    problem: 'unreachable',
    advice: isTls ? CHECK_TLS : LATER,
    deliveryUncertain: wasSent,
    cause: failure,
  });
}

/** Of Node's TLS: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isCertificateError(failure: SmtpFailure): boolean {
  const { originalCode } = failure as { originalCode?: unknown };
  return typeof originalCode === 'string' && /CERT|SSL|TLS|_SIGNATURE|UNABLE_TO_/.test(originalCode);
}

const CHECK_TLS = 'Check the host and port of SMTP_URL: its server has no TLS, or no certificate that is valid for it.';
const CHECK_LOGIN = 'Check user and password of SMTP_URL: special characters are percent-encoded.';
const CHECK_SENDER = 'Check MAIL_FROM: the mail server does not send for it.';

/** Subject and detail of an enhanced status code (RFC 3463), `1.1` of `550 5.1.1 …`; empty when there is none. */
const enhancedCode = (response: string) => /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? '';

/** By RFC 5321, section 4.2.3, RFC 3463 and RFC 4954, section 6. */
function classify({ code, command = '', response = '', responseCode = 0 }: SmtpFailure): Verdict {
  const detail = enhancedCode(response);
  const isLogin = code === 'EAUTH' || command.startsWith('AUTH');
  if (responseCode < 500) return ['retryable', temporaryProblem(command, response, responseCode), LATER];
  if (isLogin || responseCode === 530 || responseCode === 535) return ['misconfigured', 'key-refused', CHECK_LOGIN];
  if (code === 'ETLS' || command === 'STARTTLS') return ['misconfigured', 'unreachable', CHECK_TLS];
  if (command === 'CONN' || command === 'EHLO' || command === 'HELO') return ['retryable', 'unreachable', LATER];
  if (detail === '3.4' || detail === '2.3' || responseCode === 534)
    return ['too-large', 'too-large', WITHOUT_RECORDING];
  if (responseCode === 552 && detail !== '2.2') return ['too-large', 'too-large', WITHOUT_RECORDING];
  if (command === 'RCPT TO') return refusedRecipient(response);
  if (command === 'MAIL FROM') return ['misconfigured', 'from-not-aligned', CHECK_SENDER];
  return ['permanent', 'unknown', 'The mail server refuses this message: check its recipients and MAIL_FROM.'];
}

/**
 * What is said of one recipient, e.g. by a server that lets strangers wait (RFC 6647), says nothing of the server: `X.3`
 * would be its system, and 421 its end.
 */
function temporaryProblem(command: string, response: string, responseCode: number): EmailProblem {
  const detail = enhancedCode(response);
  const saysLimit = detail === '5.3' || /too many|rate|limit/i.test(response);
  if (command === 'RCPT TO' && !saysLimit && responseCode !== 421 && !detail.startsWith('3.')) return 'recipient-later';
  return saysLimit || detail.startsWith('7.') ? 'limit-reached' : 'unreachable';
}

type Verdict = [SendFailureKind, EmailProblem, string];

function refusedRecipient(response: string): Verdict {
  // A server that wants a login, or another host, says so only when it hears of a recipient elsewhere.
  if (/relay/i.test(response)) return ['misconfigured', 'key-refused', CHECK_LOGIN];
  if (response.startsWith('554'))
    return ['permanent', 'recipient-refused', 'The mail server refuses this message for the recipient.'];
  return ['recipient', 'recipient-refused', 'Check the recipient: the mail server refuses the address.'];
}
