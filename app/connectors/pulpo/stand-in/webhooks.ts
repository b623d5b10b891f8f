import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { mustBeAssigned, type Api } from './api.ts';
import { filled, integer, optional, parse, readJson } from './body.ts';
import { EVENT_TYPES } from './events.ts';
import { FACTS } from './facts.ts';
import { own } from './filters.ts';
import { idParam, list } from './lists.ts';
import { merchantErrors } from './reference-data.ts';
import { notFound, refuseColumns, type ColumnErrors } from './refusals.ts';
import { warehouseRow } from './warehouses.ts';
import type { World } from './world.ts';

interface WebhookRow {
  id: string;
  url: string;
  method: string;
  allowed_types: string;
  enabled: number;
  warehouse_id: number;
  merchant_id: number | null;
  client_id: number | null;
  inserted_at: string;
  updated_at: string;
}

const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));
const webhookBody = z.strictObject({
  url: httpUrl,
  method: z.literal('POST'),
  allowed_types: z.array(z.string()).min(1),
  enabled: z.boolean(),
  warehouse_id: integer,
  merchant_id: optional(integer),
  client_id: optional(integer),
});
const clientBody = z.strictObject({
  name: filled,
  type: optional(z.string()),
  credentials: z.array(
    z.strictObject({ label: filled, value: z.string(), location: z.enum(['header', 'query']), type: optional(z.string()) }),
  ),
});
/** What the spec declares for a refused webhook. */
const BAD = { requiredFact: FACTS.webhook, status: 400 };

const present = (row: WebhookRow) => ({
  ...row,
  enabled: row.enabled === 1,
  allowed_types: JSON.parse(row.allowed_types) as string[],
});
const presentClient = (row: Record<string, unknown>) => ({
  ...row,
  credentials: JSON.parse(String(row['credentials'])) as unknown,
});

