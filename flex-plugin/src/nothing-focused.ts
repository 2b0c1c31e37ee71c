/** True when a key press would go nowhere, as after the element that had the focus is gone. */
export function isNothingFocused(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body;
}
