import type { MappingKind } from '../connectors/contract/index.ts';
import { resolve, type MappingRule } from './resolve.ts';

/** A value seen in the shop and how many orders used it. */
export interface CountedValue {
  value: string;
  orders: number;
}

export interface Coverage {
  /** Orders whose value has an answer, and all. */
  mappedOrders: number;
  orders: number;
  mappedValues: number;
  values: number;
  /** 0 to 1; 1 where there are no orders to cover. */
  share: number;
}

/** How much of what was seen the rules answer. Pure. */
export function coverageOf<Kind extends MappingKind>(
  rules: readonly MappingRule<Kind>[],
  seen: readonly CountedValue[],
): Coverage {
  const mapped = seen.filter(({ value }) => resolve(rules, [value]) !== null);
  const sum = (list: readonly CountedValue[]) => list.reduce((total, { orders }) => total + orders, 0);
  const orders = sum(seen);
  const mappedOrders = sum(mapped);
  return {
    mappedOrders,
    orders,
    mappedValues: mapped.length,
    values: seen.length,
    share: orders === 0 ? 1 : mappedOrders / orders,
  };
}

export interface WhatIf {
  /** Values, and orders with them, whose answer would be another one, would come or would go. */
  values: string[];
  orders: number;
  /** Of these, orders that would be left without an answer. */
  ordersUnmapped: number;
}

/** What changing the rules from `before` to `after` would change for the values seen. Pure. */
export function whatIf<Kind extends MappingKind>(
  before: readonly MappingRule<Kind>[],
  after: readonly MappingRule<Kind>[],
  seen: readonly CountedValue[],
): WhatIf {
  const answer = (rules: readonly MappingRule<Kind>[], value: string) => JSON.stringify(resolve(rules, [value])?.target ?? null);
  const changed = seen.filter(({ value }) => answer(before, value) !== answer(after, value));
  return {
    values: changed.map(({ value }) => value),
    orders: changed.reduce((total, { orders }) => total + orders, 0),
    ordersUnmapped: changed
      .filter(({ value }) => answer(after, value) === 'null')
      .reduce((total, { orders }) => total + orders, 0),
  };
}