/** `/webhook/…`: one webhook belongs to one warehouse; clients attach credentials to the calls; logs tell what became of them. */
export function webhooks(api: Api, world: World): void {
  const find = (id: string): WebhookRow => {
    const row = world.state.get<WebhookRow>('SELECT * FROM webhooks WHERE id = ?', id);
    if (!row) throw notFound('webhook', id);
    return row;
  };
  const check = (body: z.infer<typeof webhookBody>): void => {
    const errors: ColumnErrors = merchantErrors(world, body.merchant_id, null);
    const unknown = body.allowed_types.filter((type) => !(EVENT_TYPES as readonly string[]).includes(type));
    if (unknown.length > 0) errors['allowed_types'] = `is invalid: ${unknown.join(', ')}`;
    if (!warehouseRow(world, body.warehouse_id)) errors['warehouse_id'] = 'does not exist';
    if (body.client_id !== null && !world.state.get('SELECT 1 FROM webhook_clients WHERE id = ?', body.client_id))
      errors['client_id'] = 'does not exist';
    if (Object.keys(errors).length > 0) throw refuseColumns(unknown.length > 0 ? FACTS.webhookTypes : FACTS.webhook, errors, 400);
  };

  api.get('/webhook', (c) =>
    list<WebhookRow>(world, c, {
      envelope: 'webhooks',
      from: 'webhooks t',
      filters: {
        ...own('text', 'id', 'url'),
        ...own('integer', 'warehouse_id', 'merchant_id', 'client_id'),
        ...own('boolean', 'enabled'),
        ...own('time', 'inserted_at', 'updated_at'),
      },
      present,
    }),
  );
  api.post('/webhook', async (c) => {
    const body = parse(webhookBody, await readJson(c), BAD);
    check(body);
    mustBeAssigned(world, c, body.warehouse_id);
    const id = randomUUID();
    const now = world.now();
    world.state.run(
      'INSERT INTO webhooks (id, url, method, allowed_types, enabled, warehouse_id, merchant_id, client_id, inserted_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
      id,
      body.url,
      body.method,
      JSON.stringify(body.allowed_types),
      body.enabled ? 1 : 0,
      body.warehouse_id,
      body.merchant_id,
      body.client_id,
      now,
      now,
    );
    return c.json({ webhooks: [present(find(id))] }, 201);
  });

  api.get('/webhook/logs', (c) => {
    const event = 'SELECT l.id FROM event_logs l JOIN events e ON e.id = l.event_id';
    return list<{ event_id: string }>(world, c, {
      envelope: 'event_logs',
      from: 'event_logs t',
      filters: {
        ...own('integer', 'id', 'code'),
        ...own('text', 'webhook_id', 'event_id', 'response'),
        ...own('time', 'inserted_at', 'updated_at'),
        event_status: { kind: 'text', column: 'e.status', within: event },
        event_type: { kind: 'text', column: 'e.type', within: event },
      },
      present: (row) => ({
        ...row,
        event: world.state.get('SELECT id, type, status FROM events WHERE id = ?', row.event_id) ?? null,
      }),
    });
  });
  api.post('/webhook/retry', (c) => {
    const { changes } = world.state.run(
      "UPDATE deliveries SET state = 'waiting', attempts = 0, due_at = ? WHERE state = 'failed'",
      world.clock.now(),
    );
    world.wake();
    return c.json({ retried: changes });
  });

  api.get('/webhook/clients', (c) =>
    list<Record<string, unknown>>(world, c, {
      envelope: 'webhook_clients',
      from: 'webhook_clients t',
      filters: { ...own('integer', 'id'), ...own('text', 'name', 'type') },
      present: presentClient,
    }),
  );
  api.post('/webhook/clients', async (c) => {
    const body = parse(clientBody, await readJson(c), BAD);
    const now = world.now();
    const { lastId } = world.state.run(
      'INSERT INTO webhook_clients (name, type, credentials, inserted_at, updated_at) VALUES (?,?,?,?,?)',
      body.name,
      body.type,
      JSON.stringify(body.credentials),
      now,
      now,
    );
    const row = world.state.get<Record<string, unknown>>('SELECT * FROM webhook_clients WHERE id = ?', lastId);
    return c.json({ webhook_clients: row ? [presentClient(row)] : [] }, 201);
  });
  api.delete('/webhook/clients/:id', (c) => {
    const id = idParam(c);
    if (world.state.get('SELECT 1 FROM webhooks WHERE client_id = ?', id))
      throw refuseColumns(FACTS.webhook, { id: 'is used by a webhook' });
    if (world.state.run('DELETE FROM webhook_clients WHERE id = ?', id).changes === 0) throw notFound('webhook client', id);
    return c.json({});
  });

  api.get('/webhook/:id', (c) => c.json(present(find(c.req.param('id')))));
  api.put('/webhook/:id', async (c) => {
    const row = find(c.req.param('id'));
    const { id: _id, inserted_at: _inserted, updated_at: _updated, ...kept } = present(row);
    const body = parse(webhookBody, { ...kept, ...((await readJson(c)) as object) }, BAD);
    check(body);
    mustBeAssigned(world, c, body.warehouse_id);
    world.state.run(
      'UPDATE webhooks SET url=?, method=?, allowed_types=?, enabled=?, warehouse_id=?, merchant_id=?, client_id=?, updated_at=? WHERE id=?',
      body.url,
      body.method,
      JSON.stringify(body.allowed_types),
      body.enabled ? 1 : 0,
      body.warehouse_id,
      body.merchant_id,
      body.client_id,
      world.now(),
      row.id,
    );
    return c.json(present(find(row.id)));
  });
  api.delete('/webhook/:id', (c) => {
    const { id } = find(c.req.param('id'));
    world.state.run('DELETE FROM deliveries WHERE webhook_id = ?', id);
    world.state.run('DELETE FROM webhooks WHERE id = ?', id);
    return c.json({});
  });
}
