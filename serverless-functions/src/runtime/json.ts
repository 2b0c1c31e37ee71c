import { isRecord } from '@callback-and-voicemail/contract/schema';

/** @returns undefined for text that is not JSON, or whose value is not an object */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
