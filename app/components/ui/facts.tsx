import type { ReactNode } from 'react';

/** A short list of names and values, two columns where there is room. Facts without a value are left out. */
export function Facts({ items }: { items: { name: string; value: ReactNode }[] }): ReactNode {
  return (
    <dl className="cd-facts">
      {items
        .filter(({ value }) => value !== null && value !== undefined && value !== '')
        .map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
