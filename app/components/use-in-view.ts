import { useEffect, useRef, type RefObject } from 'react';

/** Brings what has just appeared into view, where a long page would hide it. `what` says when something new is there. */
export function useInView<Element extends HTMLElement>(what: unknown): RefObject<Element> {
  const ref = useRef<Element>(null);
  useEffect(() => {
    if (what) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [what]);
  return ref;
}
