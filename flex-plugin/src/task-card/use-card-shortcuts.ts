import { type RefObject, useEffect } from 'react';

/** Keys, as `aria-keyshortcuts` of the buttons they click names them. */
const SHORTCUTS: Readonly<Record<string, string>> = { ' ': 'Space', c: 'C', l: 'L', h: 'H' };

/**
 * Single keys click the card's buttons while the focus is in the card, or nowhere as after accepting a task. Never while
 * somebody types, and they can be turned off (WCAG 2.1.4).
 */
export function useCardShortcuts(card: RefObject<HTMLElement>, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const button = card.current === null ? undefined : findButton(card.current, event);
      if (button === undefined) return;
      event.preventDefault();
      button.click();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [card, isOn]);
}

function findButton(card: HTMLElement, event: KeyboardEvent): HTMLButtonElement | undefined {
  const { key, target, defaultPrevented, repeat, isComposing, ctrlKey, altKey, metaKey, shiftKey } = event;
  const shortcut = SHORTCUTS[key.toLowerCase()];
  if (shortcut === undefined || defaultPrevented || repeat || isComposing) return undefined;
  if (ctrlKey || altKey || metaKey || shiftKey || !(target instanceof Element)) return undefined;
  if (target !== document.body && !card.contains(target)) return undefined;
  if (target.closest('input, textarea, select, [contenteditable], [role=alertdialog]') !== null) return undefined;
  // A button or link that has the focus takes Space for itself.
  if (shortcut === 'Space' && target.closest('button, a') !== null) return undefined;
  const button = card.querySelector<HTMLButtonElement>(`button[aria-keyshortcuts="${shortcut}"]`);
  return button === null || button.disabled ? undefined : button;
}
