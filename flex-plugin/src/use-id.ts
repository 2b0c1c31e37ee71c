import { useRef } from 'react';

let last = 0;

/** React 17 has no `useId`. */
export function useId(name: string): string {
  const id = useRef<string>();
  if (id.current === undefined) {
    last += 1;
    id.current = `callback-and-voicemail-${name}-${last}`;
  }
  return id.current;
}
