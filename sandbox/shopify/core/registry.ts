import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from './world.ts';

export type Args = Record<string, unknown>;
export type Resolve<S> = (source: S, args: Args, ctx: RequestContext, info: GraphQLResolveInfo) => unknown;
/** A resolver that reads no argument, or one with the arguments it reads: any other argument given makes the request fail. */
export type Field<S> = Resolve<S> | { args: readonly string[]; resolve: Resolve<S> };

/** Resolvers by type and field. A field without one may still be a plain property of its source; else it is not implemented. */
export class Registry {
  readonly #types = new Map<string, Map<string, { args: readonly string[]; resolve: Resolve<unknown> }>>();

  /** Adds fields of a type; a field given twice is a mistake of ours. */
  type<S>(name: string, fields: Record<string, Field<S>>): void {
    let known = this.#types.get(name);
    if (!known) {
      known = new Map();
      this.#types.set(name, known);
    }
    for (const [field, given] of Object.entries(fields)) {
      if (known.has(field)) throw new Error(`${name}.${field} has two resolvers.`);
      const { args, resolve } = typeof given === 'function' ? { args: [], resolve: given } : given;
      known.set(field, { args, resolve: resolve as Resolve<unknown> });
    }
  }

  find(type: string, field: string): { args: readonly string[]; resolve: Resolve<unknown> } | undefined {
    return this.#types.get(type)?.get(field);
  }

  /** Every `Type.field` with a resolver. */
  names(): string[] {
    return [...this.#types].flatMap(([type, fields]) => [...fields.keys()].map((field) => `${type}.${field}`));
  }
}

/** A resolver that reads these arguments. */
export function withArgs<S>(args: readonly string[], resolve: Resolve<S>): { args: readonly string[]; resolve: Resolve<S> } {
  return { args, resolve };
}

/** The arguments of every connection. */
export const PAGING = ['first', 'after', 'last', 'before', 'reverse'] as const;
