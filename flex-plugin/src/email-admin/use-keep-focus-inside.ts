import { useLayoutEffect, useRef } from 'react';
import { isNothingFocused } from '../nothing-focused';

/**
 * Keeps the focus where the keyboard was: when the element that had it is gone or disabled, its container gets it, and
 * the next Tab goes on from there.
 * @returns a ref for the container, which needs a `tabIndex` of -1
 */
export function useKeepFocusInside(): React.RefObject<HTMLDivElement> {
  const container = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    const { current } = container;
    if (current === null) return undefined;
    const gained = () => {
      hadFocus.current = true;
    };
    // An element that is removed or disabled loses the focus to nothing, or without an event.
    const lost = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget instanceof Node && !current.contains(relatedTarget)) hadFocus.current = false;
    };
    const clickedElsewhere = ({ target }: Event) => {
      if (target instanceof Node && !current.contains(target)) hadFocus.current = false;
    };
    current.addEventListener('focusin', gained);
    current.addEventListener('focusout', lost);
    document.addEventListener('mousedown', clickedElsewhere);
    return () => {
      current.removeEventListener('focusin', gained);
      current.removeEventListener('focusout', lost);
      document.removeEventListener('mousedown', clickedElsewhere);
    };
  }, []);
  useLayoutEffect(() => {
    if (hadFocus.current && isNothingFocused()) container.current?.focus();
  });
  return container;
}
