/** The worker's own variables; all others are those of the Functions. */
export interface WorkerOptions {
  /** How many mails it sends at once. */
  concurrency: number;
  /** How many it begins within a second; undefined: as many as it can. */
  mailsPerSecond?: number;
  /** How often it looks for due mails in the ledger. */
  lookSeconds: number;
  /** How often it does what else is due, as the scheduler's request does; 0: never. */
  sweepSeconds: number;
  /** Where its HTTP server listens. */
  host: string;
  port: number;
  /** Its address as Twilio's Event Streams know it; undefined: it takes no events. */
  publicUrl?: string;
  /** The file with what callers hear. */
  callerExperience?: string;
}

const whole = (least: number, most: number) => (value: string) => {
  const number = Number(value);
  return /^\d{1,9}$/.test(value) && number >= least && number <= most ? number : undefined;
};
const httpsUrl = (value: string) => (URL.canParse(value) && new URL(value).protocol === 'https:' ? value : undefined);

/**
 * Reads the options from the process's environment.
 * @throws Error that names the variable and its form; the worker does not start then
 */
export function readOptions(raw: Readonly<Record<string, string | undefined>>): WorkerOptions {
  const read = <T>(name: string, parse: (value: string) => T | undefined, expected: string): T | undefined => {
    const value = raw[name]?.trim();
    if (value === undefined || value === '') return undefined;
    const parsed = parse(value);
    if (parsed === undefined) throw new Error(`${name} is malformed: expected ${expected}`);
    return parsed;
  };
  return {
    concurrency: read('WORKER_CONCURRENCY', whole(1, 50), 'a whole number from 1 to 50') ?? 5,
    mailsPerSecond: read('WORKER_MAILS_PER_SECOND', whole(1, 1_000), 'a whole number from 1 to 1000'),
    lookSeconds: read('WORKER_LOOK_SECONDS', whole(1, 3_600), 'seconds, from 1 to 3600') ?? 15,
    sweepSeconds: read('WORKER_SWEEP_SECONDS', whole(0, 3_600), 'seconds, from 0 to 3600') ?? 60,
    host: read('WORKER_HOST', (value) => value, 'an address to listen at') ?? '127.0.0.1',
    port: read('WORKER_PORT', whole(0, 65_535), 'a port') ?? 8_090,
    publicUrl: read('WORKER_PUBLIC_URL', httpsUrl, 'https://… as the sink of Event Streams has it'),
    callerExperience: read('WORKER_CALLER_EXPERIENCE', (value) => value, 'the path of a file'),
  };
}
