import type pg from 'pg';

interface Column {
  column_name: string;
  data_type: string;
  udt_name: string;
  is_nullable: string;
  column_default: string | null;
  is_generated: string;
  is_identity: string;
}

/** Tables of the product that belong to shops, as the database's own catalogue has them. */
export async function tablesOfShops(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table_name: string }>(
    `SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'shop_id' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  return rows.map(({ table_name: name }) => name);
}

let counter = 0;

/**
 * Puts a row into any table, made from its columns' types: `known` gives values by `table.column` or by column, every other text is
 * `marker`, so that the row can be found again wherever it turns up. A table made tomorrow gets a row too.
 */
export async function fillTable(client: pg.Client, table: string, known: Record<string, unknown>, marker: string): Promise<void> {
  const { rows: columns } = await client.query<Column>(
    `SELECT column_name, data_type, udt_name, is_nullable, column_default, is_generated, is_identity
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  counter += 1;
  const invent = ({ data_type: type, udt_name: udt, column_name: name }: Column): unknown => {
    if (type === 'ARRAY') return [];
    if (udt === 'uuid') return crypto.randomUUID();
    if (udt === 'jsonb' || udt === 'json') return JSON.stringify({ note: marker });
    if (udt === 'bytea') return Buffer.from(marker);
    if (udt === 'bool') return false;
    if (['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'].includes(udt)) return counter;
    if (['timestamptz', 'timestamp', 'date'].includes(udt)) return new Date();
    return `${marker} ${name} ${counter}`;
  };
  const values = columns.flatMap((column): [string, unknown][] => {
    const { column_name: name } = column;
    if (column.is_generated === 'ALWAYS' || column.is_identity === 'YES') return [];
    if (`${table}.${name}` in known) return [[name, known[`${table}.${name}`]]];
    if (name in known) return [[name, known[name]]];
    if (column.column_default !== null && column.data_type !== 'text') return [];
    if (column.is_nullable === 'YES' && column.udt_name !== 'text') return [];
    return [[name, invent(column)]];
  });
  const names = values.map(([name]) => `"${name}"`).join(', ');
  const places = values.map((_, index) => `$${index + 1}`).join(', ');
  await client.query(
    `INSERT INTO "${table}" (${names}) VALUES (${places})`,
    values.map(([, value]) => value),
  );
}

/** One line for every table in which the shop has rows: how many, and a sum over all they hold. */
export async function rowsOfShop(client: pg.Client, shopId: number, domain: string): Promise<Record<string, string>> {
  const sum = (table: string, where: string) =>
    `SELECT '${table}' AS name, count(*)::text || ' ' || coalesce(md5(string_agg(row, '|' ORDER BY row)), '') AS sum
     FROM (SELECT to_jsonb(t)::text AS row FROM ${table} t WHERE ${where}) s`;
  const hasJobs = (await client.query<{ found: string | null }>(`SELECT to_regclass('pgboss.job')::text AS found`)).rows[0]
    ?.found;
  const parts = (await tablesOfShops(client)).map((table) => sum(`"${table}"`, `t.shop_id = ${shopId}`));
  parts.push(sum('shop', `t.id = ${shopId}`), sum('session', `t.shop_domain = '${domain}'`));
  if (hasJobs) parts.push(sum('pgboss.job', `t.data->>'shopId' = '${shopId}'`));
  const { rows } = await client.query<{ name: string; sum: string }>(parts.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, sum: text }) => [name.replaceAll('"', ''), text]));
}
