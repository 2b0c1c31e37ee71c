/**
 * Twilio's identifiers: two capital letters and 32 lower-case hexadecimal digits. Everything that reaches us from
 * outside is checked against these before it becomes part of a URL.
 */
const sid = (prefix: string) => new RegExp(`^${prefix}[0-9a-f]{32}$`);

export const SID = {
  account: sid('AC'),
  apiKey: sid('SK'),
  call: sid('CA'),
  queue: sid('QU'),
  recording: sid('RE'),
  syncService: sid('IS'),
  task: sid('WT'),
  taskQueue: sid('WQ'),
  transcription: sid('TR'),
  worker: sid('WK'),
  workflow: sid('WW'),
  workspace: sid('WS'),
} as const;

/** True when `value` is a sid of that kind. */
export function isSid(kind: keyof typeof SID, value: unknown): value is string {
  return typeof value === 'string' && SID[kind].test(value);
}
