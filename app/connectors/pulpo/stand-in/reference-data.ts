import { z } from 'zod';
import type { Api } from './api.ts';
import { filled, integer, optional, parse, readJson, readList } from './body.ts';
import { FACTS } from './facts.ts';
import { own } from './filters.ts';
import { idParam, list } from './lists.ts';
import { notFound, Refusal, refuseColumns, type ColumnErrors } from './refusals.ts';
import { TENANT_ID, type World } from './world.ts';

interface ShippingMethodRow {
  id: number;
  name: string;
  service: string | null;
  carrier: string | null;
  fetch_label: number;
  merchant_id: number | null;
  merchant_channel_id: number | null;
  inserted_at: string;
  updated_at: string;
}

const shippingMethod = z.strictObject({
  id: optional(integer),
  name: filled,
  service: optional(z.string()),
  carrier: optional(z.string()),
  fetch_label: optional(z.boolean()),
  merchant_id: optional(integer),
  merchant_channel_id: optional(integer),
  tenant_id: optional(integer),
});

export function presentShippingMethod({ fetch_label, ...row }: ShippingMethodRow): Record<string, unknown> {
  return { ...row, fetch_label: fetch_label === 1, tenant_id: TENANT_ID };
}

export const shippingMethodRow = (world: World, id: number | null): ShippingMethodRow | undefined =>
  id === null ? undefined : world.state.get<ShippingMethodRow>('SELECT * FROM shipping_methods WHERE id = ?', id);

/** Shipping methods, countries, merchants and their channels. */
export function referenceData(api: Api, world: World): void {
  api.get('/shipping/shipping_methods', (c) =>
    list<ShippingMethodRow>(world, c, {
      envelope: 'shipping_methods',
      from: 'shipping_methods t',
      filters: {
        ...own('integer', 'id', 'merchant_id', 'merchant_channel_id'),
        ...own('text', 'name', 'carrier', 'service'),
        ...own('boolean', 'fetch_label'),
      },
      present: presentShippingMethod,
    }),
  );
  api.post('/shipping/shipping_methods', async (c) => {
    const body = parse(shippingMethod, await readJson(c));
    if (world.state.get('SELECT 1 FROM shipping_methods WHERE name = ?', body.name))
      throw refuseColumns(FACTS.shippingMethod, { name: 'has already been taken' });
    return c.json(presentShippingMethod(putShippingMethod(world, body)), 201);
  });
  api.put('/shipping/bulk/shipping_methods', async (c) => {
    const errors: ColumnErrors[] = [];
    const updated: { id: number; name: string }[] = [];
    for (const entry of await readList(c)) {
      try {
        const { id, name } = putShippingMethod(world, parse(shippingMethod, entry));
        updated.push({ id, name });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        errors.push(error.columns);
      }
    }
    if (errors.length > 0)
      throw new Refusal(FACTS.shippingMethod, 400, { updated, errors: errors.map((columns) => ({ errors: [columns] })) });
    return c.json({ updated }, 201);
  });

  api.get('/countries', (c) =>
    list<Record<string, unknown>>(world, c, {
      envelope: 'countries',
      from: 'countries t',
      filters: { ...own('integer', 'id'), ...own('text', 'alpha_2', 'alpha_3', 'country_code', 'country_name') },
      present: (row) => row,
    }),
  );

  const merchantFilters = { ...own('integer', 'id'), ...own('text', 'name'), ...own('boolean', 'active') };
  const presentActive = (row: Record<string, unknown>) => ({ ...row, active: row['active'] === 1, tenant_id: TENANT_ID });
  api.get('/merchants', (c) =>
    list<Record<string, unknown>>(world, c, {
      envelope: 'merchants',
      from: 'merchants t',
      filters: merchantFilters,
      present: presentActive,
    }),
  );
  api.get('/merchants/:id/channels', (c) => {
    const id = idParam(c);
    if (!world.state.get('SELECT 1 FROM merchants WHERE id = ?', id)) throw notFound('merchant', id);
    return list<Record<string, unknown>>(world, c, {
      envelope: 'channels',
      from: 'channels t',
      fixed: { sql: 't.merchant_id = ?', values: [id] },
      filters: { ...merchantFilters, ...own('boolean', 'is_default') },
      present: (row) => ({ ...presentActive(row), is_default: row['is_default'] === 1 }),
    });
  });
}

/** Creates one, or updates the one with this id or name. */
function putShippingMethod(world: World, body: z.infer<typeof shippingMethod>): ShippingMethodRow {
  const now = world.now();
  const found =
    body.id === null
      ? world.state.get<ShippingMethodRow>('SELECT * FROM shipping_methods WHERE name = ?', body.name)
      : shippingMethodRow(world, body.id);
  if (body.id !== null && !found) throw refuseColumns(FACTS.shippingMethod, { id: 'does not exist' });
  const values = [
    body.name,
    body.service,
    body.carrier,
    body.fetch_label === false ? 0 : 1,
    body.merchant_id,
    body.merchant_channel_id,
    now,
  ] as const;
  const id = found
    ? (world.state.run(
        'UPDATE shipping_methods SET name=?, service=?, carrier=?, fetch_label=?, merchant_id=?, merchant_channel_id=?, updated_at=? WHERE id=?',
        ...values,
        found.id,
      ),
      found.id)
    : world.state.run(
        'INSERT INTO shipping_methods (name, service, carrier, fetch_label, merchant_id, merchant_channel_id, updated_at, inserted_at) VALUES (?,?,?,?,?,?,?,?)',
        ...values,
        now,
      ).lastId;
  return shippingMethodRow(world, id) as ShippingMethodRow;
}

/** Column errors for a merchant and channel that don't exist. Source: pulpo.md §2.2, 3PL tenants. */
export function merchantErrors(world: World, merchantId: number | null, channelId: number | null): ColumnErrors {
  const errors: ColumnErrors = {};
  if (merchantId !== null && !world.state.get('SELECT 1 FROM merchants WHERE id = ?', merchantId))
    errors['merchant_id'] = 'does not exist';
  if (
    channelId !== null &&
    !world.state.get('SELECT 1 FROM channels WHERE id = ? AND merchant_id IS coalesce(?, merchant_id)', channelId, merchantId)
  )
    errors['merchant_channel_id'] = 'does not exist';
  return errors;
}
