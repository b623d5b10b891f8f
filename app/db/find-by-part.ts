import { Prisma } from '@prisma/client';
import type { Tx } from './scope.ts';

/** More hits than this say that the text is common: then whoever lists finds a page of them soon by walking through its rows in their order. */
const FEW = 1_000;

/** What is searched for parts of words, with its function (the migration search_by_part), and what it looks at as SQL over `v`, `o` or `p`. */
const searched = {
  variants: {
    like: (pattern: string) => Prisma.sql`variants_like(${pattern}, ${FEW + 1}::int)`,
    id: Prisma.sql`v.id`,
    words: Prisma.sql`(v.product_title || ' ' || v.title || ' ' || v.sku || ' ' || coalesce(v.barcode, ''))`,
  },
  orders: {
    like: (pattern: string) => Prisma.sql`orders_like(${pattern}, ${FEW + 1}::int)`,
    id: Prisma.sql`o.id`,
    words: Prisma.sql`(o.name || ' ' || coalesce((SELECT string_agg(q.reference || ' ' || coalesce(q.remote_number, ''), ' ')
      FROM part q WHERE q.shop_id = o.shop_id AND q.order_id = o.id), ''))`,
  },
} as const;

/**
 * Conditions for rows that contain a text, whatever its case: variants (`v`) by title, SKU or barcode, orders (`o`) by their numbers on both sides. None
 * where the text is empty. Row-level security lets no index answer ILIKE, so a function of the database looks the text up and answers ids. A common text,
 * or one of less than three letters, which no trigram stands for, is looked for while the list is walked through in its order; so said that the planner
 * takes a third of the rows to match, and doesn't read them all to sort them.
 */
export async function containing(tx: Tx, what: keyof typeof searched, text: string | undefined): Promise<Prisma.Sql[]> {
  const part = text?.trim() ?? '';
  if (part === '') return [];
  const { like, id, words } = searched[what];
  if ([...part].length >= 3) {
    const pattern = `%${part.replace(/[%_\\]/g, '\\$&')}%`;
    const rows = await tx.$queryRaw<{ id: string }[]>`SELECT f.id FROM ${like(pattern)} AS f (id)`;
    if (rows.length <= FEW) return [Prisma.sql`${id} = ANY(${rows.map((row) => row.id)})`];
  }
  return [Prisma.sql`strpos(lower(${words}), lower(${part})) > 0`];
}
