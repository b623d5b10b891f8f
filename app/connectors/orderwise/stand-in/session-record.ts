import { z } from 'zod';
import { json, type World } from './world.ts';

const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'is not an http(s) address');

/** An E-Commerce Session: one per shop, never shared. Source: orderwise.md §3. */
export const sessionData = z.strictObject({
  /** Whether OrderWise pushes stock and despatches. Off where the API is used. */
  exportOn: z.boolean(),
  /** The schedule; a run every so many minutes of the sandbox clock. */
  everyMinutes: z.number().positive(),
  notificationEmail: z.string(),
  importOrdersAs: z.string(),
  /** Where lines go that name no location; null leaves it to the customer, then to the variant. */
  stockLocationId: z.int().nullable(),
  /** Import Setup, Advanced: discontinued variants are accepted … */
  overrideDisallow: z.boolean(),
  /** … new contacts and delivery addresses are put at the customer. */
  addContact: z.boolean(),
  addDeliveryAddress: z.boolean(),
  /** The four addresses of the website; null switches that step off. */
  importUrl: url.nullable(),
  successUrl: url.nullable(),
  stockUrl: url.nullable(),
  despatchUrl: url.nullable(),
  /** Which E-Commerce Export Definitions are set: stock in all (S3's columns) or by location; despatches with their lines or as S2 saw them. */
  stockExport: z.enum(['by-location', 'plain']),
  despatchLines: z.boolean(),
});
export type SessionData = z.infer<typeof sessionData>;

/** As Shopwise prescribes it. Source: orderwise.md §3 [D]. */
const DEFAULTS: SessionData = {
  exportOn: false,
  everyMinutes: 5,
  notificationEmail: 'orders@example.com',
  importOrdersAs: 'ECOMMERCE',
  stockLocationId: null,
  overrideDisallow: true,
  addContact: true,
  addDeliveryAddress: true,
  importUrl: null,
  successUrl: null,
  stockUrl: null,
  despatchUrl: null,
  stockExport: 'by-location',
  despatchLines: true,
};

interface SessionRow {
  id: number;
  name: string;
  data: string;
  last_run_at: number | null;
  stock_sent_to: number;
  despatch_sent_to: number;
}

export interface Session extends SessionData {
  id: number;
  name: string;
  lastRunAt: number | null;
  /** Up to when stock and despatches were pushed and taken. */
  stockSentTo: number;
  despatchSentTo: number;
}

const toSession = (row: SessionRow): Session => ({
  ...(json(row.data) as SessionData),
  id: row.id,
  name: row.name,
  lastRunAt: row.last_run_at,
  stockSentTo: row.stock_sent_to,
  despatchSentTo: row.despatch_sent_to,
});

export const sessionById = (world: World, id: number): Session | undefined => {
  const row = world.state.get<SessionRow>('SELECT * FROM sessions WHERE id = ?', id);
  return row ? toSession(row) : undefined;
};

export const sessions = (world: World): Session[] =>
  world.state.all<SessionRow>('SELECT * FROM sessions ORDER BY id').map(toSession);

export function addSession(world: World, { name, ...data }: Partial<SessionData> & { name: string }): Session {
  const { lastId } = world.state.run(
    'INSERT INTO sessions (name, data, last_run_at) VALUES (?, ?, ?)',
    name,
    JSON.stringify({ ...DEFAULTS, ...data }),
    world.now(),
  );
  return sessionById(world, lastId) as Session;
}

export function changeSession(
  world: World,
  session: Session,
  { name, ...change }: Partial<SessionData> & { name?: string },
): Session {
  const { id: _id, name: _name, lastRunAt: _run, stockSentTo: _stock, despatchSentTo: _despatch, ...kept } = session;
  world.state.run(
    'UPDATE sessions SET name = ?, data = ? WHERE id = ?',
    name ?? session.name,
    JSON.stringify({ ...kept, ...change }),
    session.id,
  );
  return sessionById(world, session.id) as Session;
}
