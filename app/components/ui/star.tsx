import { Button } from '@shopify/polaris';
import type { ReactNode } from 'react';

const outline = 'M10 2.6l2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 7.9l5-.7z';

const drawn = (on: boolean) => (): ReactNode => (
  <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={outline} fill={on ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />
  </svg>
);
const [Full, Empty] = [drawn(true), drawn(false)];

/** Marks something as a favourite. `label` says what of. */
export function Star({ on, label, onChange }: { on: boolean; label: string; onChange: (on: boolean) => void }): ReactNode {
  return <Button variant="tertiary" icon={on ? Full : Empty} accessibilityLabel={label} onClick={() => onChange(!on)} />;
}
