import { json, type TypedResponse } from '@remix-run/node';
import type { z } from 'zod';
import type { Answer } from '../../components/answer.ts';
import { listConnections } from '../../connections/connections.ts';
import { favouritesFirst, readFavourites } from '../../connections/favourites.ts';
import { nowMs } from '../../core/clock.ts';
import { unstorableField } from '../../core/storable.ts';
import { inShop } from '../../db/scope.ts';
import { requireRole, whoIs, type Person, type Role } from '../../people/staff.ts';
import { authenticateAdmin, type AdminRequest } from '../../shopify.server.ts';
import { brokenPage, failureOf, Refused } from './failure.server.ts';

/** Who asks for a page, for which shop, and what they may do. */
export interface PageContext extends AdminRequest {
  /** For the audit log, with their role. */
  actor: Person;
}

/** The door of every page and action. */
export async function openPage(request: Request): Promise<PageContext> {
  const admin = await authenticateAdmin(request);
  return { ...admin, actor: await whoIs(admin.shop.id, admin.user) };
}

/** Reads a page. Answers that the browser must act on pass; anything else becomes the error page with a reference. */
export async function readPage<Data>(
  request: Request,
  read: (context: PageContext, query: URLSearchParams) => Promise<Data>,
): Promise<Data & { now: string }> {
  const context = await openPage(request);
  try {
    return { ...(await read(context, new URL(request.url).searchParams)), now: new Date(nowMs()).toISOString() };
  } catch (thrown) {
    throw thrown instanceof Response ? thrown : brokenPage(thrown);
  }
}

/** What an action's work hands back: the toast's catalogue key and whatever the page needs. */
export interface Done<Result = unknown> {
  done?: string;
  params?: Record<string, string | number>;
  result?: Result;
  /** Whose messages explain a failure. */
  connector?: string;
}

/** Runs what a page asked for: checks the person's role and the request's shape, and turns failures into what the page shows. */
export async function act<Schema extends z.ZodType, Result = unknown>(
  request: Request,
  schema: Schema,
  role: Role | ((input: z.output<Schema>) => Role),
  work: (input: z.output<Schema>, context: PageContext, note: (connector: string) => void) => Promise<Done<Result> | void>,
): Promise<TypedResponse<Answer<Result>>> {
  const context = await openPage(request);
  let connector: string | undefined;
  try {
    const body = await request.text();
    const unstorable = unstorableField(body);
    if (unstorable !== null) throw Refused.fields({ [unstorable.split('.')[0] || 'form']: { code: 'unstorable', params: {} } });
    const input = schema.parse(JSON.parse(body));
    requireRole(context.actor, typeof role === 'function' ? role(input) : role);
    const { done, params, result } = (await work(input, context, (id) => (connector = id))) ?? {};
    return json<Answer<Result>>({
      ok: true,
      ...(done ? { done } : {}),
      ...(params ? { params } : {}),
      ...(result === undefined ? {} : { result }),
    });
  } catch (thrown) {
    if (thrown instanceof Response) throw thrown;
    return json<Answer<Result>>({ ok: false, failure: failureOf(thrown, connector) }, { status: 422 });
  }
}

export type ConnectionRow = Awaited<ReturnType<typeof listConnections>>[number];

type Who = Pick<PageContext, 'shop' | 'actor'>;

/** The shop's connections as this person sees them in every list and picker: favourites first. */
export async function connectionsFor({ shop, actor }: Who): Promise<(ConnectionRow & { favourite: boolean })[]> {
  const favourites = await inShop(shop.id, (tx) => readFavourites(tx, shop.id, actor.userId));
  return favouritesFirst(await listConnections(shop.id), favourites);
}

/** The connection a page is about: the one its address names, else the first that is active. Null where there is none yet. */
export async function pickConnection(
  who: Who,
  query: URLSearchParams,
  among: (row: ConnectionRow) => boolean = () => true,
): Promise<ConnectionRow | null> {
  const rows = (await connectionsFor(who)).filter(among);
  return rows.find(({ id }) => id === query.get('connection')) ?? rows.find(({ state }) => state === 'active') ?? rows[0] ?? null;
}

/** The page number in an address. */
export function pageOf(query: URLSearchParams): number {
  const page = Number(query.get('page') ?? '1');
  return Number.isInteger(page) && page > 0 && page < 100_000 ? page : 1;
}

/** A value of the address that must be one of a list. */
export function oneOf<Value extends string>(query: URLSearchParams, name: string, values: readonly Value[]): Value | undefined {
  const given = query.get(name);
  return values.find((value) => value === given);
}
