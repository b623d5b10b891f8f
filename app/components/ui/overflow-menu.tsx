import { ActionList, Button, Popover } from '@shopify/polaris';
import { useState, type ReactNode } from 'react';

export interface MenuItem {
  label: string;
  onAction: () => void;
  destructive?: boolean;
}

/** Three dots, as Polaris draws them. */
function Dots(): ReactNode {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <circle cx="4" cy="10" r="1.5" />
      <circle cx="10" cy="10" r="1.5" />
      <circle cx="16" cy="10" r="1.5" />
    </svg>
  );
}

/** What else can be done with a record, behind three dots. `label` says whose menu it is. */
export function OverflowMenu({ label, items, disabled }: { label: string; items: MenuItem[]; disabled: boolean }): ReactNode {
  const [open, setOpen] = useState(false);
  if (items.length === 0) return null;
  return (
    <Popover
      active={open}
      autofocusTarget="first-node"
      onClose={() => setOpen(false)}
      activator={
        <Button variant="tertiary" icon={Dots} accessibilityLabel={label} disabled={disabled} onClick={() => setOpen(!open)} />
      }
    >
      <ActionList
        actionRole="menuitem"
        items={items.map((item) => ({
          content: item.label,
          destructive: item.destructive ?? false,
          onAction: () => {
            setOpen(false);
            item.onAction();
          },
        }))}
      />
    </Popover>
  );
}
