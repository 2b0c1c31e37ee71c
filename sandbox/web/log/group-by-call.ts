import type { LogEntry } from '../api/types';

/** The lines of one call, oldest first. */
export interface CallGroup {
  callSid: string;
  lines: LogEntry[];
}
export type LogItem = LogEntry | CallGroup;

export const isCallGroup = (item: LogItem): item is CallGroup => 'lines' in item;

/**
 * Gathers the lines of each call. Lines that belong to no call stay as they are.
 * @param lines oldest first
 * @returns oldest first, each call at the place of its latest line
 */
export function groupByCall(lines: readonly LogEntry[]): LogItem[] {
  const groups = new Map<string, CallGroup>();
  const items: LogItem[] = [];
  for (const line of [...lines].reverse()) {
    if (line.callSid === undefined) {
      items.push(line);
      continue;
    }
    const group = groups.get(line.callSid);
    if (group !== undefined) {
      group.lines.unshift(line);
      continue;
    }
    const first = { callSid: line.callSid, lines: [line] };
    groups.set(line.callSid, first);
    items.push(first);
  }
  return items.reverse();
}
