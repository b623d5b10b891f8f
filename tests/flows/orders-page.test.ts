import path from 'node:path';
import { expect, test } from 'vitest';
import { orderKinds, renderOrdersPage } from './order-kinds.ts';

test('docs/orders.md says what the rows say', async () => {
  await expect(renderOrdersPage()).toMatchFileSnapshot(path.resolve(import.meta.dirname, '../../docs/orders.md'));
});

test('no two rows are called the same', () => {
  const names = orderKinds.map(({ kind }) => kind);
  expect(names).toEqual([...new Set(names)]);
});
