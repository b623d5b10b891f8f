import { Link, useLocation, useNavigate } from '@remix-run/react';
import { forwardRef, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';
import { hasScheme, mayLeadTo } from './link-address.ts';

interface AppLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  url?: string;
  external?: boolean;
}

const never = (): (() => void) => () => undefined;

/**
 * Where a link leads before the page is alive: a click then makes a new document, which has to say again in which shop's admin it stands.
 * Afterwards the plain address.
 */
function useAddress(url: string): string {
  const alive = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const { search } = useLocation();
  if (alive) return url;
  const [path = '', query] = url.split('?');
  const kept = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(search))
    if (['embedded', 'shop', 'host', 'locale'].includes(name)) kept.set(name, value);
  return kept.size > 0 ? `${path}?${kept}` : url;
}

/**
 * Every link that Polaris draws. Pages of the app change without a new document (one would lose the admin's parameters), and not
 * before a form with unsaved changes was asked about. Links into Shopify admin lead the whole window there.
 */
export const AppLink = forwardRef<HTMLAnchorElement, AppLinkProps>(function AppLink(
  { url = '', external, target, rel, onClick, ...rest },
  ref,
) {
  const navigate = useNavigate();
  const address = useAddress(url);
  // The words of the link stay; where it led is nowhere to go.
  if (!mayLeadTo(url)) return <a {...rest} ref={ref} />;
  if (external || hasScheme(url)) {
    const place = url.startsWith('shopify:') ? '_top' : (target ?? '_blank');
    return <a {...rest} ref={ref} href={url} target={place} rel={rel ?? 'noopener noreferrer'} onClick={onClick} />;
  }
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || target || !('shopify' in window)) return;
    event.preventDefault();
    void window.shopify.saveBar.leaveConfirmation().then(() => navigate(url));
  };
  return <Link {...rest} ref={ref} to={address} target={target} rel={rel} onClick={follow} />;
});
