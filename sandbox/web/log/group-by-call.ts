import type { LogEntry } from '../api/types';

/** The lines of one call, oldest first. */
export interface CallGroup {
  callSid: string;
  lines: LogEntry[];
}
export type LogItem = LogEntry | CallGroup;

export const isCallGroup = (item: LogItem): item is CallGroup => 'lines' in item;

/** The call a line is about: what Twilio was asked names it in the ids of documents and items only. */
const callOf = ({ callSid, text }: LogEntry): string | undefined => callSid ?? /CA[0-9a-f]{32}/.exec(text)?.[0];

/**
 * Gathers the lines of each call. Lines that belong to no call stay as they are.
 * @param lines oldest first
 * @returns oldest first, each call at the place of its latest line
 */
export function groupByCall(lines: readonly LogEntry[]): LogItem[] {
  const groups = new Map<string, CallGroup>();
  const items: LogItem[] = [];
  for (const line of [...lines].reverse()) {
    const callSid = callOf(line);
    if (callSid === undefined) {
      items.push(line);
      continue;
    }
    const group = groups.get(callSid);
    if (group !== undefined) {
      group.lines.unshift(line);
      continue;
    }
    const first = { callSid, lines: [line] };
    groups.set(callSid, first);
    items.push(first);
  }
  return items.reverse();
}
