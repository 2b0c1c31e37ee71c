/** What the pages need of the voice engine; any engine with these members will do. */
export interface Voice {
  placeCall(options: { from: string; to: string; callerName?: string }): string;
  press(sid: string, key: string): void;
  /** `wav` is 8 kHz 16 bit mono. */
  speak(sid: string, wav: Buffer, options?: { transcript?: string }): void;
  hangUp(sid: string): void;
  /** Numbers that can be dialled. */
  numbers: readonly string[];
  subscribe(listener: (event: CallEvent) => void): () => void;
}

export type CallEvent = { callSid: string; at: number } & (
  | { type: 'say'; text: string; language?: string; voice?: string }
  | { type: 'play'; url: string }
  | { type: 'pause'; seconds: number }
  | { type: 'stop' }
  | { type: 'beep' }
  | { type: 'recording'; on: boolean }
  | { type: 'listening'; on: boolean }
  | { type: 'status'; status: string }
);
