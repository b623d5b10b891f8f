import { useCallback } from 'react';

/** Says that something worked. What didn't work stays on the page instead. */
export function useToast(): (text: string) => void {
  return useCallback((text) => {
    if ('shopify' in window) window.shopify.toast.show(text);
  }, []);
}
