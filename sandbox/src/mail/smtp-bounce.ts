/** A mail that was taken and could not be delivered. */
interface Bounce {
  /** Whom the report goes to: the sender of the envelope. */
  sender: string;
  recipient: string;
  /** The mail's own Message-ID, with angle brackets. */
  messageId: string;
  /** The mail server's name. */
  host: string;
  at: number;
  newId: string;
}

/** The report of a mail server whose mail found a full mailbox (RFC 3464, https://www.rfc-editor.org/rfc/rfc3464). */
export function composeBounce({ sender, recipient, messageId, host, at, newId }: Bounce): Buffer {
  const lines = [
    `From: Mail Delivery System <MAILER-DAEMON@${host}>`,
    `To: ${sender}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <${newId}@${host}>`,
    `In-Reply-To: ${messageId}`,
    `Date: ${new Date(at).toUTCString()}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
    '',
    '--report',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `The mail to ${recipient} could not be delivered: its mailbox is full.`,
    '',
    '--report',
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; ${host}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.2.2',
    `Diagnostic-Code: smtp; 552 5.2.2 <${recipient}>: user over quota`,
    '',
    '--report--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
