import type { TypedResponse } from '@remix-run/node';
import { z } from 'zod';
import type { Answer } from '../../components/answer.ts';
import type { Actor as Person } from '../../people/actor.ts';
import type { Actor, Room } from '../../stockroom/room.ts';
import { act, pickConnection, readPage, type Done } from './page.server.ts';
import { notFound } from './failure.server.ts';

/** The connector whose own pages these are. */
const connector = 'stockroom';

/** Reads a page of one Stockroom: the one its address names, else the shop's first. Without any there is no such page. */
export function readRoomPage<Data>(
  request: Request,
  read: (room: Room, query: URLSearchParams) => Promise<Data>,
): Promise<Data & { now: string; connectionId: string }> {
  return readPage(request, async ({ shop, actor }, query) => {
    const connection = await pickConnection({ shop, actor }, query, (row) => row.connector === connector);
    if (!connection) throw notFound();
    const data = await read({ shopId: shop.id, connectionId: connection.id }, query);
    return { ...data, connectionId: connection.id };
  });
}

/** Does warehouse work in the Stockroom that the page's address names. Operators may; making facilities and tokens is for administrators. */
export function actInRoom<Schema extends z.ZodType, Result = unknown>(
  request: Request,
  schema: Schema,
  role: 'operator' | 'administrator',
  work: (input: z.output<Schema>, room: Room, actor: Actor, person: Person) => Promise<Done<Result> | void>,
): Promise<TypedResponse<Answer<Result>>> {
  return act<Schema, Result>(request, schema, role, async (input, { shop, actor }, note) => {
    note(connector);
    const connection = await pickConnection(
      { shop, actor },
      new URL(request.url).searchParams,
      (row) => row.connector === connector,
    );
    if (!connection) throw notFound();
    return work(input, { shopId: shop.id, connectionId: connection.id }, { kind: 'person', name: actor.userName }, actor);
  });
}

export const tracking = z
  .array(
    z.object({
      number: z.string().trim().min(1).max(100),
      carrier: z.string().trim().max(100),
      url: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]),
    }),
  )
  .max(20)
  .transform((list) => list.map(({ number, carrier, url }) => ({ number, carrier: carrier || null, url: url || null })));

export const units = z.array(z.object({ lineId: z.string(), quantity: z.number().int().min(1) })).max(1000);
