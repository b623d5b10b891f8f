import { GraphQLError } from 'graphql';
import { parseGid } from '../core/gid.ts';
import { NotImplemented } from '../core/not-implemented.ts';
import { canLoad, loadRef, ref } from '../core/refs.ts';
import { withArgs, type Registry } from '../core/registry.ts';
import type { RequestContext } from '../core/world.ts';
import { requireTypeScopes } from '../access/scopes.ts';
import { visibleSince } from './visible-since.ts';

/** node(id) and nodes(ids). */
export function nodeFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    node: withArgs(['id'], (_source, args, ctx) => load(ctx, args.id, 'node')),
    nodes: withArgs(['ids'], (_source, args, ctx) => (args.ids as string[]).map((id) => load(ctx, id, 'nodes'))),
  });
}

function load(ctx: RequestContext, id: unknown, field: string): Record<string, unknown> | null {
  const parsed = parseGid(id);
  if (!parsed)
    throw new GraphQLError(`Invalid global id '${String(id)}'`, { extensions: { code: 'argumentLiteralsIncompatible' } });
  if (!canLoad(parsed.type)) throw new NotImplemented(`${field} of the type ${parsed.type}`);
  requireTypeScopes(ctx.scopes, parsed.type, field);
  const found = loadRef(ctx, ref(parsed.type, parsed.id));
  return parsed.type === 'Order' && found && Number(found.created_at) < visibleSince(ctx) ? null : found;
}
