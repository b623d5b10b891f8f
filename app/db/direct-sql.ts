import { Prisma } from '@prisma/client';
import pg from 'pg';

type Tx = Prisma.TransactionClient;

/** An array's elements as text (text[]); pg's declarations don't name it. */
const textArray = pg.types.getTypeParser(1009 as never, 'text') as (text: string) => string[];

const utc = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const list =
  <Value>(of: (text: string) => Value) =>
  (text: string): Value[] =>
    textArray(text).map(of);

/** PostgreSQL's types by number, as Prisma hands them on; the rest pg and Prisma read alike. */
const parsers: Record<number, (text: string) => unknown> = {
  20: BigInt, // int8
  1016: list(BigInt), // int8[]
  1700: (text) => new Prisma.Decimal(text), // numeric
  1114: utc, // timestamp
  1082: (text) => new Date(`${text}T00:00:00Z`), // date
};

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? (pg.types.getTypeParser(oid, format ?? 'text') as unknown),
} as pg.CustomTypesConfig;

function parameter(value: unknown): unknown {
  if (value === undefined) throw new TypeError('A parameter of a statement is undefined: say null where nothing is meant');
  return value instanceof Date ? value.toISOString() : value;
}

/** Its models, each of whose queries asks Prisma into the transaction first. */
function throughPrisma(model: string, prismas: () => Promise<Tx>): object {
  type Models = Record<string, Record<string, (...given: unknown[]) => unknown>>;
  return new Proxy(
    {},
    {
      get:
        (_none, query: string) =>
        async (...given: unknown[]) =>
          ((await prismas()) as unknown as Models)[model]?.[query]?.(...given),
    },
  );
}

/**
 * A transaction whose raw statements go straight to its connection. Prisma compiles even those to a plan first (in WebAssembly), which took more of a
 * worker's time than PostgreSQL and the network together. Results are what Prisma would give. `connection` tells null once the transaction is
 * over: a statement that comes later must not run in somebody else's.
 */
export function directTx(connection: () => pg.PoolClient | null, prismas: () => Promise<Tx>, isOver: () => Error): Tx {
  const send = (text: string, values: readonly unknown[]) => {
    const client = connection();
    if (!client) throw isOver();
    return client.query({ text, values: values.map(parameter), types });
  };
  const read = (first: TemplateStringsArray | Prisma.Sql, rest: readonly unknown[]): Prisma.Sql =>
    'raw' in first ? Prisma.sql(first, ...rest) : first;
  const direct: Record<string, unknown> = {
    $queryRaw: async (first: TemplateStringsArray | Prisma.Sql, ...rest: unknown[]) => {
      const { text, values } = read(first, rest);
      return (await send(text, values)).rows as unknown;
    },
    $executeRaw: async (first: TemplateStringsArray | Prisma.Sql, ...rest: unknown[]) => {
      const { text, values } = read(first, rest);
      return (await send(text, values)).rowCount ?? 0;
    },
    $queryRawUnsafe: async (text: string, ...values: unknown[]) => (await send(text, values)).rows as unknown,
    $executeRawUnsafe: async (text: string, ...values: unknown[]) => (await send(text, values)).rowCount ?? 0,
  };
  return new Proxy(direct, {
    // A transaction is no promise: whoever hands it on must not wait for it.
    get: (known, name: string) => (name === 'then' ? undefined : (known[name] ??= throughPrisma(name, prismas))),
  }) as unknown as Tx;
}
