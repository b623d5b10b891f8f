import { expect, it } from 'vitest';
import { orderwise } from './index.ts';

it.each(Object.entries(orderwise.messages))('ready-made SQL is shown to copy in %s', (_language, messages) => {
  const { guide } = messages as unknown as { guide: Record<string, { body: string }> };
  expect(guide['stockSql']?.body).toMatch(/SELECT[\s\S]+AS StocklocationId[\s\S]+@since/);
  expect(guide['statusSql']?.body).toMatch(/SELECT[\s\S]+AS sku[\s\S]+AS quantity[\s\S]+@since/);
});
