/** How far away and how thin the line to "Twilio" is; for benches. May be changed while the server runs. */
export interface Link {
  /** Milliseconds before each request takes effect. */
  latencyMs?: number;
  /** Speed of media downloads. */
  bytesPerSecond?: number;
}
