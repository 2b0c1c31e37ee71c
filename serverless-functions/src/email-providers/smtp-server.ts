/** A mail server as `SMTP_URL` names it. */
export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the beginning, instead of STARTTLS. */
  isTlsAtOnce: boolean;
  /** On this machine nobody can listen, and servers for development have no certificate. */
  isLoopback: boolean;
  user?: string;
  password?: string;
}

/** RFC 8314, section 7.3, and RFC 6409, section 3.1. */
const SUBMISSIONS_PORT = 465;
const SUBMISSION_PORT = 587;

/** @param url one that the environment's check has passed */
export function parseSmtpUrl(url: string): SmtpServer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTlsAtOnce = protocol === 'smtps:';
  const usualPort = isTlsAtOnce ? SUBMISSIONS_PORT : SUBMISSION_PORT;
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: port === '' ? usualPort : Number(port),
    isTlsAtOnce,
    isLoopback: host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host),
    ...(username === '' ? {} : { user: decode(username), password: decode(password) }),
  };
}

/** A percent sign that somebody forgot to encode stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
