import { useLocation, useNavigate, useNavigation } from '@remix-run/react';
import { NavMenu } from '@shopify/app-bridge-react';
import { AppProvider } from '@shopify/polaris';
import { useEffect, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from './app-link.tsx';

export interface NavItem {
  label: string;
  url: string;
}

type PolarisLink = NonNullable<ComponentProps<typeof AppProvider>['linkComponent']>;

/** What stands round every page: Polaris in the admin's language, the app's menu in the admin, and the admin's clicks on it. */
export function AppFrame({ home, items, children }: { home: string; items: NavItem[]; children: ReactNode }): ReactNode {
  const { i18n } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useEffect(() => {
    const follow = (event: Event): void => {
      const href = event.target instanceof Element ? event.target.getAttribute('href') : null;
      if (href) navigate(href);
    };
    addEventListener('shopify:navigate', follow);
    return () => removeEventListener('shopify:navigate', follow);
  }, [navigate]);
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which React would call as the effect's clean-up.
    window.scrollTo(0, 0);
  }, [pathname]);
  const moving = useNavigation().state === 'loading';
  useEffect(() => {
    // The admin's own bar; what is on the page stays until the next one is there.
    if ('shopify' in window) window.shopify.loading(moving);
  }, [moving]);
  const translations = i18n.getResourceBundle(i18n.language, 'polaris') as ComponentProps<typeof AppProvider>['i18n'];
  return (
    <AppProvider i18n={translations} linkComponent={AppLink as PolarisLink}>
      <NavMenu>
        <a href={home} rel="home">
          Crossdock
        </a>
        {items.map(({ label, url }) => (
          <a key={url} href={url}>
            {label}
          </a>
        ))}
      </NavMenu>
      {children}
    </AppProvider>
  );
}
