import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openState, removeState } from './state.ts';

test('state survives being closed and opened again, and is gone after removal', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'state-')), 'deep', 'x.sqlite');
  const first = openState(file);
  first.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)');
  expect(first.run('INSERT INTO t (name) VALUES (?)', 'a')).toEqual({ changes: 1, lastId: 1 });
  first.close();
  const again = openState(file);
  expect(again.get('SELECT name FROM t WHERE id = ?', 1)).toEqual({ name: 'a' });
  again.close();
  removeState(file);
  expect(() => openState(file).all('SELECT * FROM t')).toThrow('no such table');
});

test('a failed transaction leaves nothing behind, a failed inner one only its own part', () => {
  const state = openState(':memory:');
  state.exec('CREATE TABLE t (name TEXT)');
  const names = () => state.all<{ name: string }>('SELECT name FROM t').map((row) => row.name);
  expect(() =>
    state.transaction(() => {
      state.run('INSERT INTO t VALUES (?)', 'lost');
      throw new Error('no');
    }),
  ).toThrow('no');
  state.transaction(() => {
    state.run('INSERT INTO t VALUES (?)', 'outer');
    expect(() =>
      state.transaction(() => {
        state.run('INSERT INTO t VALUES (?)', 'inner');
        throw new Error('inner');
      }),
    ).toThrow('inner');
  });
  expect(names()).toEqual(['outer']);
  expect(() => state.transaction(async () => undefined)).toThrow('async');
  state.transaction(() => state.run('INSERT INTO t VALUES (?)', 'after'));
  expect(names()).toEqual(['outer', 'after']);
  expect([...state.iterate<{ name: string }>('SELECT name FROM t')]).toHaveLength(2);
});
