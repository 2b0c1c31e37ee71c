/**
 * Single-line JSON logs. Only the fields named here are ever written, so that a number, an address or a key cannot
 * slip in with an object passed along. Numbers and addresses are none of them.
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
  /** The mail provider's name. */
  provider?: string;
  workers?: number;
  port?: number;
  /** The SID of who asks. */
  worker?: string;
  /** Bytes. */
  size?: number;
  /** Seconds. */
  duration?: number;
  ms?: number;
  variable?: string;
  problem?: string;
  advice?: string;
  /** Names of task attributes. */
  attributes?: string;
}
type LogLevel = 'info' | 'warn' | 'error';

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
