import { z } from 'zod';

/** What a merchant's answer for a Shopify value looks like, per kind. A kind is part of a mapping's key. */
export const targetSchemas = {
  shipping: z
    .object({
      carrier: z.string().trim().max(200).nullable().default(null),
      method: z.string().trim().max(200).nullable().default(null),
    })
    .transform(({ carrier, method }) => ({ carrier: carrier || null, method: method || null }))
    .refine(({ carrier, method }) => carrier !== null || method !== null, { message: 'required', path: ['method'] }),
  payment: z.object({ method: z.string().trim().min(1).max(200) }),
};

export type MappingKind = keyof typeof targetSchemas;
export type MappingTarget<Kind extends MappingKind> = z.output<(typeof targetSchemas)[Kind]>;

export const mappingKinds = Object.keys(targetSchemas) as MappingKind[];
export const matchKinds = ['exact', 'starts', 'contains'] as const;
export type MatchKind = (typeof matchKinds)[number];
