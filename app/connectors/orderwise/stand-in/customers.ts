import { idOf, query, whole, type Api } from './api.ts';
import { parse, readJson } from './body.ts';
import {
  addCustomer,
  customerBody,
  customerByAccount,
  customerById,
  presentCustomer,
  type CustomerRow,
} from './customer-record.ts';
import { FACTS } from './facts.ts';
import { notFound, refuseMessage, refuseModel } from './refusals.ts';
import { fromLocal, json, type World } from './world.ts';

const LARGEST_PAGE = 1_000;

/** `/customers` with keyset paging, one customer, its contacts and delivery addresses. */
export function customers(api: Api, world: World): void {
  const page = (given: { limit?: string; last_id?: string }): { limit: number; after: number } => {
    const limit = given.limit === undefined ? LARGEST_PAGE : whole(given.limit, 'limit');
    if (limit < 1 || limit > LARGEST_PAGE) throw refuseMessage(FACTS.paging, 400, `limit must be between 1 and ${LARGEST_PAGE}.`);
    return { limit, after: given.last_id === undefined ? 0 : whole(given.last_id, 'last_id') };
  };
  const find = (id: number): CustomerRow => {
    const row = customerById(world, id);
    if (!row) throw notFound('Customer', id);
    return row;
  };

  api.get('/customers', (c) => {
    // the router lets every letter case through, names of parameters are taken as documented
    const given = query(c, 'limit', 'last_id', 'lastAmendedDateTime');
    const { limit, after } = page(given);
    const amended = given.lastAmendedDateTime === undefined ? 0 : fromLocal(given.lastAmendedDateTime);
    if (amended === undefined) throw refuseMessage(FACTS.paging, 400, 'lastAmendedDateTime must be local time without a zone.');
    const rows = world.state.all<CustomerRow>(
      'SELECT * FROM customers WHERE id > ? AND amended_at >= ? ORDER BY id LIMIT ?',
      after,
      amended,
      limit,
    );
    return c.json(rows.map(presentCustomer));
  });
  api.post('/customers', async (c) => {
    query(c);
    const body = parse(customerBody, await readJson(c), FACTS.customer, 'customer');
    const problems: string[] = [];
    if (body.statementName === null || body.statementName.trim() === '') problems.push('statementName is required.');
    const account = body.accountNumber;
    if (account !== null && customerByAccount(world, account)) problems.push(`Account number ${account} exists already.`);
    if (problems.length > 0) throw refuseModel(FACTS.customer, 'customer', problems);
    const row = world.state.transaction(() => addCustomer(world, body));
    return c.json({ id: row.id, accountNumber: row.account_number }, 201);
  });
  api.get('/customers/:id', (c) => {
    query(c);
    return c.json(presentCustomer(find(idOf(c, 'Customer'))));
  });
  api.get('/customers/:id/customer-contacts', (c) => {
    const { contact_id, ...given } = query(c, 'limit', 'last_id', 'contact_id');
    const { limit, after } = page(given);
    const { id } = find(idOf(c, 'Customer'));
    const only = contact_id === undefined ? null : whole(contact_id, 'contact_id');
    const rows = world.state.all<{ id: number; data: string }>(
      'SELECT id, data FROM contacts WHERE customer_id = ? AND id > ? AND (? IS NULL OR id = ?) ORDER BY id LIMIT ?',
      id,
      after,
      only,
      only,
      limit,
    );
    return c.json(rows.map((row) => ({ id: row.id, ...json(row.data), companyId: id })));
  });
  api.get('/customers/:id/delivery-addresses', (c) => {
    query(c);
    const { id } = find(idOf(c, 'Customer'));
    const rows = world.state.all<{ id: number; data: string }>(
      'SELECT id, data FROM delivery_addresses WHERE customer_id = ? ORDER BY id',
      id,
    );
    return c.json(rows.map((row) => ({ id: row.id, ...json(row.data) })));
  });
}
