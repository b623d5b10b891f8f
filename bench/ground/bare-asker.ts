import pg from 'pg';
import { serveParent } from './child.ts';

/** A process that only asks the database, as often as it is told to, some at a time: what asking costs by itself. */
const SIDE_BY_SIDE = 8;
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: SIDE_BY_SIDE });

async function askTimes(times: number): Promise<void> {
  let left = times;
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      while (left > 0) {
        left -= 1;
        await pool.query('SELECT id, domain FROM shop WHERE id = $1', [1]);
      }
    }),
  );
}

serveParent(
  {},
  ({ times }: { times: number }) => askTimes(times),
  () => pool.end(),
);
