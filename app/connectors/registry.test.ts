import { readdirSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

// The built-in back office reads the database's address when it is imported.
const database = await openTestDatabase();
const { connectors } = await import('./registry.ts');
const { describeSettings } = await import('../connections/settings-form.ts');
afterAll(() => database.close());

it('every connector folder has its line in the registry, and its id is the folder’s name', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'contract',
  );
  expect(connectors.map(({ id }) => id).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

it('every connector’s settings can be drawn as a form', () => {
  for (const definition of connectors) expect(describeSettings(definition)).toBeInstanceOf(Array);
});

it('every setting that names a record of one instance is one of the connector’s', () => {
  const named = connectors.flatMap(({ id, records, settings }) =>
    (records?.settings ?? []).map((name) => ({ id, name, known: name in settings.shape })),
  );
  expect(new Set(named.map(({ id }) => id)).size).toBeGreaterThan(2);
  expect(named.filter(({ known }) => !known)).toEqual([]);
});
