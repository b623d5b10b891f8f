import type { ReactNode } from 'react';
import { AppLink } from './app-link.tsx';

/** Second navigation within a page: links, so that each tab has its own address. */
export function Tabs({
  label,
  items,
}: {
  label: string;
  items: { id: string; label: string; url: string; current: boolean }[];
}): ReactNode {
  return (
    <nav className="cd-tabs" aria-label={label}>
      {items.map((item) => (
        <AppLink key={item.id} url={item.url} {...(item.current ? { 'aria-current': 'page' as const } : {})}>
          {item.label}
        </AppLink>
      ))}
    </nav>
  );
}
