import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});

describe('products', () => {
  test('are created, read at product level, and changed', async () => {
    const made = await rig.api('POST', '/inventory/products', {
      sku: 'MUG',
      name: 'Mug',
      barcodes: ['4001'],
      weight: 0.3,
      attributes: { shopify: 'gid' },
    });
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({
        sku: 'MUG',
        barcodes: ['4001'],
        management_type: 'none',
        active: true,
        attributes: { shopify: 'gid' },
      }),
    ]);
    rig.clock.advance(5_000);
    const changed = await rig.api('PUT', `/inventory/products/${made.body.id}`, { name: 'Big mug', barcodes: [] });
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ sku: 'MUG', name: 'Big mug', barcodes: [], weight: 0.3 }),
    ]);
    expect(changed.body.updated_at > made.body.updated_at).toBe(true);
    expect((await rig.api('GET', `/inventory/products/${made.body.id}/skus`)).body.product_skus).toMatchObject([
      { sku: 'MUG', is_default: true },
    ]);
    expect((await rig.api('POST', `/inventory/products/${made.body.id}/skus`, { sku: 'MUG-ALIAS' })).status).toBe(201);
    expect((await rig.api('GET', '/inventory/products?sku=MUG-ALIAS')).body.products).toMatchObject([
      { id: made.body.id, sku: 'MUG' },
    ]);
  });

  test('are refused by column: blank, invalid, taken, unknown', async () => {
    await rig.product('MUG');
    const refusal = async (body: unknown) => {
      const { status, body: answer, fact } = await rig.api('POST', '/inventory/products', body);
      expect(fact).not.toBe('');
      return [status, answer.errors];
    };
    expect(await refusal({ sku: 'X' })).toEqual([422, [{ name: "can't be blank" }]]);
    expect(await refusal({ sku: 'X', name: 'X', management_type: 'magic' })).toEqual([422, [{ management_type: 'is invalid' }]]);
    expect(await refusal({ sku: 'MUG', name: 'X' })).toEqual([422, [{ sku: 'has already been taken' }]]);
    expect(await refusal({ sku: 'X', name: 'X', colour: 'red' })).toEqual([422, [{ colour: 'is not a documented field' }]]);
    expect((await rig.api('GET', '/inventory/products/1')).status).toBe(404);
  });

  test('go in bulk with partial success, and the errors don’t say whose they are', async () => {
    const answer = await rig.api('POST', '/inventory/bulk/products', [
      { sku: 'A', name: 'A' },
      { sku: 'B' },
      { sku: 'C', name: 'C' },
    ]);
    expect([answer.status, answer.body.created.map(({ sku }: { sku: string }) => sku), answer.body.errors]).toEqual([
      400,
      ['A', 'C'],
      [{ errors: [{ name: "can't be blank" }] }],
    ]);
    expect(answer.fact).toContain('partial success');
    const all = await rig.api('PUT', '/inventory/bulk/products', [
      { sku: 'A', name: 'AA' },
      { sku: 'C', name: 'CC' },
    ]);
    expect([all.status, all.body.updated.length]).toEqual([201, 2]);
    expect((await rig.api('PUT', '/inventory/bulk/products', [{ sku: 'nobody', name: 'N' }])).body).toEqual({
      updated: [],
      errors: [{ errors: [{ sku: 'does not exist' }] }],
    });
  });

  test('make kits', async () => {
    const [set, part] = [await rig.product('SET'), await rig.product('PART')];
    expect(
      (await rig.api('POST', '/inventory/kits', { name: 'Set', product_id: set, items: [{ product_id: part, quantity: 2 }] }))
        .status,
    ).toBe(201);
    expect((await rig.api('GET', `/inventory/kits?product_id=${set}`)).body.kits).toMatchObject([
      { items: [{ quantity: 2, product: { sku: 'PART' } }] },
    ]);
    expect(
      (await rig.api('POST', '/inventory/kits', { name: 'Set', product_id: set, items: [{ product_id: 1, quantity: 2 }] }))
        .status,
    ).toBe(422);
  });
});

describe('third parties', () => {
  test('need their five columns', async () => {
    const answer = await rig.api('POST', '/iam/third_parties', { email: 'ada@example.com' });
    expect([answer.status, answer.body.errors.map((error: object) => Object.keys(error)[0])]).toEqual([
      422,
      ['name', 'identifier_type', 'identifier_number', 'third_type', 'tenant_id'],
    ]);
    expect(answer.fact).toContain('§2.4 "Required');
  });

  test('are found by their number, which is unique', async () => {
    const id = await rig.customer('shop_1');
    expect((await rig.api('GET', '/iam/third_parties?identifier_number=shop_1&third_type=C')).body.third_parties).toMatchObject([
      { id, name: 'Ada' },
    ]);
    const twin = await rig.api('POST', '/iam/third_parties', {
      name: 'Eve',
      identifier_type: 'ID',
      identifier_number: 'shop_1',
      third_type: 'C',
      tenant_id: 77,
    });
    expect([twin.status, twin.body.errors, twin.fact.includes('unique key')]).toEqual([
      422,
      [{ identifier_number: 'has already been taken' }],
      true,
    ]);
    expect((await rig.api('PUT', `/iam/third_parties/${id}`, { name: 'Ada L.' })).body).toMatchObject({
      name: 'Ada L.',
      identifier_number: 'shop_1',
    });
    expect(
      (
        await rig.api('POST', '/iam/third_parties', {
          name: 'X',
          identifier_type: 'ID',
          identifier_number: 'x',
          third_type: 'C',
          tenant_id: 1,
        })
      ).body.errors,
    ).toEqual([{ tenant_id: 'does not exist' }]);
  });
});
