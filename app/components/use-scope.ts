import { useState } from 'react';
import { hasScope, type OptionalScope } from '../core/access-scopes.ts';
import { useShop } from './shop-context.tsx';
import { useScopeRequest } from './ui/index.ts';
import { useAction } from './use-action.ts';

export interface ScopeAccess {
  granted: boolean;
  /** Shopify is asking, or we are asking Shopify what came of it. */
  busy: boolean;
  /** Somebody said no just now. */
  declined: boolean;
  /** Has Shopify ask the person; `then` runs once the scope is granted, at once where it already is. */
  ask: (then?: () => void) => void;
}

/** An optional scope: whether the shop has granted it, and the way to ask for it at the moment it is needed. */
export function useScope(scope: OptionalScope | undefined): ScopeAccess {
  const { scopes } = useShop();
  const request = useScopeRequest();
  const [state, setState] = useState<'quiet' | 'asking' | 'granted' | 'declined'>('quiet');
  const refresh = useAction({ url: '/app/scopes' });
  const granted = !scope || hasScope(scopes, scope) || state === 'granted';
  return {
    granted,
    busy: state === 'asking' || refresh.busy,
    declined: state === 'declined',
    ask: (then) => {
      if (granted) return then?.();
      setState('asking');
      request([scope]).then(
        (yes) => {
          setState(yes ? 'granted' : 'declined');
          if (!yes) return;
          refresh.run({ intent: 'refresh' });
          then?.();
        },
        () => setState('declined'),
      );
    },
  };
}
