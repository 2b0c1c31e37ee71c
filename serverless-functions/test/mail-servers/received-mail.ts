/** A mail as one recipient's mailbox gets it. */
export interface ReceivedMail {
  /** What the recipient sees: `Ana Ruiz <ana@example.com>`. */
  to: string;
  from: string;
  replyTo?: string;
  subject: string;
  text: string;
  html: string;
  /** By their names in lower case; only those that are no field of their own. */
  headers: Record<string, string>;
  attachment?: { fileName: string; contentType: string; content: Buffer };
}

/** `Ana Ruiz <ana@example.com>`, or the address alone. */
export const mailbox = (address: string, name: string | undefined) => (name ? `${name} <${address}>` : address);

/** What goes wrong with a connection or a message. */
export type Fault =
  | 'reset when connected'
  | 'reset within the message'
  | 'reset after the message'
  | 'closed after the message'
  | 'no answer'
  | 'garbage as answer';

/** A mail server or API in this process. */
export interface MailServer {
  port: number;
  /** What arrived, a mail for each recipient. */
  mails: ReceivedMail[];
  /** How many connections there were, and how many are open. */
  connections: { opened: number; open: number };
  /** What the next message meets; accepted again after that. */
  nextFault?: Fault;
  close(): Promise<void>;
}
