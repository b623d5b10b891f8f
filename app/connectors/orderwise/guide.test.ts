import { describe, expect, it } from 'vitest';
import { guide } from './guide.ts';

const codeOf = (step: string) => guide.find(({ id }) => id === step)?.code ?? '';

describe('the guide’s ready-made SQL', () => {
  it('tells stock by SKU and stock location, and only what changed since', () => {
    expect(codeOf('stockSql')).toMatch(/SELECT[\s\S]*AS StocklocationId[\s\S]*@since/);
    expect(codeOf('stockSql')).toMatch(/AS sku[\s\S]*AS freeStock/);
  });

  it('tells despatches by SKU and quantity, so that a part of an order is exact', () => {
    expect(codeOf('statusSql')).toMatch(/SELECT[\s\S]*AS sku[\s\S]*AS quantity[\s\S]*@since/);
    for (const column of ['orderReference', 'orderStatus', 'trackNumber', 'trackingLink', 'courier', 'dateShipped'])
      expect(codeOf('statusSql')).toContain(`AS ${column}`);
  });

  it('changes nothing, and is shown only where the app calls', () => {
    const steps = guide.filter(({ code }) => code !== undefined);
    expect(steps.map(({ id, when }) => [id, when])).toEqual(
      ['stockSql', 'statusSql'].map((id) => [id, { name: 'mode', is: 'rest' }]),
    );
    for (const { code } of steps) expect(code).not.toMatch(/\b(INSERT|UPDATE|DELETE|DROP|EXEC)\b/i);
  });
});
