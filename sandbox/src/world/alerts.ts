import type { Alert, EventLog, LogEntry, Sid } from './types';

/** "Queries for alerts older than 30 days" find none (OpenAPI monitor v1, StartDate). */
const KEPT_MS = 30 * 24 * 3_600_000;
/** Errors of voice and TwiML; the log's lines begin or end with their code. */
const CODE = /^(1[1-6]\d{3}) |\bfailed: (1[1-6]\d{3}) /;

const ECHO_MS = 1000;

/** Twilio's error log: the lines of the event log that carry an error code. */
export function collectAlerts(eventLog: EventLog, newSid: (prefix: string) => Sid): readonly Alert[] {
  const alerts: Alert[] = [];
  eventLog.subscribe((line) => {
    const alert = toAlert(line, newSid);
    if (!alert) return;
    while (alerts[0] && alerts[0].at < line.at - KEPT_MS) alerts.shift();
    // A request that failed is logged when it fails and again when the call ends for it.
    const last = alerts.at(-1);
    const isSame = last && last.resourceSid === alert.resourceSid && last.errorCode === alert.errorCode;
    if (!isSame || last.requestUrl === null || alert.at - last.at > ECHO_MS) alerts.push(alert);
  });
  return alerts;
}

function toAlert(
  { source, level, text, at, callSid, detail }: LogEntry,
  newSid: (prefix: string) => Sid,
): Alert | null {
  const match = source === 'twilio' && level !== 'info' ? CODE.exec(text) : null;
  if (!match || level === 'info') return null;
  const url = (detail as { url?: unknown } | undefined)?.url;
  return {
    sid: newSid('NO'),
    at,
    level,
    errorCode: Number(match[1] ?? match[2]),
    text,
    resourceSid: callSid ?? null,
    requestUrl: typeof url === 'string' ? url : null,
  };
}
