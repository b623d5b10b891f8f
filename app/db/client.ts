import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@prisma/client';
import { env } from '../env.server.ts';
import { openPool } from './pool.ts';

/** One pool for each process. Only db/ uses it: everything else goes through a scope. */
export const prisma = new PrismaClient({
  adapter: new PrismaPg(openPool(env.DATABASE_URL, 20), { disposeExternalPool: true }),
});
