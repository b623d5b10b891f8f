import { z } from 'zod';

/** What a connection's form sends; its settings are checked against the connector's own schema. */
export const formSchema = {
  name: z.string(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
};
