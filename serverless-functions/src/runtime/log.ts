/**
 * Single-line JSON logs. Only the fields named here are ever written, so that a number, an address or a key cannot
 * slip in with an object passed along.
 */
export interface LogFields {
  callSid?: string;
  entry?: string;
  taskSid?: string;
  recordingSid?: string;
  transcriptionSid?: string;
  state?: string;
  step?: string;
  outcome?: string;
  code?: string;
  status?: number;
  attempt?: number;
  recipients?: number;
  /** Bytes. */
  size?: number;
  /** Seconds. */
  duration?: number;
  ms?: number;
  variable?: string;
  problem?: string;
  advice?: string;
  /** Masked with `maskNumber`. */
  number?: string;
}
export type LogLevel = 'info' | 'warn' | 'error';

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** A log that names the Function in every line. */
export function createLog(functionName: string, write: (line: string) => void = console.log): Log {
  const line =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}) =>
      write(JSON.stringify({ level, function: functionName, event, ...fields }));
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** `+15551234567` becomes `…67`: enough to tell two callers of one minute apart, not enough to call one. */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, '');
  return digits.length < 7 ? '…' : `…${digits.slice(-2)}`;
}

/** `ana.ruiz@clinic.org` becomes `…@clinic.org`. */
export function maskAddress(address: string): string {
  return `…@${address.slice(address.lastIndexOf('@') + 1)}`;
}
