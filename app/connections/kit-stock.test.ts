import { describe, expect, it } from 'vitest';
import type { Connector, StockLevel, StockPort } from '../connectors/contract/index.ts';
import { withKitStock } from './kit-stock.ts';

const kits = new Map([
  [
    'set',
    [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 1 },
    ],
  ],
]);
const known = { kits, skuOf: new Map([['set', 'SET']]) };
const level = (facilityId: string, sku: string, available: number): StockLevel => ({
  facilityId,
  sku,
  available,
  remoteProductId: null,
});
const shelves = [level('F', 'A', 9), level('F', 'b', 3), level('G', 'A', 4), level('F', 'SET', 77), level('F', 'MUG', 5)];

function office(asked: Parameters<StockPort['pull']>[0][], changed = shelves) {
  const stock: StockPort = {
    async *pull(request) {
      asked.push(request);
      const from = request.since === null ? shelves : changed;
      yield {
        asOf: 5,
        levels: from.filter(({ sku }) => !request.skus || request.skus.some((one) => one.toLowerCase() === sku.toLowerCase())),
      };
    },
  };
  return withKitStock({ stock } as unknown as Connector, () => Promise.resolve(known)).stock;
}

async function pulled(request: Partial<Parameters<StockPort['pull']>[0]>, changed?: StockLevel[]) {
  const asked: Parameters<StockPort['pull']>[0][] = [];
  const found: string[] = [];
  for await (const page of office(asked, changed)?.pull({ facilityIds: ['F', 'G'], since: null, ...request }) ?? [])
    found.push(...page.levels.map(({ facilityId, sku, available }) => `${facilityId} ${sku} ${available}`));
  return { asked, found };
}

describe('stock of a kit', () => {
  it('is what the least of its components allows; its own number there doesn’t count, and unknown is not zero', async () => {
    const { found } = await pulled({});
    expect(found.filter((one) => one.includes('SET'))).toEqual(['F SET 3']);
    expect(found).toContain('F MUG 5');
  });

  it('follows when one component changed: the others are asked for', async () => {
    const { found, asked } = await pulled({ since: 1 }, [level('F', 'A', 9)]);
    expect(found).toEqual(['F A 9', 'F A 9', 'F b 3', 'G A 4', 'F SET 3']);
    expect(asked[1]).toMatchObject({ since: null, skus: ['A', 'B'] });
    expect((await pulled({ since: 1 }, [level('F', 'MUG', 5)])).found).toEqual(['F MUG 5']);
  });

  it('is worked out when the kit or a component is asked for by name', async () => {
    expect((await pulled({ skus: ['SET'] })).found).toContain('F SET 3');
    expect((await pulled({ skus: ['b'] })).found).toContain('F SET 3');
    expect((await pulled({ skus: ['MUG'] })).found).toEqual(['F MUG 5']);
  });
});
