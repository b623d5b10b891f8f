import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@prisma/client';
import { env } from '../env.server.ts';
import { openPool } from './pool.ts';

/** One pool for each process. Only db/ uses it: everything else goes through a scope. */
export const pool = openPool(env.DATABASE_URL, 20);

/** On the same pool, which ends with it. Only db/ uses it, too. */
export const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
