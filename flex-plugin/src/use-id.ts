import { useRef } from 'react';

let lastId = 0;

/** React 17 has no `useId`. */
export function useId(name: string): string {
  const id = useRef<string>();
  if (id.current === undefined) {
    lastId += 1;
    id.current = `callback-and-voicemail-${name}-${lastId}`;
  }
  return id.current;
}
