import type { ReactNode } from 'react';

interface SwitchProps {
  /** Read out; not drawn where a heading beside it says the same. */
  label: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

/** A switch that acts at once. */
export function Switch({ label, on, disabled = false, onChange }: SwitchProps): ReactNode {
  return (
    <button
      type="button"
      role="switch"
      className="cd-switch"
      aria-checked={on}
      aria-label={label}
      disabled={disabled}
      onClick={() => onChange(!on)}
    >
      <span aria-hidden="true" />
    </button>
  );
}
