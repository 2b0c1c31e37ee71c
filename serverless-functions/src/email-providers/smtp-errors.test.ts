import { isOutageProblem } from '@callback-and-voicemail/contract/email-problems';
import { errorOfSmtp, type SmtpFailure } from './smtp-errors';

const refused = (command: string, response: string) => {
  const failure: SmtpFailure = { code: 'EENVELOPE', command, response, responseCode: Number(response.slice(0, 3)) };
  return errorOfSmtp(failure, { wasSent: false });
};

test.each([
  ['450 4.2.0 Greylisted, try again later'],
  ['450 4.7.1 Greylisting in action'],
  ['451 4.1.8 Sender verification is under way'],
  ['452 4.2.2 The mailbox is over quota'],
  ['450 Mailbox busy'],
])('“%s” for one recipient: retried, no outage', (response) => {
  const error = refused('RCPT TO', response);
  expect(error).toMatchObject({ kind: 'retryable', problem: 'recipient-later', deliveryUncertain: false });
  expect(isOutageProblem(error.problem)).toBe(false);
});

test.each([
  ['RCPT TO', '450 4.7.1 Too many messages from you', 'limit-reached'],
  ['RCPT TO', '452 4.5.3 Too many recipients', 'limit-reached'],
  ['RCPT TO', '451 4.3.0 Temporary lookup failure', 'unreachable'],
  ['RCPT TO', '421 4.3.2 Shutting down', 'unreachable'],
  ['MAIL FROM', '450 4.7.1 Try again later', 'limit-reached'],
  ['DATA', '451 Local error in processing', 'unreachable'],
])('after %s, “%s” says it of the server: %s', (command, response, problem) => {
  expect(refused(command, response)).toMatchObject({ kind: 'retryable', problem });
});
