import { Prisma } from '@prisma/client';
import type { Bucket } from './statement.ts';

/** A bucket with its reason and the reason's blanks, as the judging statements hand it on: `[bucket, code, params]`. */
export const is = (bucket: Bucket, code: string, params: Prisma.Sql = Prisma.sql`'{}'::jsonb`): Prisma.Sql =>
  Prisma.sql`jsonb_build_array(${bucket}::text, ${code}::text, ${params})`;
