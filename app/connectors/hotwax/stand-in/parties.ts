import type { Context } from 'hono';
import { param, readBody, required, type Api } from './api.ts';
import { list, one, rowBy } from './finding.ts';
import { create, store, update } from './records.ts';
import { notFound } from './refusals.ts';
import type { World } from './world.ts';

/**
 * Customers. A party is one record, its person another that no documented call of these writes: a nested `person` is silently skipped as
 * any *one* relation is. Source: hotwax.md §3.6; that `identifications` and `roles` may nest is a guess by the same engine rule.
 */
export function parties(api: Api, world: World): void {
  api.get('/oms/parties', (c) => list(world, c, 'PartyNameDetail'));
  api.post('/oms/parties', async (c) => {
    const body = await readBody(c);
    required(body, 'partyTypeId');
    return c.json(create(world, 'Party', body));
  });
  api.get('/oms/parties/identifications', (c) => list(world, c, 'PartyIdentification'));
  const own = (c: Context) => {
    const key = { partyId: param(c, 'id') };
    if (!rowBy(world, 'Party', key)) throw notFound('Party', key.partyId);
    return key;
  };
  api.get('/oms/parties/:id', (c) => one(world, c, 'PartyNameDetail', { partyId: param(c, 'id') }));
  api.put('/oms/parties/:id', async (c) => c.json(update(world, 'Party', { ...(await readBody(c)), ...own(c) })));
  api.get('/oms/parties/:id/identifications', (c) => list(world, c, 'PartyIdentification', own(c)));
  api.post('/oms/parties/:id/identifications', async (c) =>
    c.json(store(world, 'PartyIdentification', { ...(await readBody(c)), ...own(c) })),
  );
  api.post('/oms/parties/:id/roles', async (c) => c.json(store(world, 'PartyRole', { ...(await readBody(c)), ...own(c) })));
}
