import { defineConfig } from 'prisma/config';

// `prisma generate` resolves the datasource although it never connects.
process.env['DATABASE_URL'] ??= 'postgresql://unused:unused@127.0.0.1:1/unused';
// Generating needs no engine; without this Prisma would try to download one. Not for other commands, which would run this file.
if (process.argv.includes('generate')) process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
