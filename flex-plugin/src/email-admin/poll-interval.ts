/** A change made elsewhere is shown within this time while the panel is visible (docs/adr/0023-panel-merges-field-by-field.md). */
export const POLL_MS = 15_000;
