import { describe, expect, it } from 'vitest';
import { syncKinds } from '../connectors/contract/index.ts';
import en from '../locales/en.further.json' with { type: 'json' };
import { describeSyncSettings } from './read-sync-settings-form.ts';

const field = (kind: (typeof syncKinds)[number], name: string) => describeSyncSettings(kind).find((one) => one.name === name);

describe("the form of a sync's settings", () => {
  it('draws each kind of setting as what it is', () => {
    expect(field('orders', 'financialStatuses')).toMatchObject({ kind: 'choices', required: true });
    expect(field('orders', 'requiredTags')).toMatchObject({ kind: 'words', initial: [] });
    expect(field('orders', 'earliestOrderDate')).toMatchObject({ kind: 'date', required: false, initial: null });
    expect(field('orders', 'editWindowMinutes')).toMatchObject({ kind: 'number', minimum: 0, maximum: 10_080, initial: 0 });
    expect(field('orders', 'unmappedShipping')).toMatchObject({ kind: 'choice', options: ['hold', 'send'], initial: 'hold' });
    expect(field('shipments', 'notifyCustomer')).toMatchObject({ kind: 'toggle', initial: false });
    expect(field('orders', 'tagImported')).toMatchObject({ kind: 'text', initial: '' });
  });

  it('has words for every setting and every choice', () => {
    const texts = en.settings as Record<
      string,
      Record<string, { label?: string; help?: string; options?: Record<string, string> }>
    >;
    const wordless = syncKinds.flatMap((kind) =>
      describeSyncSettings(kind).flatMap(({ name, options = [] }) => {
        const text = texts[kind]?.[name];
        const choices = options.filter((option) => !text?.options?.[option]).map((option) => `${kind}.${name}.options.${option}`);
        return [...(text?.label && text.help ? [] : [`${kind}.${name}`]), ...choices];
      }),
    );
    expect(wordless).toEqual([]);
  });
});
