import { afterAll, expect, test, vi } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
// As through a pooler that lets nothing of a session through: whoever asks there gets no answer.
process.env['DIRECT_DATABASE_URL'] = database.url;
process.env['DATABASE_URL'] = 'postgresql://nobody@127.0.0.1:1/nowhere';
const { boss, stopBoss } = await import('./boss.ts');
const { listen } = await import('../db/listen.ts');

afterAll(async () => {
  await stopBoss();
  await database.close();
});

test('the job engine and the ear for what transactions announce go past the pooler', async () => {
  const heard: (string | null)[] = [];
  const stop = listen('pooled', (message) => heard.push(message));
  const engine = await boss();
  await vi.waitFor(() => expect(heard).toEqual([null]));
  await engine.getDb().executeSql(`SELECT pg_notify('pooled', 'there')`);
  await vi.waitFor(() => expect(heard).toEqual([null, 'there']));
  await stop();
});
