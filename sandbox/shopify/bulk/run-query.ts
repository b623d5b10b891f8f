import { appendFileSync, writeFileSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { impliedScopes } from '../access/scopes.ts';
import { prepare, run } from '../core/execute.ts';
import type { Registry } from '../core/registry.ts';
import type { RequestContext, Shop, World } from '../core/world.ts';
import { bulkById, finishBulk, resultFile } from './operations.ts';

const PAGE = 200;
type Json = Record<string, unknown>;

export function bulkContext(world: World, shop: Shop, size: number): RequestContext {
  return {
    world,
    shop,
    scopes: impliedScopes(shop.scopes),
    userId: undefined,
    fault: undefined,
    notImplemented: undefined,
    bulk: { size, after: new Map(), next: new Map() },
  };
}

/** Runs a bulk query to its end: its root connections page by page, each object a line, children with `__parentId`. */
export async function runBulkQuery(registry: Registry, world: World, shop: Shop, operationId: number): Promise<void> {
  const row = bulkById(world, operationId);
  if (!row || row.status === 'CANCELED') return;
  world.state.run("UPDATE bulk_operations SET status = 'RUNNING' WHERE id = ? AND status = 'CREATED'", operationId);
  const { document } = prepare(row.query);
  const file = resultFile(world, operationId);
  writeFileSync(file, '');
  const ctx = bulkContext(world, shop, PAGE);
  const done = new Set<string>();
  let objects = 0;
  let roots = 0;
  for (;;) {
    if (bulkById(world, operationId)?.status === 'CANCELING')
      return finishBulk(world, shop, operationId, { status: 'CANCELED', file, objects, roots });
    const result = await run(registry, ctx, document, undefined, {});
    if (ctx.notImplemented) throw ctx.notImplemented;
    if (result.errors && result.errors.length > 0) {
      const denied = result.errors.some((error) => error.extensions.code === 'ACCESS_DENIED');
      return finishBulk(world, shop, operationId, {
        status: 'FAILED',
        errorCode: denied ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR',
        file,
        objects,
        roots,
      });
    }
    const lines: string[] = [];
    const later: string[] = [];
    for (const [key, value] of Object.entries(result.data ?? {})) {
      if (done.has(key) || !isConnection(value)) continue;
      for (const { node } of value.edges) {
        roots += 1;
        objects += flatten(node, undefined, lines, later);
      }
    }
    // with groupObjects false children come after, and far from, their parents
    if (lines.length > 0) appendFileSync(file, `${[...lines, ...later].join('\n')}\n`);
    world.state.run('UPDATE bulk_operations SET object_count = ?, root_count = ? WHERE id = ?', objects, roots, operationId);
    let more = false;
    for (const [key, next] of ctx.bulk?.next ?? []) {
      if (next === undefined) done.add(key);
      else {
        more = true;
        ctx.bulk?.after.set(key, next);
      }
    }
    if (!more) return finishBulk(world, shop, operationId, { status: 'COMPLETED', file, objects, roots });
    await breathe();
  }
}

const isConnection = (value: unknown): value is { edges: { node: Json }[] } =>
  typeof value === 'object' && value !== null && Array.isArray((value as { edges?: unknown }).edges);

/** Writes a node without its connections, then theirs; returns how many objects that were. */
function flatten(node: Json, parentId: unknown, lines: string[], later: string[]): number {
  const own: Json = {};
  const children: Json[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (isConnection(value)) children.push(...value.edges.map((edge) => edge.node));
    else own[key] = withoutConnections(value, children);
  }
  lines.push(JSON.stringify(parentId === undefined ? own : { ...own, __parentId: parentId }));
  return children.reduce((sum, child) => sum + flatten(child, own.id ?? parentId, later, later), 1);
}

/** An object inside a node stays in its line; a connection inside that object doesn't. */
function withoutConnections(value: unknown, children: Json[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const own: Json = {};
  for (const [key, inner] of Object.entries(value)) {
    if (isConnection(inner)) children.push(...inner.edges.map((edge) => edge.node));
    else own[key] = withoutConnections(inner, children);
  }
  return own;
}
