import { z } from 'zod';
import type { Api } from './api.ts';
import { attributes, filled, integer, optional, parse, readJson } from './body.ts';
import { FACTS } from './facts.ts';
import { own } from './filters.ts';
import { idParam, list } from './lists.ts';
import { merchantErrors } from './reference-data.ts';
import { notFound, refuseColumns, type ColumnErrors } from './refusals.ts';
import { json, TENANT_ID, type World } from './world.ts';

interface ThirdPartyRow {
  id: number;
  name: string;
  identifier_type: string;
  identifier_number: string;
  third_type: string;
  email: string | null;
  active: number;
  merchant_id: number | null;
  data: string;
  inserted_at: string;
  updated_at: string;
}

const thirdPartyBody = z.strictObject({
  name: filled,
  identifier_type: filled,
  identifier_number: filled,
  third_type: z.enum(['C', 'S']),
  tenant_id: integer,
  email: optional(z.string()),
  active: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  erp_code: optional(z.string()),
  erp_id: optional(z.string()),
  attributes: optional(attributes),
  merchant_id: optional(integer),
});

export const thirdPartyRow = (world: World, id: number): ThirdPartyRow | undefined =>
  world.state.get<ThirdPartyRow>('SELECT * FROM third_parties WHERE id = ?', id);

export function presentThirdParty({ data, active, ...row }: ThirdPartyRow): Record<string, unknown> {
  return { ...json(data), ...row, active: active === 1, tenant_id: TENANT_ID };
}

/** Customers and suppliers: `/iam/third_parties`. */
export function thirdParties(api: Api, world: World): void {
  const put = (body: z.infer<typeof thirdPartyBody>, id?: number): ThirdPartyRow => {
    const errors: ColumnErrors = merchantErrors(world, body.merchant_id, null);
    if (body.tenant_id !== TENANT_ID) errors['tenant_id'] = 'does not exist';
    const owner = world.state.get<{ id: number }>(
      'SELECT id FROM third_parties WHERE identifier_number = ?',
      body.identifier_number,
    );
    const taken = owner !== undefined && owner.id !== id;
    if (taken) errors['identifier_number'] = 'has already been taken';
    if (Object.keys(errors).length > 0) throw refuseColumns(taken ? FACTS.identifierTaken : FACTS.columnErrors, errors);
    const now = world.now();
    const {
      name,
      identifier_type,
      identifier_number,
      third_type,
      email,
      active,
      merchant_id,
      tenant_id: _tenant,
      ...data
    } = body;
    const values = [
      name,
      identifier_type,
      identifier_number,
      third_type,
      email,
      active ? 1 : 0,
      merchant_id,
      JSON.stringify(data),
      now,
    ] as const;
    if (id !== undefined)
      world.state.run(
        'UPDATE third_parties SET name=?, identifier_type=?, identifier_number=?, third_type=?, email=?, active=?, merchant_id=?, data=?, updated_at=? WHERE id=?',
        ...values,
        id,
      );
    const made =
      id ??
      world.state.run(
        'INSERT INTO third_parties (name, identifier_type, identifier_number, third_type, email, active, merchant_id, data, updated_at, inserted_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
        ...values,
        now,
      ).lastId;
    return thirdPartyRow(world, made) as ThirdPartyRow;
  };
  const required = { requiredFact: FACTS.thirdPartyRequired };

  api.get('/iam/third_parties', (c) =>
    list<ThirdPartyRow>(world, c, {
      envelope: 'third_parties',
      from: 'third_parties t',
      filters: {
        ...own('integer', 'id', 'merchant_id'),
        ...own('text', 'name', 'identifier_type', 'identifier_number', 'third_type', 'email'),
        ...own('boolean', 'active'),
        ...own('time', 'inserted_at', 'updated_at'),
      },
      present: presentThirdParty,
    }),
  );
  api.post('/iam/third_parties', async (c) =>
    c.json(presentThirdParty(put(parse(thirdPartyBody, await readJson(c), required))), 201),
  );
  api.get('/iam/third_parties/:id', (c) => {
    const row = thirdPartyRow(world, idParam(c));
    if (!row) throw notFound('third party', c.req.param('id'));
    return c.json(presentThirdParty(row));
  });
  api.put('/iam/third_parties/:id', async (c) => {
    const row = thirdPartyRow(world, idParam(c));
    if (!row) throw notFound('third party', c.req.param('id'));
    const { id: _id, inserted_at: _inserted, updated_at: _updated, ...kept } = presentThirdParty(row);
    return c.json(
      presentThirdParty(put(parse(thirdPartyBody, { ...kept, ...((await readJson(c)) as object) }, required), row.id)),
    );
  });
}
