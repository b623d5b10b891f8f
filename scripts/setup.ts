import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open.ts';

/** `npm run setup`: brings the database up to date, the embedded one or the one DATABASE_URL (past a pooler: DIRECT_DATABASE_URL) names. */
const database = await openDatabase({ onNote: (note) => process.stderr.write(`${note}\n`) });
try {
  const applied = await migrate(process.env['DIRECT_DATABASE_URL'] || database.url);
  process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}\n` : 'The database is up to date\n');
} finally {
  await database.stop();
}
