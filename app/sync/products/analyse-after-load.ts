import { Prisma } from '@prisma/client';
import { beforeCommit, type Tx } from '../../db/scope.ts';

/**
 * Lets PostgreSQL look at tables that were just filled, at the end of the transaction: until it has, it plans as if they were empty, and what
 * took milliseconds takes minutes. Its own look comes a minute later.
 */
export function analyseAfterLoad(tx: Tx, ...tables: ('variant' | 'remote_stock' | 'stock_level')[]): void {
  beforeCommit(tx, async (within) => {
    await within.$executeRaw`ANALYZE ${Prisma.raw(tables.join(', '))}`;
  });
}
